"""What a decorator from a package that is not here makes of a function or a class.

Nobody knows. Nearly all of them register it, check its arguments or compile it, and give back what computes the same. So a call that fits
the function's own parameters is taken to be a call of the function, and a class to be the class. Everything else says that the decorator did
more: a call that does not fit (`main()` of a command line), an attribute (`f.remote`), a subscript (`kernel[grid]`). That is unknown.
"""

from __future__ import annotations

from types import FunctionType, MethodType

from .attributes import read
from .fields import declared_fields
from .unknown import Unknown, UnknownValue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


def decorated(value: Any, reason: str) -> Any:
    """A function or a class under the decorator that `reason` names; a method stays what it is, for nobody but its class calls it."""
    if isinstance(value, type):
        kind: Any = value
        if kind.__init__ is object.__init__ and kind.__new__ is object.__new__:
            type.__setattr__(value, "__init__", _constructor(reason))
        return value
    if type(value) is not FunctionType or value.__qualname__.rpartition(".")[0].rpartition(".")[2] not in (
        "",
        "<locals>",
    ):
        return value
    return Decorated(value, reason)


def _constructor(reason: str) -> Any:
    """The constructor of a class without one, which the decorator may have written: what it does with its arguments is unknown."""

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        fields = {name for base in type(self).__mro__[:-1] for name in declared_fields(base)}
        for name in fields if args else fields.intersection(kwargs):
            setattr(self, name, Unknown(f"{type(self).__name__}(...).{name}, made by @{reason}"))

    return __init__


class Decorated:
    """A function under a decorator that is not known."""

    def __init__(self, function: Any, reason: str) -> None:
        for name in ("__name__", "__qualname__", "__module__", "__doc__"):
            object.__setattr__(self, name, getattr(function, name))
        object.__setattr__(self, "__wrapped__", function)
        object.__setattr__(self, "_decorator", reason)

    def _unknown(self, what: str) -> Unknown:
        return Unknown(f"{self.__name__}{what}, made by @{self._decorator}")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return self.__wrapped__(*args, **kwargs)
        except TypeError as error:
            if error.__traceback__ is None or error.__traceback__.tb_next is not None:
                raise  # the function's own
        return self._unknown("(...)")

    def __get__(self, obj: Any, owner: Any = None) -> Any:
        return self if obj is None else MethodType(self, obj)

    def __getattr__(self, name: str) -> Any:
        if name[:1] == "_":
            return read(object.__getattribute__(self, "__wrapped__"), name)
        return self._unknown(f".{name}")

    def __getitem__(self, key: Any) -> Unknown:
        return self._unknown("[...]")

    def __iter__(self) -> Iterator[Any]:
        raise UnknownValue(self._unknown("").reason)

    def __repr__(self) -> str:
        return f"<function {self.__qualname__}>"
