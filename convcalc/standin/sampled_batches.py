"""What a script's own `collate_fn` makes of items that differ and are drawn at random: what batches of real items have in common.

Which items a batch gets nobody knows, but the items themselves are there. So the function is called with real ones: with some that are drawn, and with
batches of one item each, the least and the greatest by each number in which items differ. What comes out equal whatever went in is known; a size that differs is a
symbol, the same wherever it differs alike (the length of a padded text and of its mask), with what is added to it (`length - 1`).
"""

from __future__ import annotations

from random import Random

from convcalc.tensor import Size, Tensor, Unknown, UnknownValue, make
from convcalc.tensor.strides import contiguous_strides, unknown_strides
from convcalc.tensor.symbols import symbol
from convcalc.tensor.unknown import held_by, is_number_type, kind_of
from convcalc.trace.internal_errors import reveal

from .collate import Number
from .likeness import _parts, _rebuilt, mapped
from .traces import Trace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

DRAWN = 5  # batches of items that are drawn
REFUSALS = 8  # drawn batches that are all refused, before each is taken to be
EXTREMES = 6  # numbers in which items differ, by which the least and the greatest are looked for
DEEPEST = 6


def is_complete(value: Any) -> bool:
    """Whether all shapes in a value are known, and the types of its numbers."""
    found = [True]

    def look(leaf: Any) -> Any:
        if type(leaf) is Unknown:
            found[0] = found[0] and is_number_type(kind_of(leaf))
        elif isinstance(leaf, Tensor) or hasattr(leaf, "__tensor__"):
            tensor = leaf if isinstance(leaf, Tensor) else held_by(leaf)
            found[0] = found[0] and isinstance(tensor, Tensor) and Unknown not in map(type, tensor.shape)
        return leaf

    mapped(value, look)
    return found[0]


def sampled_batch(function: Callable[[Any], Any], items: Sequence[Any], count: int | None, memory: dict[Any, Any], name: str) -> Any:  # fmt: skip
    """A batch of `count` of these items (one item by itself where it is None), whichever are drawn; `memory` is kept with the data set.

    Raises what the function raises of every batch that is drawn.
    """
    pattern = memory.get((function, count))
    if pattern is None:
        pattern = memory[function, count] = Pattern(_batches(function, items, count), items, count, name)
    return pattern.filled()


# the batches


def _batches(function: Callable[[Any], Any], items: Sequence[Any], count: int | None) -> list[Any]:
    source = Random(0)  # the same sizes on every machine

    def drawn() -> list[Any]:
        number = count or 1
        return source.sample(items, number) if number <= len(items) else source.choices(items, k=number)

    trace, found, refused = Trace(), [], []
    for turn in range(REFUSALS):
        chosen = drawn()
        try:
            found.append(_called(function, chosen, count))
        except (UnknownValue, RecursionError, MemoryError):
            raise
        except Exception as error:
            reveal(error)
            refused.append(chosen)
        trace.erase()
        if len(found) >= DRAWN or (found and turn >= DRAWN):
            break
    if not found:
        return [_called(function, refused[0], count)]  # which raises, where the record of the run sees it
    for item in _extremes(items):
        try:
            found.append(_called(function, [item] * (count or 1), count))
        except Exception as error:
            reveal(error)
        trace.erase()
    return found


def _called(function: Callable[[Any], Any], items: Sequence[Any], count: int | None) -> Any:
    """A batch of these: the function may change the list, and containers in the items."""
    fresh = [_own(item) for item in items]
    return function(fresh[0] if count is None else fresh)


def _own(item: Any, depth: int = 0) -> Any:
    if type(item) is dict and depth < DEEPEST:
        return {key: _own(part, depth + 1) for key, part in item.items()}
    if type(item) is list and depth < DEEPEST:
        return [_own(part, depth + 1) for part in item]
    return tuple([_own(part, depth + 1) for part in item]) if type(item) is tuple and depth < DEEPEST else item


def _extremes(items: Sequence[Any]) -> list[Any]:
    """The items that are least and greatest in a number in which they differ."""
    measured = [dict(_measures(item, ())) for item in items]
    found: dict[int, Any] = {}
    paths = [path for path in measured[0] if len({numbers.get(path) for numbers in measured}) > 1]
    for path in paths[:EXTREMES]:
        having = [place for place, numbers in enumerate(measured) if path in numbers]
        for choose in (min, max):
            place = choose(having, key=lambda at: measured[at][path])
            found[place] = items[place]
    return list(found.values())


def _measures(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, int]]:
    """The sizes and whole numbers in an item, with where they are."""
    if hasattr(value, "__tensor__"):
        value = held_by(value)
    if isinstance(value, Tensor):
        yield from [((*path, axis), size) for axis, size in enumerate(value.shape) if type(size) is int]
    elif type(value) is int:
        yield path, value
    elif isinstance(value, (str, list, tuple, dict)):
        if not isinstance(value, (tuple, dict)):
            yield (*path, "len"), len(value)
        if len(path) < DEEPEST and not isinstance(value, str) and len(value) < 32:
            for key, part in value.items() if isinstance(value, dict) else enumerate(value):
                yield from _measures(part, (*path, key))


# what they have in common


