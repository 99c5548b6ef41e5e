"""An index that stands for all: whatever is made with it holds for every item of a data set.

It passes for an int and keeps only what is certain: it lies in a range, and its sums and products are known as such. What depends
on which index it is raises `UnknownValue`. So an item that comes out, comes out for every index (see docs/architecture.md).
"""

from __future__ import annotations

from convcalc.tensor import Unknown, UnknownValue

from .data_sets import length

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .items import Items

REASON = "the index of an item"


class HangsOnIndex(UnknownValue):
    """Something was asked that another index answers otherwise: the item of such an index does not stand for all."""

    ends_attempt = True


class AnyIndex:
    """`scale * i + offset` for an index `i` from `low` to `high` (None where nobody knows how many items there are).

    `root` tells the index `i` from those of other origin: of two of one origin the difference is exact.
    """

    __slots__ = ("high", "low", "offset", "root", "scale")

    stands_for_all = True

    def __init__(self, low: int, high: int | None, root: Any = None, scale: int = 1, offset: int = 0) -> None:
        self.low = low
        self.high = high
        self.root = object() if root is None else root
        self.scale = scale
        self.offset = offset

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        return int

    def bounds(self) -> tuple[int | None, int | None]:
        """The least and the greatest value; None where there is none."""
        ends = (
            self.scale * self.low + self.offset,
            None if self.high is None else self.scale * self.high + self.offset,
        )
        return ends if self.scale > 0 else ends[::-1]

    def _linear(self, scale: int, offset: int) -> Any:
        return offset if scale == 0 else AnyIndex(self.low, self.high, self.root, scale, offset)

    def _plus(self, other: Any, sign: int) -> Any:
        if type(other) is AnyIndex:
            if other.root is not self.root:
                return NotImplemented
            return self._linear(self.scale + sign * other.scale, self.offset + sign * other.offset)
        return self._linear(self.scale, self.offset + sign * other) if type(other) is int else NotImplemented

    def __add__(self, other: Any) -> Any:
        return self._plus(other, 1)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        return self._plus(other, -1)

    def __rsub__(self, other: Any) -> Any:
        return (-self).__add__(other)

    def __neg__(self) -> Any:
        return self._linear(-self.scale, -self.offset)

    def __pos__(self) -> Any:
        return self

    __trunc__ = __pos__

    def __mul__(self, other: Any) -> Any:
        return self._linear(self.scale * other, self.offset * other) if type(other) is int else NotImplemented

    __rmul__ = __mul__

    def __floordiv__(self, other: Any) -> Any:
        if type(other) is not int or other <= 0:
            return NotImplemented
        low, high = (None if end is None else end // other for end in self.bounds())
        return low if low == high and low is not None else _within(low, high)

    def __mod__(self, other: Any) -> Any:
        if type(other) is not int or other <= 0:
            return NotImplemented
        low, high = self.bounds()
        if low is not None and high is not None and low // other == high // other:
            return self - low // other * other
        return AnyIndex(0, other - 1) if other > 1 else 0

    # comparisons: where the range decides them

    def _beside(self, other: Any) -> Any:
        """The bounds of the difference to a number."""
        if type(other) is float:
            return tuple([None if end is None else end - other for end in self.bounds()])
        difference = self._plus(other, -1)
        if difference is NotImplemented:
            raise HangsOnIndex(REASON)
        return (difference, difference) if type(difference) is int else difference.bounds()

    def _is_less(self, other: Any, or_equal: bool) -> Any:
        if type(other) is Unknown:
            return NotImplemented
        low, high = self._beside(other)
        if high is not None and (high <= 0 if or_equal else high < 0):
            return True
        if low is not None and (low > 0 if or_equal else low >= 0):
            return False
        raise HangsOnIndex(REASON)

    def __lt__(self, other: Any) -> Any:
        return self._is_less(other, False)

    def __le__(self, other: Any) -> Any:
        return self._is_less(other, True)

    def __gt__(self, other: Any) -> Any:
        found = self._is_less(other, True)
        return found if found is NotImplemented else not found

    def __ge__(self, other: Any) -> Any:
        found = self._is_less(other, False)
        return found if found is NotImplemented else not found

    def __eq__(self, other: object) -> Any:
        if type(other) is Unknown:
            return NotImplemented
        if other is None or isinstance(other, (str, bytes, tuple, list)):
            return False
        low, high = self._beside(other)
        if low == high == 0:
            return True
        if (low is not None and low > 0) or (high is not None and high < 0):
            return False
        raise HangsOnIndex(REASON)

    def __ne__(self, other: object) -> Any:
        found = self == other
        return found if type(found) is Unknown else not found

    def __bool__(self) -> bool:
        return bool(self != 0)

    def lesser(self, other: Any) -> Any:
        """The smaller of two sizes, as rules ask for it."""
        return self if self <= other else other

    def greater(self, other: Any) -> Any:
        """The larger of two sizes."""
        return other if self < other else self

    # which one it is, nobody knows

    def _unknown(self, *args: Any) -> Any:
        raise HangsOnIndex(REASON)

    __index__ = __int__ = __float__ = __complex__ = __hash__ = __str__ = __repr__ = __format__ = _unknown
    __copy__ = __pos__

    def __deepcopy__(self, memo: Any) -> Any:
        return self


def _within(low: int | None, high: int | None) -> Any:
    if low is None:
        raise HangsOnIndex(REASON)
    return AnyIndex(low, high)


def stands_for_all(value: Any) -> bool:
    """Whether a value is such an index, or a number made of one."""
    return type(value) is AnyIndex


def any_of(dataset: Any) -> AnyIndex:
    """An index that stands for all of a dataset."""
    size = length(dataset)
    return AnyIndex(0, None if type(size) is Unknown else max(size - 1, 0))


def look_for_general(items: Items, item: Any, chances: int, branches: int) -> None:
    """Makes the item of an index that stands for all, once more for each of the chances where random numbers were consulted.

    It must not contradict `item`, and ask as many unknown conditions.
    """
    from .items import random_state
    from .likeness import knows_more, merged, settled
    from .traces import Trace

    state, trace = random_state(), Trace()
    record: Any = trace.record
    recover, record.recover = record.recover, None
    try:
        index = any_of(items.dataset)
        general = settled(items.made(index))
        if chances:
            general = merged([general, *[settled(items.made(index)) for _ in range(chances)]], items.differing(), False)
        if trace.branches_since() == branches * (1 + chances) and (chances or state == random_state()):
            items.tells_all = not knows_more(item, general)
            items.general = general
    except Exception:  # the item hangs on its index
        pass
    finally:
        record.recover = recover
    trace.erase()
