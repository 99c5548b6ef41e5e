"""What `iter(loader)` returns: the batches of a data loader, one after another.

A loop over them may be let run to its end, or skip what is alike: `alike`, `skip` and `remaining` say of what follows how much there is
of it and how much of it is like the batch just given. Source: torch/utils/data/dataloader.py, _utils/fetch.py.
"""

from __future__ import annotations

from convcalc.tensor import Unknown, UnknownValue
from convcalc.tensor import varying_numbers as _varying
from convcalc.trace import recorder as _trace

from .data_sets import drawn_index, length
from .items import FEW, Items, random_state
from .samplers import BatchSampler, SequentialSampler, batch_count, drawn_from

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .data import DataLoader

MOST_BATCHES = 64  # that are given where nobody knows how many there are


class Batches:
    """An iterator over the batches of a loader.

    After each batch one may ask `alike()` and `remaining()`, and may `skip`. `first_size` and `size` are the numbers of items of the first batch and of
    the one just given; an unknown where nobody knows, None where items come one by one.
    """

    gives_batches = True

    def __init__(self, loader: DataLoader) -> None:
        self.loader = loader
        self.given = 0
        self._order: Any = None
        self._items: Any = None
        self._repeats = False  # the batch just given is made of what stands for every item
        self.size: Any = None
        self.first_size: Any = None

    def __iter__(self) -> Batches:
        return self

    def __len__(self) -> int:
        return len(self.loader)

    # what a loop needs

    def __next__(self) -> Any:
        """The next batch; StopIteration where PyTorch has no more, or after the 64th where nobody knows how many there are."""
        record = _trace.active
        if record is None:
            return self._made()
        record.batches_made += 1
        try:
            return self._made()
        finally:
            record.batches_made -= 1

    def _made(self) -> Any:
        if _varying.conditions:
            self._settle()
        taken = self._taken()
        watcher = None if _trace.active is None else _trace.active.watcher
        if taken is None:
            if watcher is not None:
                watcher.over(self)
            raise StopIteration
        self.given += 1
        batch = self._collated(*taken)
        if watcher is not None:
            watcher.given(self, batch)
        return batch

    next = __next__

    def _settle(self) -> None:
        """In a turn of a script's loop that stands for others, what is counted here is a number that varies; which batch comes hangs on the number itself."""
        for owner in (self, self._order):
            for name, value in owner.__dict__.items() if owner is not None and type(owner) is not Unknown else ():
                if type(value) is _varying.Varying:
                    owner.__dict__[name] = value.pinned()

    def alike(self) -> int | None:
        """How many of the following batches are certain to be like the one just given: in structure, shapes and types, and in what is known of values.

        None where that holds for all whole ones of an unknown number; 0 where it is not certain.
        """
        return self.order.whole_left(self.size) if self._repeats else 0

    def skip(self, count: int) -> None:
        """Moves past so many batches without making them."""
        self.order.skip(count)
        self.given += count

    def remaining(self) -> Any:
        """How many batches are left; an unknown where nobody knows."""
        return self.order.left()

    def is_rest(self) -> bool:
        """Whether the batch just given is the last, smaller one."""
        smaller = type(self.size) is int and type(self.first_size) is int and self.size < self.first_size
        return smaller and bool(self.order.is_even)

    def item_count(self) -> Any:
        """How many items all batches have together; an unknown where nobody knows."""
        return self.order.count

    # which items a batch has

    @property
    def order(self) -> Any:
        """Which items each batch has: found when the first batch is asked for, as PyTorch does it."""
        if self._order is None:
            self._order = self._found_order()
        return self._order

    def _found_order(self) -> Any:
        loader = self.loader
        if loader._dataset_kind:
            from .orders import Streamed

            return Streamed(loader)
        grouped = loader.batch_sampler is not None
        sampler, size, drop_last = loader._index_sampler, None, False
        own = getattr(type(sampler), "__iter__", None)
        if grouped and own is BatchSampler.__iter__:
            sampler, size, drop_last = sampler.sampler, sampler.batch_size, sampler.drop_last is True
            own = getattr(type(sampler), "__iter__", None)
        elif grouped and type(sampler) is Unknown:
            size = Unknown("the size of a batch")
        drawn = drawn_from(sampler) if size is not None or not grouped else None
        if drawn is not None:
            pool, whole = drawn
            self._items = Items(loader.dataset, pool, whole, loader._memory)
            return Counted(length(sampler), size, drop_last, True)
        self._items = Items(loader.dataset)
        if own is SequentialSampler.__iter__ and (size is not None or not grouped):
            return Counted(length(sampler.data_source), size, drop_last, False)
        if type(sampler) is Unknown:
            return Counted(Unknown(f"len({sampler.reason})"), size, drop_last, True)
        from .orders import Listed

        return Listed(iter(loader._index_sampler), grouped)

    def _taken(self) -> Any:
        """The items of the next batch, and how many they stand for: an unknown where that is one, None where they are not collated."""
        order, workers = self.order, self.loader.num_workers
        if type(workers) is int and workers > 0:
            _worker[0] = self.given % workers, workers, self.loader.dataset
        try:
            found = order.next()
            if found is None:
                return None
            if self.loader._dataset_kind:
                items, count = found
                self._repeats = order.repeats
            else:
                indices, count = found
                items = self._items.of(indices, self._exactly(indices))
                self._repeats = self._items.repeats
        except UnknownValue as unknown:
            items, count, self._repeats = [Unknown(unknown.reason)], Unknown(unknown.reason), False
        finally:
            _worker[0] = None
        self.size = count
        if not self.given:
            self.first_size = count
        return items, count

    def _exactly(self, indices: Any) -> bool:
        """Whether each item is made, where one stands for all but tells less of values: of few items, and for the first batch of many."""
        size = self.order.count
        return len(indices) <= FEW and (not self.given or (type(size) is int and size <= FEW))

    # what becomes of them

    def _collated(self, items: Any, count: Any) -> Any:
        from .collate import default_collate, default_convert

        function = self.loader.collate_fn
        try:
            if type(items) is Unknown:
                return function(items)
            if function is default_collate:
                if self._repeats and type(count) is int and self._items is not None:
                    self._items.refuse_unlike(count)
            elif function is not default_convert:
                return self._by_user(function, items, count)
            if count is None:
                return function(items[0])
            return function(items) if type(count) is int else self._of_unknown_count(function, items[0], count)
        except UnknownValue as unknown:
            return Unknown(unknown.reason)

    @staticmethod
    def _of_unknown_count(function: Any, item: Any, count: Unknown) -> Any:
        """A batch of an unknown number of items: what batches of two and of three have in common."""
        from .likeness import in_common, opened

        return in_common([function([opened(item) for _ in range(size)]) for size in (2, 3)], count.reason)

    def _by_user(self, function: Any, items: list[Any], count: Any) -> Any:
        """What a `collate_fn` of the script's own makes: it gets items that it may change, and that show what is not known of them."""
        if self._items is None or self._items.stands_in:
            from .likeness import opened

            items = [opened(item) for item in items]
        if type(count) is Unknown:
            return self._of_unknown_count(function, items[0], count)
        if self._repeats and self._items is not None:
            return self._of_drawn(function, items, count)
        return self._made_by(function, items, count)

    def _of_drawn(self, function: Any, items: list[Any], count: int | None) -> Any:
        """A batch of items drawn at random: of what they have in common, or, where that does not tell all, what batches of real items have in common."""
        from .sampled_batches import is_complete, sampled_batch
        from .traces import Trace

        if is_complete(items[0]):
            trace = Trace()
            batch = self._made_by(function, items, count)
            if is_complete(batch):
                return batch
            samples = self._items.samples()
            if len(samples) > 1:
                trace.erase()
        else:
            samples = self._items.samples()
        if len(samples) < 2:
            return self._made_by(function, items, count)
        return sampled_batch(function, samples, count, self._items.patterns, self._items.name)

    @staticmethod
    def _made_by(function: Any, items: list[Any], count: int | None) -> Any:
        state = random_state()
        batch = function(items[0] if count is None else items)
        if state == random_state():
            return batch
        from .likeness import less_chance

        return less_chance(function, batch, items, count)


