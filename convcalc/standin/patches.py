"""What a loaded file sets on classes, functions and objects that are not its own, `nn.Linear.forward = ...`: put back before the next run.

An owner is remembered when something is first set on it, so that a file which sets nothing costs nothing. Who sets: statements
(`$owner`, which `source.instrument` puts around what stands before the dot), `setattr` and `delattr`, `type.__setattr__`, `functools.wraps`.
"""

from __future__ import annotations

import sys
from types import FunctionType

from convcalc.nn.module import Module
from convcalc.tensor import Tensor
from convcalc.tensor.attributes import Refused, Sealed

from .facade import Facade

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# By the owner's id: the owner, what it said before, and its names, which are in no table.
_kept: dict[int, tuple[Any, dict[str, Any], tuple[str, ...]]] = {}


def owner(value: Any) -> Any:
    """The value, of which an attribute is about to be set or deleted."""
    kind = type(value)
    if issubclass(kind, type):
        _check(value)
        if value.__module__ != "__main__" and id(value) not in _kept:
            _kept[id(value)] = value, dict(type.__dict__["__dict__"].__get__(value)), _names(value)
    elif kind.__class__ is Sealed:
        raise Refused(f"a {kind.__name__} is none of the file's own: nothing can be set on it")
    elif id(value) not in _kept and _is_shared(value, kind):
        _kept[id(value)] = value, dict(vars(value)), _names(value) if kind is FunctionType else ()
    return value


# Classes of this program that stand for none of a package's. Who sets a method on one would be called with what the engine gives it.
_ENGINE = tuple(
    f"convcalc.{home}"
    for home in (
        "trace. source. check. analysis. report. library. cli. dim. tensor.unknown tensor.varying_numbers tensor.decoration tensor.handover "
        "nn.facts standin.facade standin.patches"
    ).split()
)


def _check(cls: type) -> None:
    """Refuses to have something set on a class of the engine or of Python's own library, which all code shares: `abc.ABCMeta.__instancecheck__ = f`."""
    table = type.__dict__["__dict__"].__get__(cls)
    home = table.get("__module__")
    if type(home) is not str or not cls.__flags__ & HEAP:
        return
    if home.startswith(_ENGINE) and home != "convcalc.source.paths":
        raise Refused(f"{cls.__name__} is no class of the file's own: nothing can be set on it")
    module = sys.modules.get(home)
    found: Any = module if home.partition(".")[0] in sys.stdlib_module_names else None
    for part in type.__dict__["__qualname__"].__get__(cls).split(".") if found is not None else ():
        own = type.__dict__["__dict__"].__get__(found) if isinstance(found, type) else vars(found)
        found = own.get(part)
        if not isinstance(found, type):
            return
    if found is cls:
        raise Refused(f"{home}.{cls.__name__} is Python's own: nothing can be set on it")


def _names(value: Any) -> tuple[str, ...]:
    """What a class or a function is called, where that can be set."""
    if isinstance(value, type):
        if not value.__flags__ & HEAP:
            return ()
        read = type.__dict__
        return read["__name__"].__get__(value), read["__qualname__"].__get__(value)
    return value.__name__, value.__qualname__


HEAP = 1 << 9  # the flag of a class that is no part of the interpreter


def _is_shared(value: Any, kind: type) -> bool:
    """Whether a function or an object may be one that each run is handed anew, though it is one and the same."""
    if kind is FunctionType:
        return bool(value.__module__ != "__main__")
    ours = kind.__module__.startswith("convcalc.") and kind is not Facade and not issubclass(kind, (Tensor, Module))
    return ours and hasattr(value, "__dict__")


def undo() -> None:
    """Puts everything back as it was."""
    while _kept:
        _, (value, before, names) = _kept.popitem()
        if isinstance(value, type):
            _restore(value, dict(type.__dict__["__dict__"].__get__(value)), before)
        else:
            table = vars(value)
            table.clear()
            table.update(before)
        for name, text in zip(("__name__", "__qualname__"), names):
            if isinstance(value, type):
                type.__setattr__(value, name, text)
            else:
                setattr(value, name, text)


def _restore(cls: type, now: dict[str, Any], before: dict[str, Any]) -> None:
    for name, value in now.items():
        if name not in before:
            type.__delattr__(cls, name)
        elif before[name] is not value:
            type.__setattr__(cls, name, before[name])
    for name in before.keys() - now.keys():
        type.__setattr__(cls, name, before[name])
