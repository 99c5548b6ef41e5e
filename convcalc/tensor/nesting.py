"""Nested lists of numbers, as tensors and arrays are made of: their shape, and the numbers in row-major order.

Lists of Python's own numbers are read a level at a time, without a step of Python for each number. In other lists there may be arrays
(objects with `__tensor__`), tensors, numbers of other libraries, and things that are not known. A list of unknown length ends in a mark
(`Unknown.is_rest`): its items are like those before it.
"""

from __future__ import annotations

from itertools import chain

from .size import agreed, differ
from .unknown import Unknown, UnknownValue, held_by, is_number
from .values import LIMIT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

SEQUENCES = frozenset((list, tuple, range))
NUMBERS = frozenset((int, float, bool, complex))


class Ragged(Exception):
    """Lists side by side that differ: `first` and `other` are their shapes, `depth` the dimension in which they lie."""

    def __init__(self, first: tuple[Any, ...], other: tuple[Any, ...], depth: int) -> None:
        super().__init__(first, other)
        self.first = first
        self.other = other
        self.depth = depth


class Nested:
    """What nested lists are: `types` of the leaves; the `leaves`, None where there are many and all of them are numbers of Python's.

    A leaf that is an array stands for all its elements; `all_plain` says that every leaf is a number of Python's.
    """

    __slots__ = ("all_plain", "leaves", "shape", "types")

    def __init__(self, shape: tuple[Any, ...], types: set[type], leaves: list[Any] | None, all_plain: bool) -> None:
        self.shape = shape
        self.types = types
        self.leaves = leaves
        self.all_plain = all_plain


def nested(data: Any, tensors_are_numbers: bool = True) -> Nested:
    """The reading of a list, or of one number. `Ragged` where the lists are; UnknownValue where a shape depends on what is not known.

    To PyTorch a tensor in a list is a number, to numpy (not `tensors_are_numbers`) an array.
    """
    found = _numbers(data) if type(data) in SEQUENCES else None
    if found is not None:
        return found
    reader = _Reader(tensors_are_numbers)
    shape = reader.shape(data, 0)
    if shape is None:
        raise UnknownValue(next(leaf.reason for leaf in reader.leaves if type(leaf) is Unknown))
    types = {type(leaf) for leaf in reader.leaves}
    return Nested(shape, types, reader.leaves, types <= NUMBERS)


def _numbers(data: Any) -> Nested | None:
    """Lists of Python's own numbers, or of nothing; None where there is something else, or the lists are ragged."""
    shape = [len(data)]
    items = data
    count = shape[0]
    while count:
        types = set(map(type, items))
        if types <= NUMBERS:
            return Nested(tuple(shape), types, list(items), True)
        if not types <= SEQUENCES:
            return None
        lengths = set(map(len, items))
        if len(lengths) > 1:
            return None
        shape.append(lengths.pop())
        count *= shape[-1]
        if count > LIMIT:
            below = set(map(type, chain.from_iterable(items)))
            if below <= NUMBERS:
                return Nested(tuple(shape), below, None, True)
            if not below <= SEQUENCES:
                return None
        items = list(chain.from_iterable(items))
    return Nested(tuple(shape), set(), [], True)


class _Reader:
    """Reads lists that hold something else than Python's numbers, collecting the leaves."""

    def __init__(self, tensors_are_numbers: bool) -> None:
        self.tensors_are_numbers = tensors_are_numbers
        self.leaves: list[Any] = []

    def shape(self, item: Any, depth: int) -> tuple[Any, ...] | None:
        """The shape of a part; None of something that may be a number as well as a list."""
        kind = type(item)
        if kind is Unknown:
            self.leaves.append(item)
            return () if is_number(item) else None
        if kind in SEQUENCES or (isinstance(item, (list, tuple)) and not hasattr(kind, "__tensor__")):
            return self._list(item, depth)
        self.leaves.append(item)
        if hasattr(kind, "__tensor__"):
            return tuple(held_by(item).shape)
        if hasattr(kind, "__torch_function__"):
            return () if self.tensors_are_numbers and depth else tuple(item.shape)
        if hasattr(kind, "__as_array__"):
            return self._held_array(item)
        if hasattr(kind, "__len__") and hasattr(kind, "__getitem__") and not isinstance(item, (str, bytes, dict)):
            self.leaves.pop()  # any other sequence: a deque, an array of Python's
            return self._list(list(item), depth)
        return ()

    def _held_array(self, item: Any) -> tuple[Any, ...] | None:
        """Of what holds an array and is none, a column of a table: PyTorch takes it for a list of its elements."""
        self.leaves.pop()
        if self.tensors_are_numbers and hasattr(type(item), "check_sequence"):
            item.check_sequence()
        return self.shape(item.__as_array__(), 1)

    def _list(self, items: Any, depth: int) -> tuple[Any, ...] | None:
        first: Any = None
        rest = None
        for part in items:
            if type(part) is Unknown and part.is_rest:
                rest = part
                continue
            shape = self.shape(part, depth + 1)
            if shape is None:
                continue
            if first is None:
                first = shape
            elif differ(first, shape):
                raise Ragged(first, shape, depth + 1)
            else:
                first = agreed(first, shape)
        if first is None and items:
            self.leaves += [rest] if rest is not None else []
            return None
        return (len(items) if rest is None else _length(items), *(first or ()))


def _length(items: Any) -> Any:
    from .symbols import length_of_list

    return length_of_list(items)


def elements(found: Nested) -> Iterator[Any]:
    """The leaves one by one; of an array each element, an unknown number where it is not known."""
    from .values import element, known

    for leaf in found.leaves or ():
        tensor = held_by(leaf)
        if not hasattr(type(tensor), "__torch_function__"):
            yield leaf
            continue
        values = known(tensor)
        if values is None:
            yield element(tensor, "an element of an array")
        else:
            yield from values


def elements_as(found: Nested, dtype: Any) -> Any:
    """The elements as a tensor of that type holds them; None where they are many, or one is not known."""
    from .values import rounded

    if found.leaves is None or any(type(size) is Unknown for size in found.shape):
        return None
    values = found.leaves if found.all_plain else list(elements(found))
    return rounded(values, dtype) if len(values) <= LIMIT else None