# the workers, one after the other in this process


_worker: list[Any] = [None]  # its number, how many there are, and its data set


def get_worker_info() -> Any:
    """The worker that makes the present batch; None in the main process."""
    if _worker[0] is None:
        return None
    from .orders import WorkerInfo

    return WorkerInfo(*_worker[0])


# orders: which items each batch has


class Counted:
    """Batches of `size` of `count` items, in their order or drawn at random; a `size` of None gives items one by one.

    `at` is the number of those given. Either number may be unknown.
    """

    is_even = True  # a smaller batch is the last one

    def __init__(self, count: Any, size: Any, drop_last: bool, random: bool) -> None:
        self.count = count
        self.size = size
        self.drop_last = drop_last
        self.random = random
        self.at = 0

    def left(self) -> Any:
        """How many batches are left."""
        if type(self.count) is Unknown or type(self.size) is Unknown:
            return Unknown("the number of batches of a data loader")
        return batch_count(self.count, self.size or 1, self.drop_last) - self.at

    def whole_left(self, size: Any) -> int | None:
        """How many batches follow that are as large as the one given last, of `size` items; None where nobody knows."""
        if type(self.count) is Unknown or type(self.size) is Unknown:
            return None
        return max(0, self.count // (self.size or 1) - self.at)  # type: ignore[no-any-return]

    def skip(self, count: int) -> None:
        self.at += count

    def next(self) -> Any:
        """The indices of the next batch and their number, an unknown where it is one; None where there is no batch."""
        left = self.left()
        if left == 0 if type(left) is int else self.at >= MOST_BATCHES:
            return None
        start = self.at * (self.size or 1) if type(self.size) is not Unknown else 0
        self.at += 1
        if type(self.size) is Unknown:
            return [drawn_index()], self.size
        size = self.size or 1
        if type(self.count) is int:
            size = min(size, self.count - start)
        indices = [drawn_index()] * size if self.random else range(start, start + size)
        return indices, None if self.size is None else size