class Pattern:
    """What several batches have in common, with places for the sizes in which they differ."""

    def __init__(self, batches: list[Any], items: Sequence[Any], count: int | None, name: str) -> None:
        self.reason = f"what differs between the batches of {name}"
        self.sizes: dict[tuple[int, ...], Any] = {}  # by how large it is in each batch
        self.count = count
        self.batch = self._merged(batches) if len(batches) > 1 else batches[0]

    def filled(self) -> Any:
        """One batch: its sizes are symbols of its own."""
        made: dict[tuple[int, ...], Unknown] = {}

        def leaf(value: Any) -> Any:
            if type(value) is _Differing:
                return self._size(value, made)
            return self._tensor(value, made) if type(value) is _Plan else value

        return mapped(self.batch, leaf)

    def _tensor(self, plan: _Plan, made: dict[tuple[int, ...], Unknown]) -> Any:
        shape = [self._size(size, made) if type(size) is _Differing else size for size in plan.shape]
        strides = plan.strides
        if type(strides) is _Differing:
            strides = unknown_strides(shape)
        elif plan.order is not None:
            strides = _ordered_strides(shape, plan.order)
        tensor = make(Size(shape), plan.dtype, strides, plan.device, None if plan.values is None else plan.values[:])
        if not plan.is_array:
            return tensor
        from .numpy_arrays import ndarray, wrapped

        return ndarray(tensor) if shape else wrapped(tensor)

    def _size(self, size: _Differing, made: dict[tuple[int, ...], Unknown]) -> Any:
        if not size.sizes:
            return Unknown(self.reason, int)
        base: Any = made.get(size.sizes)
        if base is None:
            least = 0 if 0 in size.sizes else 1
            base = made[size.sizes] = symbol("length", self.reason, least)
        number: Any = base if size.times == 1 else base * size.times
        return number + size.more if size.more else number

    def _differing(self, sizes: tuple[int, ...]) -> _Differing:
        """A size of which each batch has another; as another one and so much, where it is so in all of them."""
        if len(set(sizes)) > 2:
            for times in (1, self.count or 1):
                for base in self.sizes:
                    more = sizes[0] - base[0] * times
                    if all(size == other * times + more for size, other in zip(sizes, base)):
                        return _Differing(base, times, more)
        self.sizes[sizes] = None
        return _Differing(sizes)

    def _merged(self, values: list[Any], depth: int = 0) -> Any:
        first = values[0]
        kind: Any = type(first)
        if any(type(value) is not kind for value in values):
            kinds = {value.kind if type(value) is Number else kind_of(value) for value in values}
            number = kinds.pop()
            return Unknown(self.reason, number if not kinds and is_number_type(number) else None)
        if kind is Unknown:
            kinds = {kind_of(value) for value in values}
            return Unknown(first.reason, kinds.pop() if len(kinds) == 1 else None)
        if isinstance(first, Tensor):
            return self._merged_tensor(values)
        if hasattr(first, "__tensor__"):
            plan = self._merged_tensor([held_by(value) for value in values])
            if type(plan) is _Plan:
                plan.is_array = True
            return plan
        if kind is int and any(value != first for value in values):
            return self._differing(tuple(values)) if tuple(values) in self.sizes else Unknown(self.reason, int)
        if kind in (bool, int, float, str, bytes):
            same = all(value == first for value in values)
            return first if same else Unknown(self.reason, kind if kind in (bool, int, float, str) else None)
        if first is None:
            return None
        parts = [_parts(value) for value in values]
        if parts[0] is None or depth > DEEPEST:
            return first if all(value is first for value in values) else Unknown(self.reason)
        if any(list(part) != list(parts[0]) for part in parts):
            return Unknown(self.reason)
        return _rebuilt(first, {key: self._merged([part[key] for part in parts], depth + 1) for key in parts[0]})

    def _merged_tensor(self, tensors: list[Any]) -> Any:
        first = tensors[0]
        if any(
            not isinstance(t, Tensor) or t.dtype is not first.dtype or len(t.shape) != len(first.shape) for t in tensors
        ):
            return Unknown(self.reason)
        shape = []
        for sizes in zip(*[t.shape for t in tensors]):
            if any(type(size) is not int for size in sizes):
                shape.append(_Differing(()))
            else:
                shape.append(sizes[0] if len(set(sizes)) == 1 else self._differing(sizes))
        values = first.values if all(t.values is not None and t.values == first.values for t in tensors) else None
        plan = _Plan(shape, first.dtype, first._strides, first.device, values)
        if any(t._strides != first._strides for t in tensors):
            plan.order = _order_of(tensors)
            plan.strides = None if plan.order is not None else _Differing(())
        return plan


class _Differing:
    """The place of a size that differs from batch to batch: by how large it is in each, times so much and so much more. Of none nothing is known."""

    __slots__ = ("more", "sizes", "times")

    def __init__(self, sizes: tuple[int, ...], times: int = 1, more: int = 0) -> None:
        self.sizes, self.times, self.more = sizes, times, more


class _Plan:
    """A tensor, or an array, with such places; `order` are its dimensions from the outermost in memory on, where strides differ."""

    __slots__ = ("device", "dtype", "is_array", "order", "shape", "strides", "values")

    def __init__(self, shape: Any, dtype: Any, strides: Any, device: Any, values: Any) -> None:
        self.shape, self.dtype, self.strides, self.device, self.values = shape, dtype, strides, device, values
        self.order: Any = None
        self.is_array = False


def _order_of(tensors: Sequence[Tensor]) -> Any:
    """The dimensions from the outermost in memory on; None where the tensors do not have it together, or have gaps."""
    strides = tensors[0].stride()
    order = sorted(range(len(strides)), key=lambda axis: -strides[axis])
    if all(tuple(t.stride()) == tuple(_ordered_strides(t.shape, order)) for t in tensors):
        return order
    return None


def _ordered_strides(shape: Sequence[Any], order: Sequence[int]) -> Any:
    inner = contiguous_strides([shape[axis] for axis in order])
    found: list[Any] = [0] * len(shape)
    for axis, stride in zip(order, inner):
        found[axis] = stride
    return tuple(found)
