"""A value of a table that nobody has read: a text, or a number as pandas reads it.

Where a tensor is made of it, it is a number. What else is done with it is known as far as it holds of both.
"""

from __future__ import annotations

from convcalc.tensor import Unknown, dtypes
from convcalc.tensor.unknown import kind_of

from ..numpy_types import CLASSES, COMPARISONS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class _OfOne(type):
    @property
    def tensor_dtype(cls) -> Any:
        """Of each value another one: two values may be of different columns."""
        return dtypes.UnknownDType((dtypes.bool_, dtypes.int64, dtypes.float64))


class Value(metaclass=_OfOne):
    """The kind of such a value."""

    is_single = True  # no list, so the shape of a tensor that is made of it is ()

    @classmethod
    def of_unknown(cls, unknown: Unknown, other: Any, name: str, reflected: bool) -> Any:
        if hasattr(type(other), "__torch_function__") or hasattr(type(other), "__tensor__"):
            return NotImplemented
        if name in COMPARISONS:
            return Unknown(unknown.reason, bool)
        kind: Any = kind_of(other)
        if kind is str:
            return Unknown(unknown.reason, str if name == "add" else None)
        if name in ("add", "sub", "mul", "truediv") and kind in (int, float):
            return Unknown(unknown.reason, CLASSES["float64"] if kind is float or name == "truediv" else cls)
        return Unknown(unknown.reason)

    @classmethod
    def of_unknown_alone(cls, unknown: Unknown, name: str, *digits: Any) -> Any:
        return Unknown(unknown.reason, int if name in ("trunc", "floor", "ceil", "round") else cls)

    @classmethod
    def of_unknown_attribute(cls, unknown: Unknown, name: str) -> Any:
        return Unknown(f"{unknown.reason}.{name}")
