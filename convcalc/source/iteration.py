"""What a `for` goes over: item after item, and which of the items to come are like the last one, so that their turns need not be run.

An `Items` wraps an iterable. `alike()` counts the items that are certain to be like the one given last (None: all that will come, however
many these are), `skip(count)` passes over them, `varying(turn, number)` is the last item as it depends on the number of the turn: the
number in `range(100)` and before an item of `enumerate` varies, a batch of a loader does not.
"""

from __future__ import annotations

from convcalc.tensor import Tensor, Unknown, make
from convcalc.tensor.varying_numbers import Varying

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

END = object()
MAX_PEEKED = 100  # items that are compared with one another


def counted(step: int, start: int) -> str:
    """`start + step * turn` as an expression over the counters of a loop."""
    turn = "v[0]" if step == 1 else f"({step} * v[0])"
    return f"({turn} + {start})" if start else turn


def of_any_count(batch: Any) -> Any:
    """A batch of which nobody knows how many items it has: as many in each of its parts that has a batch's size."""
    from convcalc.tensor.symbols import symbol

    return _with_count(batch, symbol("batch", "the size of a batch"), _count_of(batch))


def _with_count(batch: Any, count: Unknown, before: Any) -> Any:
    if isinstance(batch, Tensor):
        if not batch.shape:
            return batch
        size = count if _is_same(batch.shape[0], before) else Unknown("the size of a batch", int)
        shape: Any = (size, *batch.shape[1:])
        return make(shape, batch.dtype)
    if type(batch) in (list, tuple):
        return type(batch)([_with_count(part, count, before) for part in batch])
    if type(batch) is dict:
        return {key: _with_count(part, count, before) for key, part in batch.items()}
    return batch


def _count_of(batch: Any) -> Any:
    """The size of the first tensor of a batch; None where there is none."""
    if isinstance(batch, Tensor):
        return batch.shape[0] if batch.shape else None
    parts = batch.values() if type(batch) is dict else batch if type(batch) in (list, tuple) else ()
    return next((count for count in map(_count_of, parts) if count is not None), None)


def _is_same(a: Any, b: Any) -> bool:
    return a is b or (type(a) is int and a == b)


class Items:
    """Any iterable: nothing is known of the items to come."""

    is_endless = False
    is_long = False  # whether a turn is surely worth understanding: it works on a batch

    def __init__(self, iterable: Any) -> None:
        self.iterator = iter(iterable)

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        return next(self.iterator)

    def remaining(self) -> int | None:
        """How many items are still to come; None where nobody knows."""
        return None

    def alike(self) -> int | None:
        return 0

    def skip(self, count: int) -> None:
        """Passes over items that are alike."""

    def varying(self, turn: int, number: int) -> Any:
        """The item given last as it depends on the loop's first counter, `v[0]`, which is `number` for it."""
        return END  # it does not: it stays what it is

    def any_item(self, item: Any) -> Any:
        """What is known of an item, whichever it is: of the one given last and of those to come, which are given then."""
        from .leaving import joined

        for count, other in enumerate(self):
            if count >= MAX_PEEKED:
                return Unknown("an item of a loop")
            item = joined(other, item, "an item of a loop")
        return item


class Numbers(Items):
    """A `range`."""

    def __init__(self, numbers: range) -> None:
        self.numbers = numbers
        self.given = 0

    def __next__(self) -> int:
        if self.given >= len(self.numbers):
            raise StopIteration
        self.given += 1
        return self.numbers[self.given - 1]

    def remaining(self) -> int:
        return len(self.numbers) - self.given

    alike = remaining

    def skip(self, count: int) -> None:
        self.given += count

    def any_item(self, item: Any) -> Any:
        return Unknown("an item of a loop", int) if self.remaining() else item

    def varying(self, turn: int, number: int) -> Any:
        value, step = self.numbers[self.given - 1], self.numbers.step
        return Varying(turn, counted(step, value - step * number), value)


class Listed(Items):
    """A list, a tuple or a text: items that are one object after another are alike, as in `[x] * 8`."""

    def __init__(self, items: Any) -> None:
        self.items = items
        self.given = 0

    def __next__(self) -> Any:
        if self.given >= len(self.items):
            raise StopIteration
        self.given += 1
        return self.items[self.given - 1]

    def remaining(self) -> int:
        return max(len(self.items) - self.given, 0)

    def alike(self) -> int:
        from .state import are_alike

        last, count = self.items[self.given - 1], 0
        for item in self.items[self.given :]:
            if not are_alike(last, item):
                break
            count += 1
        return count

    def skip(self, count: int) -> None:
        self.given += count


