"""The registry of numpy's functions: a block defines one, and every name that numpy has for it finds it."""

from __future__ import annotations

import sys
from importlib import import_module

from convcalc.tensor.dtypes import UnknownDType
from convcalc.tensor.unknown import Unknown, UnknownValue, strangers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, TypeVar

    F = TypeVar("F", bound=Callable[..., Any])

RULES: dict[str, Any] = {}
HOMES: dict[str, str] = {}  # the family of each, for `tools.generate`


class NotModelled(Exception):
    """A rule does not know what numpy would answer; `reason` says why, where it is more than that."""

    def __init__(self, reason: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason


def rule(*names: str) -> Callable[[F], F]:
    """Return what registers a rule under numpy's names for it; twice the same name is an error."""

    def register(function: F) -> F:
        called = answering(names[0].replace("np.", "numpy.", 1), function, takes_tables=True)
        for name in names:
            enter(name, called, function.__module__)
        return called  # type: ignore[return-value]

    return register


def enter(name: str, value: Any, family: str | None = None) -> None:
    """Put a function, or another object, under a name."""
    if name in RULES:
        raise ValueError(f"{name} is registered twice")
    RULES[name] = value
    HOMES[name] = (family or sys._getframe(1).f_globals["__name__"]).rpartition(".")[2]


wrappers: list[
    type
] = []  # classes that hold an array (`__as_array__`) and that are no arrays: pandas's, once a file imports it


def answering(
    label: str, function: Callable[..., Any], takes_tables: bool = False, by_value: bool = False
) -> Callable[..., Any]:
    """The function that answers with an unknown where the rule does not know, and in every world where an element type is not known.

    Where it takes tables it is given their arrays; what one that works value by value makes of a table is a table.
    """

    def called(*args: Any, **kwargs: Any) -> Any:
        try:
            if takes_tables and wrappers:
                held = next((x for x in args if type(x) in wrappers), None)
                args, kwargs = _arrays(args), _arrays(kwargs)
                if held is not None and by_value and hasattr(type(held), "__wrapped__"):
                    return held.__wrapped__(called(*args, **kwargs))
            if UnknownDType in strangers and (kwargs or args):
                from .worlds import are_needed, in_every_world

                if are_needed((args, kwargs)):
                    return in_every_world(function, args, kwargs)
            return function(*args, **kwargs)
        except NotModelled as unknown:
            return Unknown(unknown.reason or f"{label}(...)")
        except UnknownValue as unknown:
            return Unknown(unknown.reason)

    called.__name__ = called.__qualname__ = label.rpartition(".")[2]
    called.__doc__ = function.__doc__
    called.__module__ = "numpy"
    return called


def _arrays(given: Any) -> Any:
    """Arguments with the arrays of what holds some."""
    kind = type(given)
    if kind in wrappers:
        return given.__as_array__()
    if kind is tuple or kind is list:
        return (
            kind([_arrays(part) for part in given])
            if any(type(part) in wrappers or type(part) in (tuple, list) for part in given[:64])
            else given
        )
    if kind is dict:
        return {name: _arrays(part) for name, part in given.items()}
    return given


def find(name: str) -> Any:
    """What numpy calls `name` (`np.stack`, `ndarray.sum`); None where there is no rule."""
    found = RULES.get(name)
    if found is None:
        from .names import FAMILY

        family = FAMILY.get(name)
        if family is None:
            return None
        import_module(f"convcalc.standin.numpy_rules.{family}")
        found = RULES[name]
    return found


class Table(dict):  # type: ignore[type-arg]
    """The names of a module of numpy's: what stands in the table, and the rules under a prefix, each found when it is first asked for."""

    def __init__(self, prefix: str, own: dict[str, Any]) -> None:
        super().__init__(own)
        self.prefix = prefix

    def get(self, name: str, default: Any = None) -> Any:
        found = dict.get(self, name, self)
        if found is self:
            found = find(f"{self.prefix}.{name}")
            if found is None:
                return default
            self[name] = found
        return found

    def __contains__(self, name: object) -> bool:
        return dict.__contains__(self, name) or (isinstance(name, str) and f"{self.prefix}.{name}" in _family())

    def __iter__(self) -> Iterator[str]:
        lead = f"{self.prefix}."
        yield from dict.fromkeys(
            [*dict.__iter__(self), *[name[len(lead) :] for name in _family() if name.startswith(lead)]]
        )


def _family() -> dict[str, str]:
    from .names import FAMILY

    return FAMILY
