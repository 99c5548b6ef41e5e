"""Functions of the standard library that read attributes by name, or write source, on a loaded file's behalf: with the guard's care."""

from __future__ import annotations

import types

from convcalc.standin import patches
from convcalc.tensor import Unknown
from convcalc.tensor.fields import annotations_of
from convcalc.tensor.unknown import absent_classes

from .guard import Refused, is_refused_attribute

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def names_of(module: str, run: Any) -> dict[str, Any]:
    """What stands for the names of a module that are not handed out as they are."""
    if module == "operator":
        return {"attrgetter": attrgetter, "methodcaller": methodcaller}
    if module == "functools":
        return {"update_wrapper": update_wrapper, "wraps": wraps}
    if module == "typing":
        return {"get_type_hints": type_hints_for(run)}
    return {
        "dataclass": dataclass_for(run), "make_dataclass": make_dataclass, "asdict": asdict, "astuple": astuple, "replace": replace,
    }  # fmt: skip


def attrgetter(*names: str) -> Callable[[Any], Any]:
    from .builtin import guarded_getattr

    def get(value: Any, path: str) -> Any:
        for name in path.split("."):
            value = guarded_getattr(value, name)
        return value

    return lambda value: get(value, names[0]) if len(names) == 1 else tuple(get(value, n) for n in names)


def methodcaller(name: str, *args: Any, **kwargs: Any) -> Callable[[Any], Any]:
    from .builtin import guarded_getattr

    return lambda value: guarded_getattr(value, name)(*args, **kwargs)


WRAPPED = ("__module__", "__name__", "__qualname__", "__doc__", "__annotations__")


def update_wrapper(wrapper: Any, wrapped: Any, assigned: Any = WRAPPED, updated: Any = ("__dict__",)) -> Any:
    """`functools.update_wrapper`, which copies no attribute that a loaded file may not name."""
    from .builtin import guarded_getattr

    for name in assigned:
        try:
            value = guarded_getattr(wrapped, name)
        except (AttributeError, NameError):  # annotations name what is defined later
            continue
        setattr(patches.owner(wrapper), name, value)
    if updated and isinstance(wrapped, types.FunctionType):
        vars(wrapper).update(vars(wrapped))
    if isinstance(wrapper, types.FunctionType) and isinstance(wrapped, (types.FunctionType, types.MethodType, type)):
        wrapper.__wrapped__ = wrapped  # type: ignore[attr-defined]  # which `inspect.signature` follows
    return wrapper


def wraps(wrapped: Any, assigned: Any = WRAPPED, updated: Any = ("__dict__",)) -> Callable[[Any], Any]:
    return lambda wrapper: update_wrapper(wrapper, wrapped, assigned, updated)


def dataclass_for(run: Any) -> Callable[..., Any]:
    """`dataclasses.dataclass`, which writes source from the names of the fields: they must be names, of a class of the run's own."""
    from dataclasses import dataclass as real

    def dataclass(cls: Any = None, /, **options: Any) -> Any:
        def decorate(kind: Any) -> Any:
            if not isinstance(kind, type) or not run.is_own_module(kind.__module__):
                raise Refused("a dataclass must be a class of the file")
            annotations = annotations_of(kind)
            for name in annotations:
                _check_field(name)
            if type(vars(kind).get("__annotations__", annotations)) is not dict:
                raise Refused("the annotations of a dataclass must be a plain dict")
            home = kind.__module__
            written = {name: text for name, text in annotations.items() if isinstance(text, str)}
            annotations.update({name: _marked(run, home, text) for name, text in written.items()})
            type.__setattr__(
                kind, "__module__", "__main__"
            )  # real code reads that module's names: it has none of value
            try:
                made: Any = real(**options)(kind)
            finally:
                type.__setattr__(kind, "__module__", home)
                annotations.update(written)
            _take_fields(made)
            if made is not kind:
                type.__setattr__(made, "__module__", home)
            return made

        return decorate if cls is None else decorate(cls)

    return dataclass


def _marked(run: Any, module: str, text: str) -> Any:
    """An annotation that is written as a text, `ClassVar[int]`: what it says to a dataclass, if it says something; else the text."""
    import dataclasses
    import typing

    named = _named(run, module, text.partition("[")[0].strip())
    return named if any(named is mark for mark in (typing.ClassVar, dataclasses.InitVar, dataclasses.KW_ONLY)) else text


def _named(run: Any, module: Any, text: str) -> Any:
    """What a name, or a name after a dot, means in a module of the run; None where it is no such text, or means nothing."""
    from .builtin import guarded_getattr

    first, *parts = text.split(".")
    if not all(part.isidentifier() for part in (first, *parts)):
        return None
    if is_refused_attribute(first):
        return None
    names = run.names_of(module)
    value = names[first] if first in names and first != "__builtins__" else run.builtins().get(first)
    for part in parts:
        value = guarded_getattr(value, part, None)
    return value


