"""`torch.Size`: the shape of a tensor, a tuple of sizes."""

from __future__ import annotations

import math

from .unknown import Undecided, Unknown, decides

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


def are_equal(a: Any, b: Any) -> bool:
    """Whether two sizes are equal; symbolic ones only if they are for all values of their symbols, unknown ones never."""
    if type(a) is int and type(b) is int:
        return a == b
    if a is b:
        return True
    if type(a) is Unknown or type(b) is Unknown:
        return _symbols_are(a, b, True)
    if type(a) is int:
        a, b = b, a
    return bool(a.surely_equals(b))


def _symbols_are(a: Any, b: Any, equal: bool) -> bool:
    """Whether two sizes, of which one is not known, are certainly equal, or certainly not: if they are made of the same symbols."""
    if (type(a) is Unknown and a._facts is None) or (type(b) is Unknown and b._facts is None):
        return False
    from .symbols import are_equal, certainly_differ

    return are_equal(a, b) if equal else certainly_differ(a, b)


def lesser(a: Any, b: Any) -> Any:
    """The smaller of two sizes; of symbolic ones exactly, without a branch."""
    if type(a) is int and type(b) is int:
        return min(a, b)
    if type(a) is Unknown or type(b) is Unknown:
        from .symbols import extreme

        return extreme((a, b), False)
    symbolic, other = (b, a) if type(a) is int else (a, b)
    if hasattr(type(symbolic), "lesser"):
        return symbolic.lesser(other)
    return a if a <= b else b  # a number that varies in a loop's turn


def greater(a: Any, b: Any) -> Any:
    """The larger of two sizes; of symbolic ones exactly, without a branch."""
    if type(a) is int and type(b) is int:
        return max(a, b)
    if type(a) is Unknown or type(b) is Unknown:
        from .symbols import extreme

        return extreme((a, b), True)
    symbolic, other = (b, a) if type(a) is int else (a, b)
    if hasattr(type(symbolic), "greater"):
        return symbolic.greater(other)
    return a if a >= b else b  # a number that varies in a loop's turn


def differ(a: Sequence[Any], b: Sequence[Any]) -> bool:
    """Whether two shapes certainly differ: in the number of sizes, or in one that both know. An unknown size may be any other."""
    if len(a) != len(b):
        return True
    for one, other in zip(a, b):
        if one is other:
            continue
        if type(one) is Unknown or type(other) is Unknown:
            if _symbols_are(one, other, False):
                return True
        elif one != other:
            return True
    return False


def are_certainly_unlike(a: Any, b: Any) -> bool:
    """Whether two sizes certainly differ and none of them is 1, so that neither broadcasts."""
    return _symbols_are(a, b, False) and _symbols_are(a, 1, False) and _symbols_are(b, 1, False)


def agreed(*shapes: Sequence[Any]) -> Size:
    """The one shape of tensors whose shapes must be equal, and do not differ: of a known size and an unknown one the known."""
    sizes = shapes[0]
    for shape in shapes[1:]:
        sizes = [agreed_size(*pair) for pair in zip(sizes, shape)]
    return Size(sizes)


def agreed_size(a: Any, b: Any) -> Any:
    """Of two sizes that must be equal the one that is known, or of which more is."""
    if type(a) is not Unknown or (type(b) is Unknown and b._facts is None):
        return a
    return b


class Size(tuple):  # type: ignore[type-arg]
    """A tuple of sizes that knows its product and stays a `Size` under slicing and addition."""

    __slots__ = ()

    def numel(self) -> int:
        return math.prod(self)

    @decides
    def __eq__(self, other: object) -> bool:
        """Shapes of different lengths differ, whatever their sizes: comparing symbolic ones might note a condition.

        Whether shapes with unknown sizes are equal is unknown, unless they `differ`.
        """
        if isinstance(other, tuple) and len(self) != len(other):
            return False
        try:
            return tuple.__eq__(self, other)
        except Undecided as undecided:
            return not differ(self, other) and undecided.unknown  # type: ignore[arg-type, return-value]

    @decides
    def __ne__(self, other: object) -> bool:
        if isinstance(other, tuple) and len(self) != len(other):
            return True
        try:
            return tuple.__ne__(self, other)
        except Undecided as undecided:
            return differ(self, other) or undecided.unknown  # type: ignore[arg-type, return-value]

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
