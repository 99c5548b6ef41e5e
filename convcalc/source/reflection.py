"""Functions of the standard library that read attributes by name, or write source, on a loaded file's behalf: with the guard's care."""

from __future__ import annotations

import types

from convcalc.standin import patches
from convcalc.tensor import Unknown
from convcalc.tensor.attributes import check_name, read, write
from convcalc.tensor.fields import annotations_of
from convcalc.tensor.unknown import absent_classes

from .guard import Refused, is_refused_attribute, lock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def names_of(module: str, run: Any) -> dict[str, Any]:
    """What stands for the names of a module that are not handed out as they are."""
    if module == "operator":
        return {"attrgetter": attrgetter, "methodcaller": methodcaller}
    if module == "functools":
        import functools

        from . import library

        library.hints[0] = type_hints_for(run)
        library.guard_dispatch()
        replaced = {"update_wrapper": update_wrapper, "wraps": wraps, "cached_property": cached_property}
        return {**replaced, "singledispatch": functools.singledispatch}
    if module == "typing":
        return {"get_type_hints": type_hints_for(run)}
    dataclass = dataclass_for(run)
    return {
        "dataclass": dataclass, "make_dataclass": make_dataclass_for(dataclass), "asdict": asdict, "astuple": astuple, "replace": replace,
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
        write(patches.owner(wrapper), name, value)
    if updated and isinstance(wrapped, types.FunctionType):
        vars(wrapper).update(vars(wrapped))
    if isinstance(wrapper, types.FunctionType) and isinstance(wrapped, (types.FunctionType, types.MethodType, type)):
        wrapper.__wrapped__ = wrapped  # type: ignore[attr-defined]  # which `inspect.signature` follows
    return wrapper


class cached_property:
    """`functools.cached_property`, which looks up a name that a file may have set: in the object's own table, and no class's or function's."""

    def __init__(self, func: Any) -> None:
        self.func = func
        self.attrname: Any = None
        self.__doc__ = func.__doc__

    def __set_name__(self, owner: Any, name: str) -> None:
        if self.attrname is None:
            self.attrname = name
        elif name != self.attrname:
            raise TypeError(
                f"Cannot assign the same cached_property to two different names ({self.attrname!r} and {name!r})."
            )

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self
        name = self.attrname
        if name is None:
            raise TypeError("Cannot use cached_property instance without calling __set_name__ on it.")
        check_name(name)
        kind = type(instance)
        if issubclass(kind, (type, types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.ModuleType)):
            raise TypeError(
                f"The '__dict__' attribute on {kind.__name__!r} instance does not support item assignment for caching {name!r} property."
            )
        try:
            cache = vars(instance)
        except TypeError:
            raise TypeError(
                f"No '__dict__' attribute on {kind.__name__!r} instance to cache {name!r} property."
            ) from None
        if type(cache) is types.MappingProxyType:  # of a class, by what is made of it: `list[int]`
            raise TypeError(f"The '__dict__' attribute of {kind.__name__!r} does not support item assignment.")
        if name in cache:
            return cache[name]
        value = cache[name] = self.func(instance)
        return value

    __class_getitem__: Any = classmethod(types.GenericAlias)


def guard_functools() -> None:
    """Has `functools` itself copy nothing but what a loaded file may name: `lru_cache(cls)` would copy the table of a class."""
    import functools

    library: Any = functools
    real = library.update_wrapper
    if real.__module__ != "functools":
        return
    names = functools.WRAPPER_ASSIGNMENTS

    def update_only(wrapper: Any, wrapped: Any, assigned: Any = names, updated: Any = ("__dict__",)) -> Any:
        if not lock.on:
            return real(wrapper, wrapped, assigned, updated)
        return update_wrapper(wrapper, wrapped, tuple(name for name in assigned if name in WRAPPED), updated)

    library.update_wrapper = update_only


def wraps(wrapped: Any, assigned: Any = WRAPPED, updated: Any = ("__dict__",)) -> Callable[[Any], Any]:
    return lambda wrapper: update_wrapper(wrapper, wrapped, assigned, updated)


def dataclass_for(run: Any) -> Callable[..., Any]:
    """`dataclasses.dataclass`, which writes source from the names of the fields: they must be names, of a class of the run's own (`generated`)."""
    from dataclasses import dataclass as real

    from . import generated

    generated.guard_fields()

    def dataclass(cls: Any = None, /, **options: Any) -> Any:
        def decorate(kind: Any) -> Any:
            if not isinstance(kind, type) or not run.is_own_module(
                type.__dict__["__dict__"].__get__(kind).get("__module__")
            ):
                raise Refused("a dataclass must be a class of the file")
            annotations = generated.prepared(kind)
            home = kind.__module__
            written = {name: text for name, text in annotations.items() if isinstance(text, str)}
            annotations.update({name: _marked(run, home, text) for name, text in written.items()})
            generated.settle_bases(kind)
            type.__setattr__(kind, "__module__", generated.blank())
            try:
                made: Any = generated.as_plain(kind, real(**options))
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
            write(self, name, own.get(name, Unknown(f"{reason}.{name}")))
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


def make_dataclass_for(dataclass: Callable[..., Any]) -> Callable[..., Any]:
    """`dataclasses.make_dataclass`: a class made of plain copies of what is given, and made a dataclass as any other."""

    def make_dataclass(cls_name: Any, fields: Any, *, bases: Any = (), namespace: Any = None, **options: Any) -> Any:
        from .generated import field_name

        for key in ("module", "decorator"):
            if key in options:
                raise Refused(f"make_dataclass({key}=...) is not allowed in a loaded file")
        if namespace is not None:
            raise Refused("make_dataclass(namespace=...) is not allowed in a loaded file")
        names: dict[str, Any] = {"__module__": "__main__"}
        annotations: dict[str, Any] = {}
        for field in fields:
            one = (field, "typing.Any") if isinstance(field, str) else tuple(field)
            if len(one) not in (2, 3):
                raise TypeError(f"Invalid field: {field!r}")
            name = field_name(one[0])
            if name in annotations:
                raise TypeError(f"Field name duplicated: {name!r}")
            annotations[name] = one[1]
            if len(one) == 3:
                names[name] = one[2]
        names["__annotations__"] = annotations
        made = types.new_class(str.__str__(cls_name), tuple(bases), {}, lambda table: table.update(names))
        return dataclass(made, **options)

    return make_dataclass


def _fields(value: Any, function: str) -> list[tuple[str, Any]]:
    """The names of a dataclass's fields, each looked at once, and their values: a file may have made up the fields."""
    import dataclasses

    from .generated import check_field

    if isinstance(value, type) or not hasattr(type(value), "__dataclass_fields__"):
        raise TypeError(f"{function}() should be called on dataclass instances")
    names = [field.name for field in dataclasses.fields(value)]
    for name in names:
        check_field(name)
    return [(name, read(value, name)) for name in names]


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