def _take_fields(made: Any) -> None:
    """A dataclass on a base that is not here, which may have fields too: its constructor takes more than the class itself says."""
    if not absent_classes or not issubclass(made, absent_classes[0]) or "__init__" not in vars(made):
        return
    from .builtin import guarded_setattr

    written = made.__init__
    names = list(made.__dataclass_fields__)
    reason = f"{made.__name__}(...)"

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        own = {name: kwargs.pop(name) for name in names if name in kwargs}
        if not args and not kwargs:
            written(self, **own)
            return
        for name in names:  # of the arguments given by place the first ones are the base's
            setattr(self, name, own.get(name, Unknown(f"{reason}.{name}")))
        for name, given in kwargs.items():
            guarded_setattr(self, name, given)

    type.__setattr__(made, "__init__", __init__)


def type_hints_for(run: Any) -> Callable[..., Any]:
    """`typing.get_type_hints`, which evaluates annotations that are texts: here a name is looked up, any other text is unknown."""

    def get_type_hints(obj: Any, globalns: Any = None, localns: Any = None, include_extras: bool = False) -> Any:
        from .builtin import guarded_getattr

        if isinstance(obj, type):
            owners = [base for base in reversed(type.mro(obj)) if base is not object]
            tables: list[tuple[Any, Any]] = [(annotations_of(base), base.__module__) for base in owners]
        else:
            tables = [(guarded_getattr(obj, "__annotations__", {}), getattr(obj, "__module__", None))]
        hints = {name: (hint, home) for table, home in tables for name, hint in table.items()}
        return {name: _hint(run, hint, home) for name, (hint, home) in hints.items()}

    return get_type_hints


def _hint(run: Any, hint: Any, module: Any) -> Any:
    if hint is None:
        return type(None)
    if not isinstance(hint, str):
        return hint
    found = _named(run, module, hint)
    return Unknown(f"the annotation {hint!r}") if found is None else found


def make_dataclass(name: Any, fields: Any, **options: Any) -> Any:
    """`dataclasses.make_dataclass`, with the same care."""
    import dataclasses

    fields = list(fields)
    for field in fields:
        _check_field(field if isinstance(field, str) else field[0])
    for key in ("module", "namespace"):
        if key in options:
            raise Refused(f"make_dataclass({key}=...) is not allowed in a loaded file")
    return dataclasses.make_dataclass(str.__str__(name), fields, **options)


def _fields(value: Any, function: str) -> list[tuple[str, Any]]:
    """The names of a dataclass's fields, each looked at once, and their values: a file may have made up the fields."""
    import dataclasses

    if isinstance(value, type) or not hasattr(type(value), "__dataclass_fields__"):
        raise TypeError(f"{function}() should be called on dataclass instances")
    names = [field.name for field in dataclasses.fields(value)]
    for name in names:
        _check_field(name)
    return [(name, getattr(value, name)) for name in names]


def asdict(value: Any, *, dict_factory: Any = dict) -> Any:
    """`dataclasses.asdict`"""
    pairs = _fields(value, "asdict")
    return dict_factory([(name, _plain(item, lambda v: asdict(v, dict_factory=dict_factory))) for name, item in pairs])


def astuple(value: Any, *, tuple_factory: Any = tuple) -> Any:
    """`dataclasses.astuple`"""
    pairs = _fields(value, "astuple")
    return tuple_factory([_plain(item, lambda v: astuple(v, tuple_factory=tuple_factory)) for _, item in pairs])


def _plain(value: Any, convert: Callable[[Any], Any]) -> Any:
    """A value of a field, with the dataclasses in it converted and everything else copied."""
    import copy

    kind: Any = type(value)
    if hasattr(kind, "__dataclass_fields__"):
        return convert(value)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return kind(*[_plain(item, convert) for item in value])
    if isinstance(value, (list, tuple)):
        return kind(_plain(item, convert) for item in value)
    if isinstance(value, dict):
        items = ((_plain(key, convert), _plain(item, convert)) for key, item in value.items())
        made: Any = value
        return kind(made.default_factory, items) if hasattr(kind, "default_factory") else kind(items)
    return copy.deepcopy(value)


def replace(value: Any, /, **changes: Any) -> Any:
    """`dataclasses.replace`"""
    import dataclasses

    kept = dict(_fields(value, "replace"))
    for field in dataclasses.fields(value):
        if not field.init:
            if field.name in changes:
                raise ValueError(
                    f"field {field.name} is declared with init=False, it cannot be specified with replace()"
                )
            kept.pop(field.name, None)
    return type(value)(**{**kept, **changes})


def _check_field(name: Any) -> None:
    if type(name) is not str or not name.isidentifier() or is_refused_attribute(name):
        raise Refused("a field's name must be a plain name")
