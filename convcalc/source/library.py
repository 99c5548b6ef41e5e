"""Functions of Python's own library that would read, set or evaluate for a file what it may not name itself: replaced in the process of the file.

Each is called by other functions of the library, so that to hand out another one in its place is not enough. They are replaced when the module is first
handed out, and do what they always do wherever no file runs (`lock`).
"""

from __future__ import annotations

import types

from convcalc.standin import patches
from convcalc.tensor.attributes import Refused, is_refused_attribute, plain_state, read, write

from .guard import lock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_replaced: set[str] = set()
hints: list[Any] = [None]  # `typing.get_type_hints` of the run


def guard_module(name: str) -> None:
    """Replaces what is to be replaced in a module of the library that a file is handed."""
    guard = _GUARDS.get(name)
    if guard is not None and name not in _replaced:
        _replaced.add(name)
        from importlib import import_module

        guard(import_module(name))


def _guard_copying(copy: Any) -> None:
    """What a copy is made of is read and set by names that a class gives (`__slotnames__`, `__reduce__`), or by the fields of our own classes."""
    real = copy._reconstruct

    def reconstruct(x: Any, memo: Any, func: Any, args: Any, state: Any = None, listiter: Any = None, dictiter: Any = None, **named: Any) -> Any:  # fmt: skip
        if not lock.on:
            return real(x, memo, func, args, state, listiter, dictiter, **named)
        func, state = read if func is getattr or func is _getattr else func, plain_state(state)
        made = real(x, memo, func, args, None, listiter, dictiter, **named)
        if state is not None:
            # what the memory of a copy answers for the state may be something else, so it is looked at again
            _set_state(made, state if memo is None else plain_state(copy.deepcopy(state, memo)))
        return made

    copy._reconstruct = reconstruct
    copy.getattr = _of_copied


def _of_copied(x: Any, name: str, *default: Any) -> Any:
    """How an object is reduced is its class's to say: an object's own `__getattribute__` would be handed `object.__reduce_ex__`, which reads all."""
    if not lock.on or name not in ("__reduce_ex__", "__reduce__") or issubclass(type(x), type):
        return getattr(x, name, *default)
    for base in type.__dict__["__mro__"].__get__(type(x)):
        table = type.__dict__["__dict__"].__get__(base)
        if name in table:
            return table[name].__get__(x, type(x))
    return getattr(x, name, *default)


def _set_state(made: Any, state: Any) -> None:
    """What `copy` does with the state of an object, by names that a file may set."""
    for base in type.__dict__["__mro__"].__get__(type(made)):
        table = type.__dict__["__dict__"].__get__(base)
        if "__setstate__" in table:
            table["__setstate__"].__get__(made, type(made))(state)
            return
    fields = None
    if type(state) is tuple and len(state) == 2:
        state, fields = state
    if state is not None:
        made.__dict__.update(state)
    for name, item in (fields or {}).items():
        write(patches.owner(made), name, item)


def _guard_signatures(inspect: Any) -> None:
    """A text of an annotation is evaluated among names that the file gives, and the interpreter adds its builtins to them: here it stays a text."""
    real, of_text = inspect.get_annotations, inspect._signature_fromstr

    def get_annotations(obj: Any, *args: Any, **options: Any) -> Any:
        return real(obj) if lock.on else real(obj, *args, **options)

    def signature_from_text(cls: Any, obj: Any, *args: Any, **options: Any) -> Any:
        if lock.on and not _is_builtin(obj):
            raise ValueError(f"no signature found for builtin {type(obj).__name__}")
        return of_text(cls, obj, *args, **options)

    inspect.get_annotations, inspect._signature_fromstr = get_annotations, signature_from_text


_OF_C = (types.BuiltinFunctionType, types.MethodDescriptorType, types.WrapperDescriptorType, types.MethodWrapperType, types.ClassMethodDescriptorType)  # fmt: skip


def _is_builtin(value: Any) -> bool:
    """Whether C code has made a function or a class, and with it the text of its signature."""
    kind = type(value)
    return any(kind is one for one in _OF_C) or (kind is type and not value.__flags__ & 1 << 9)


# What an alias keeps of its own, in one version of Python or another; all else is set on what stands before the bracket.
_OF_ALIASES = frozenset(("_name", "_inst", "_nparams", "_defaults", "_paramspec_tvars", "_typevar_types"))


def _guard_typing(typing: Any) -> None:
    """`List[int].x` reads and sets an attribute of what stands before the bracket, by any name; `get_type_hints` evaluates texts."""
    alias, real = typing._BaseGenericAlias, typing.get_type_hints
    getting, setting = alias.__getattr__, alias.__setattr__

    def __getattr__(self: Any, name: Any) -> Any:
        if lock.on and (type(name) is not str or is_refused_attribute(name)):
            raise AttributeError(name)
        if lock.on and name[:2] != "__":
            return read(object.__getattribute__(self, "__origin__"), name)
        return getting(self, name)

    def __setattr__(self: Any, name: Any, value: Any) -> None:
        if lock.on and (type(name) is not str or (name[:2] != "__" and is_refused_attribute(name))):
            raise AttributeError(name)
        if lock.on and name[:2] != "__" and name not in _OF_ALIASES:
            patches.owner(object.__getattribute__(self, "__dict__").get("__origin__"))
        setting(self, name, value)

    alias.__getattr__, alias.__setattr__ = __getattr__, __setattr__

    def get_type_hints(*args: Any, **options: Any) -> Any:
        return hints[0](*args, **options) if lock.on and hints[0] is not None else real(*args, **options)

    typing.get_type_hints = get_type_hints


def _guard_sections(configparser: Any) -> None:
    """The parsers read by the run (`readers`); their own method, which `super()` finds, opens a file itself."""

    def refused(*args: Any, **options: Any) -> Any:
        raise Refused("a loaded file only computes")

    configparser.open = refused


def _guard_enumerations(enum: Any) -> None:
    """An enumeration compares how its bases are reduced with `object.__reduce_ex__`: an object in its place would be handed that, which reads all."""
    enum.getattr = _getattr


def _getattr(value: Any, name: str, *default: Any) -> Any:
    found = getattr(value, name, *default)
    return _reduced if lock.on and found is object.__reduce_ex__ else found


def _reduced(*args: Any) -> Any:
    raise Refused("__reduce_ex__ is not allowed in a loaded file")


_GUARDS: dict[str, Callable[[Any], None]] = {
    "copy": _guard_copying, "inspect": _guard_signatures, "typing": _guard_typing, "configparser": _guard_sections, "enum": _guard_enumerations,
}  # fmt: skip


def guard_dispatch() -> None:
    """Has `functools.singledispatch`, which asks `typing` for the annotations of a function, ask the guarded one."""
    import functools

    library: Any = functools
    if "functools" in _replaced:
        return
    _replaced.add("functools")
    real = library.singledispatch

    def singledispatch(func: Any) -> Any:
        if lock.on:
            guard_module("typing")
        return real(func)

    library.singledispatch = singledispatch
