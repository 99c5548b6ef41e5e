"""The orders that a script itself makes: its own samplers, and data sets that are iterated."""

from __future__ import annotations

from itertools import islice

from convcalc.tensor import Tensor, Unknown, UnknownValue, make
from convcalc.tensor.dtypes import int64
from convcalc.trace import recorder as _trace

from .batches import MOST_BATCHES, _worker
from .data_sets import drawn_index, length
from .items import FEW, random_state

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .data import DataLoader

AHEAD = 10_000  # batches of a sampler that are read ahead, to know how many there are


class Listed:
    """Batches of the indices that a script's own sampler gives, one after another; single indices where they are not `grouped`."""

    is_even = False

    def __init__(self, batches: Iterator[Any], grouped: bool) -> None:
        self.batches = batches
        self.grouped = grouped
        self.ahead: list[Any] = []
        self.count = Unknown("the number of items that a sampler gives")

    def _read(self) -> bool:
        """Reads on to the end, if that is not too far."""
        self.ahead += islice(self.batches, AHEAD + 1 - len(self.ahead))
        return len(self.ahead) <= AHEAD

    def left(self) -> Any:
        return len(self.ahead) if self._read() else Unknown("the number of batches of a sampler")

    def whole_left(self, size: Any) -> int:
        self._read()
        found = 0
        while found < len(self.ahead) and self._sized(self.ahead[found])[1] == size:
            found += 1
        return found

    def skip(self, count: int) -> None:
        for _ in range(count):
            self.next()

    def next(self) -> Any:
        if self.ahead:
            return self._sized(self.ahead.pop(0))
        for batch in self.batches:
            return self._sized(batch)
        return None

    def _sized(self, batch: Any) -> Any:
        if not self.grouped:
            return [_single(batch)], None
        if type(batch) is Unknown:
            return [drawn_index()], Unknown(f"len({batch.reason})")
        if isinstance(batch, (list, tuple, range)):
            if any(type(index) is Unknown and index.is_rest for index in batch):
                return [drawn_index()], Unknown("the length of a list that a sampler gives")
            indices = list(map(_index, batch))
        else:
            size = length(batch)
            if type(size) is Unknown:
                return [drawn_index()], size
            indices = list(map(_index, batch))
        return indices, len(indices)


def _index(index: Any) -> Any:
    """An index as a number, where it is a tensor or an array's element."""
    if isinstance(index, Tensor) and not index.shape:
        return index.item()
    return drawn_index() if hasattr(index, "__tensor__") and not index.shape else index


def _single(index: Any) -> Any:
    """An index that goes to the data set as it is; of several that are drawn at random, a tensor of so many."""
    if isinstance(index, (list, tuple)) and any(type(part) is Unknown for part in index):
        return make((len(index),), int64)
    return index


class WorkerInfo:
    """What `get_worker_info` tells a data set in a worker."""

    __slots__ = ("dataset", "id", "num_workers", "rng", "seed", "worker_method")

    def __init__(self, id: int, num_workers: int, dataset: Any) -> None:
        self.id = id
        self.num_workers = num_workers
        self.seed = Unknown("a worker's seed")
        self.dataset = dataset
        self.rng = None
        self.worker_method = "multiprocessing"


class Reader:
    """The items of an iterated data set in one worker, or in the main process."""

    def __init__(self, loader: DataLoader, worker: tuple[int, int] | None) -> None:
        self.loader = loader
        self.worker: Any = worker  # its number, and how many there are; then its data set
        self.name = type(loader.dataset).__name__
        self.items: Any = None
        self.seen: list[Any] = []  # the first ones
        self.general: Any = None  # what stands for each item, where nobody knows how many there are
        self.is_over = False
        self._undecided = 0

    def _start(self) -> None:
        dataset = self.loader.dataset
        if self.worker is not None:
            from copy import deepcopy

            dataset = deepcopy(dataset)
            _worker[0] = self.worker = (*self.worker, dataset)
            if self.loader.worker_init_fn is not None and type(self.loader.worker_init_fn) is not Unknown:
                self.loader.worker_init_fn(self.worker[0])
        self._undecided = _undecided()
        self.items = iter(dataset)

    def read(self, count: int) -> list[Any]:
        """The next items, as many as there are; what one has come to stand for all, as often as wanted."""
        try:
            if self.items is None:
                self._start()
            _worker[0] = self.worker
            found: list[Any] = []
            state = random_state()
            while len(found) < count and self.general is None and not self.is_over:
                self._read_one(found)
        except UnknownValue as unknown:
            self.general = Unknown(unknown.reason)
        except OSError as error:
            self.general = Unknown(f"an item of {self.name} ({error})")
        finally:
            _worker[0] = None
        if self.general is not None:
            return [self.general] * count
        if state == random_state() or not found:
            return found
        from .likeness import without_chance

        return without_chance(found, self.differing())  # type: ignore[no-any-return]

    def differing(self) -> str:
        return f"what differs between the items of {self.name}"

    def _read_one(self, found: list[Any]) -> None:
        for item in self.items:
            found.append(item)
            if len(self.seen) < FEW:
                self.seen.append(item)
            return
        if self._undecided == _undecided():
            self.is_over = True
        elif not self.seen:
            self.general = Unknown(f"an item of {self.name}")
        else:
            from .likeness import merged

            self.general = merged(self.seen, self.differing(), whole=False)


def _undecided() -> int:
    """How many branches and loops so far hung on something unknown: an iteration with one of these may be longer than it seems."""
    record = _trace.active
    return 0 if record is None else record.branches + record.unknown_loops


class Streamed:
    """Batches of the items that a data set gives when it is iterated; each worker iterates one of its own."""

    count = Unknown("the number of items of an iterable data set")
    is_even = True

    def __init__(self, loader: DataLoader) -> None:
        self.size = loader.batch_size
        self.drop_last = loader.drop_last is True
        workers = loader.num_workers if type(loader.num_workers) is int else 0
        self.readers = [Reader(loader, (i, workers)) for i in range(workers)] or [Reader(loader, None)]
        self.turn = 0
        self.at = 0
        self.repeats = False

    def _is_open(self) -> bool:
        """Whether something stands for items of an unknown number."""
        return any(reader.general is not None for reader in self.readers)

    def next(self) -> Any:
        """The items of the next batch, from the worker whose turn it is; None where all are at their end."""
        size = 1 if self.size is None or type(self.size) is Unknown else self.size
        while self.readers and self.at < (MOST_BATCHES if self._is_open() else self.at + 1):
            reader = self.readers[self.turn % len(self.readers)]
            items = reader.read(size)
            if not items or (len(items) < size and self.drop_last):
                self.readers.remove(reader)
                continue
            self.turn = self.readers.index(reader) + 1
            self.at += 1
            self.repeats = reader.general is not None
            return items, self.size if self.size is None or type(self.size) is Unknown else len(items)
        return None

    def left(self) -> Any:
        return 0 if not self.readers else Unknown("the number of batches of an iterable data set")

    def whole_left(self, size: Any) -> int | None:
        return None if self.repeats else 0

    def skip(self, count: int) -> None:
        for _ in range(count):
            self.next()
