"""`torch.Size`: the shape of a tensor, a tuple of sizes."""

from __future__ import annotations

import math

from .unknown import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def are_equal(a: Any, b: Any) -> bool:
    """Whether two sizes are equal; symbolic ones only if they are for all values of their symbols, unknown ones never."""
    if type(a) is int and type(b) is int:
        return a == b
    if a is b:
        return True
    if type(a) is Unknown or type(b) is Unknown:
        return False
    if type(a) is int:
        a, b = b, a
    return bool(a.surely_equals(b))


def lesser(a: Any, b: Any) -> Any:
    """The smaller of two sizes; of symbolic ones exactly, without a branch."""
    if type(a) is int and type(b) is int:
        return min(a, b)
    return b.lesser(a) if type(a) is int else a.lesser(b)


def greater(a: Any, b: Any) -> Any:
    """The larger of two sizes; of symbolic ones exactly, without a branch."""
    if type(a) is int and type(b) is int:
        return max(a, b)
    return b.greater(a) if type(a) is int else a.greater(b)


class Size(tuple):  # type: ignore[type-arg]
    """A tuple of sizes that knows its product and stays a `Size` under slicing and addition."""

    __slots__ = ()

    def numel(self) -> int:
        return math.prod(self)

    def __eq__(self, other: object) -> bool:
        """Shapes of different lengths differ, whatever their sizes: comparing symbolic ones might note a condition."""
        if isinstance(other, tuple) and len(self) != len(other):
            return False
        return tuple.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        if isinstance(other, tuple) and len(self) != len(other):
            return True
        return tuple.__ne__(self, other)

    __hash__ = tuple.__hash__

    def __getitem__(self, key: Any) -> Any:
        item = tuple.__getitem__(self, key)
        return Size(item) if type(key) is slice else item

    def __add__(self, other: Any) -> Any:
        return Size(tuple.__add__(self, tuple(other)))

    def __mul__(self, times: Any) -> Any:
        return Size(tuple.__mul__(self, times))

    __rmul__ = __mul__

    def __repr__(self) -> str:
        return f"torch.Size([{', '.join(map(str, self))}])"

    __str__ = __repr__