class Rows(Items):
    """A tensor, row by row."""

    def __init__(self, tensor: Tensor) -> None:
        self.tensor = tensor
        self.given = 0
        self.count = len(tensor)

    def __next__(self) -> Any:
        if self.given >= self.count:
            raise StopIteration
        self.given += 1
        return self.tensor[self.given - 1]

    def remaining(self) -> int:
        return self.count - self.given

    def alike(self) -> int:
        return self.remaining() if self.tensor.values is None else 0

    def skip(self, count: int) -> None:
        self.given += count


class Batches(Items):
    """What tells itself what is to come: a data loader's batches."""

    is_long = True

    def __init__(self, iterator: Any) -> None:
        self.iterator = iterator

    def remaining(self) -> int | None:
        left = self.iterator.remaining()
        return None if isinstance(left, Unknown) else left

    def alike(self) -> int | None:
        return self.iterator.alike()  # type: ignore[no-any-return]

    def skip(self, count: int) -> None:
        self.iterator.skip(count)

    def any_item(self, item: Any) -> Any:
        return super().any_item(item) if self.remaining() is not None else of_any_count(item)


class Numbered(Items):
    """`enumerate`: each item with its number."""

    def __init__(self, iterable: Any, start: Any = 0) -> None:
        self.inner = items_of(iterable)
        self.is_long = self.inner.is_long
        self.number = start

    def __next__(self) -> Any:
        item = next(self.inner)
        self.number += 1
        self.last = item
        return self.number - 1, item

    def remaining(self) -> int | None:
        return self.inner.remaining()

    def alike(self) -> int | None:
        return self.inner.alike() if type(self.number) is int else 0

    def skip(self, count: int) -> None:
        self.inner.skip(count)
        self.number += count

    def varying(self, turn: int, number: int) -> Any:
        item = self.inner.varying(turn, number)
        if type(self.number) is not int:
            return END if item is END else (self.number - 1, item)
        varied = Varying(turn, counted(1, self.number - 1 - number), self.number - 1)
        return varied, self.last if item is END else item


class Together(Items):
    """`zip`: an item of each."""

    def __init__(self, *iterables: Any) -> None:
        self.inner = [items_of(iterable) for iterable in iterables]
        self.is_long = any(items.is_long for items in self.inner)

    def __next__(self) -> Any:
        self.last = tuple([next(items) for items in self.inner])
        return self.last

    def remaining(self) -> int | None:
        counts = [items.remaining() for items in self.inner]
        return None if None in counts else min(counts)  # type: ignore[type-var]

    def alike(self) -> int | None:
        known = [count for count in (items.alike() for items in self.inner) if count is not None]
        return min(known) if known else None

    def skip(self, count: int) -> None:
        for items in self.inner:
            items.skip(count)

    def varying(self, turn: int, number: int) -> Any:
        varied = [items.varying(turn, number) for items in self.inner]
        if all(item is END for item in varied):
            return END
        return tuple([last if item is END else item for last, item in zip(self.last, varied)])


class Endless(Items):
    """What a `while` goes over, and a `for` over something unknown: the same without end."""

    is_endless = True

    def __init__(self, item: Any = None) -> None:
        self.item = item

    def __next__(self) -> Any:
        return self.item

    def alike(self) -> None:
        return None

    def any_item(self, item: Any) -> Any:
        return item


def items_of(iterable: Any) -> Items:
    """The items of an iterable, by what is known of it."""
    kind = type(iterable)
    while getattr(kind, "passes_through", False):  # a progress bar
        iterable = iterable.iterable
        kind = type(iterable)
    if isinstance(iterable, Items):
        return iterable
    if kind is range:
        return Numbers(iterable)
    if kind is list or kind is tuple or kind is str:
        return Listed(iterable)
    if isinstance(iterable, Tensor) and iterable.shape and type(iterable.shape[0]) is int:
        return Rows(iterable)
    if getattr(kind, "gives_batches", False):
        iterator = iter(iterable)
        return Batches(iterator) if hasattr(type(iterator), "alike") else Items(iterator)
    return Items(iterable)


def is_followed(iterable: Any) -> bool:
    """Whether something is known of what it will give: then that is kept when it is numbered or put beside others."""
    kind = type(iterable)
    return (
        kind is range
        or issubclass(kind, (Items, Tensor))
        or getattr(kind, "gives_batches", False)
        or getattr(kind, "passes_through", False)
    )
