"""`torch.utils.data`: datasets, samplers, and loaders that give one batch of the right shape.

No data is read: a batch is what the first item says, stacked `batch_size` times. Source: torch/utils/data/*.py.
"""

from __future__ import annotations

import math
import sys

from convcalc.tensor import Size, Tensor, Unknown, UnknownValue, dtypes, make
from convcalc.tensor.unknown import lacks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

MOST_BATCHES = 64  # that a loader gives when asked one by one with next()

watcher: list[
    Any
] = []  # at most one, with `last_batch(loader, frame)`, `over(loader)` and `given(loader, batch)`; see BatchIterator


class Dataset:
    """Items by index; a loaded file's own datasets derive from it."""

    def __class_getitem__(cls, item: Any) -> Any:
        return cls

    def __getitem__(self, index: Any) -> Any:
        raise NotImplementedError("Subclasses of Dataset should implement __getitem__.")

    def __add__(self, other: Any) -> ConcatDataset:
        return ConcatDataset([self, other])


class IterableDataset(Dataset):
    """Items in a row."""

    def __iter__(self) -> Iterator[Any]:
        raise NotImplementedError("Subclasses of IterableDataset should implement __iter__.")


class ChainDataset(IterableDataset):
    """Iterable datasets one after the other."""

    def __init__(self, datasets: Any) -> None:
        self.datasets = datasets

    def __iter__(self) -> Iterator[Any]:
        for dataset in self.datasets:
            yield from dataset


class TensorDataset(Dataset):
    """Tensors that share their first size; an item is a slice of each."""

    def __init__(self, *tensors: Any) -> None:
        known = [t for t in tensors if isinstance(t, Tensor)]
        assert all(t.shape[0] == known[0].shape[0] for t in known), "Size mismatch between tensors"
        self.tensors = tensors

    def __getitem__(self, index: Any) -> tuple[Any, ...]:
        return tuple(_item_of(tensor, index) for tensor in self.tensors)

    def __len__(self) -> int:
        return len(self.tensors[0])


def _item_of(tensor: Any, index: Any) -> Any:
    if isinstance(tensor, Tensor) and isinstance(index, int):
        return make(tensor.shape[1:], tensor.dtype)
    return tensor[index]


class Subset(Dataset):
    """Some of a dataset's items."""

    def __init__(self, dataset: Any, indices: Any) -> None:
        self.dataset = dataset
        self.indices = indices

    def __getitem__(self, idx: Any) -> Any:
        if isinstance(idx, list):
            return self.dataset[[self.indices[i] for i in idx]]
        return self.dataset[0 if isinstance(self.indices, Unknown) else self.indices[idx]]

    def __len__(self) -> int:
        return len(self.indices)


class ConcatDataset(Dataset):
    """Datasets end to end."""

    def __init__(self, datasets: Any) -> None:
        self.datasets = list(datasets)
        assert len(self.datasets) > 0, "datasets should not be an empty iterable"
        for dataset in self.datasets:
            assert not isinstance(dataset, IterableDataset), "ConcatDataset does not support IterableDataset"

    def __len__(self) -> int:
        return sum(map(len, self.datasets))

    def __getitem__(self, idx: int) -> Any:
        if idx < 0:
            if -idx > len(self):
                raise ValueError("absolute value of index should not exceed dataset length")
            idx += len(self)
        for dataset in self.datasets[:-1]:
            if idx < len(dataset):
                return dataset[idx]
            idx -= len(dataset)
        return self.datasets[-1][idx]

    @property
    def cumulative_sizes(self) -> list[int]:
        sizes: list[int] = []
        for dataset in self.datasets:
            sizes.append((sizes[-1] if sizes else 0) + len(dataset))
        return sizes


class StackDataset(Dataset):
    """Datasets side by side: an item is one of each."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.datasets: Any = args or kwargs

    def __getitem__(self, index: Any) -> Any:
        if isinstance(self.datasets, dict):
            return {name: dataset[index] for name, dataset in self.datasets.items()}
        return tuple(dataset[index] for dataset in self.datasets)

    def __len__(self) -> int:
        return len(next(iter(self.datasets.values())) if isinstance(self.datasets, dict) else self.datasets[0])


def size_of(sized: Any) -> Any:
    """The length of a dataset or sampler, or an unknown."""
    try:
        return len(sized)
    except UnknownValue as unknown:
        return Unknown(unknown.reason)
    except (TypeError, NotImplementedError):
        return Unknown("the length of a dataset")


def random_split(dataset: Any, lengths: Any, generator: Any = None) -> list[Subset]:
    """Subsets of the lengths given, in numbers or in fractions that sum to 1."""
    size = size_of(dataset)
    lengths = list(lengths)
    known = [n for n in lengths if not isinstance(n, Unknown)]
    if known and len(known) == len(lengths) and math.isclose(sum(lengths), 1) and sum(lengths) <= 1:
        for i, fraction in enumerate(lengths):
            if fraction < 0 or fraction > 1:
                raise ValueError(f"Fraction at index {i} is not between 0 and 1")
        if isinstance(size, Unknown):
            return [Subset(dataset, size) for _ in lengths]
        parts = [math.floor(size * fraction) for fraction in lengths]
        for i in range(size - sum(parts)):
            parts[i % len(parts)] += 1
        lengths = parts
    if isinstance(size, Unknown) or len(known) < len(lengths):
        return [Subset(dataset, n if isinstance(n, Unknown) else range(n)) for n in lengths]
    if sum(lengths) != size:
        raise ValueError("Sum of input lengths does not equal the length of the input dataset!")
    starts = [sum(lengths[:i]) for i in range(len(lengths))]
    return [Subset(dataset, range(start, start + n)) for start, n in zip(starts, lengths)]


# samplers: the order of the indices does not matter to shapes


class Sampler:
    """Indices of a dataset in some order."""

    def __init__(self, data_source: Any = None, *args: Any, **kwargs: Any) -> None:
        self.data_source = data_source

    def __class_getitem__(cls, item: Any) -> Any:
        return cls

    def __iter__(self) -> Iterator[Any]:
        raise NotImplementedError


class SequentialSampler(Sampler):
    """All indices in order."""

    def __iter__(self) -> Iterator[int]:
        return iter(range(len(self)))

    def __len__(self) -> int:
        return len(self.data_source)


class RandomSampler(SequentialSampler):
    """`num_samples` indices, of the whole dataset where not given."""

    def __init__(
        self, data_source: Any, replacement: bool = False, num_samples: Any = None, generator: Any = None
    ) -> None:
        super().__init__(data_source)
        self.replacement = replacement
        self._num_samples = num_samples
        size = size_of(data_source) if num_samples is None else num_samples
        if isinstance(size, int) and size <= 0:
            raise ValueError(f"num_samples should be a positive integer value, but got num_samples={size}")

    def __len__(self) -> int:
        return len(self.data_source) if self._num_samples is None else self._num_samples


class SubsetRandomSampler(Sampler):
    """The indices given, shuffled."""

    def __init__(self, indices: Any, generator: Any = None) -> None:
        self.indices = indices

    def __iter__(self) -> Iterator[Any]:
        return iter(self.indices)

    def __len__(self) -> int:
        return len(self.indices)


class WeightedRandomSampler(Sampler):
    """`num_samples` indices drawn by weight."""

    def __init__(self, weights: Any, num_samples: Any, replacement: bool = True, generator: Any = None) -> None:
        if not isinstance(num_samples, Unknown) and (
            not isinstance(num_samples, int) or isinstance(num_samples, bool) or num_samples <= 0
        ):
            raise ValueError(f"num_samples should be a positive integer value, but got num_samples={num_samples}")
        self.weights = weights
        self.num_samples = num_samples

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.num_samples))

    def __len__(self) -> int:
        return int(self.num_samples)


class BatchSampler(Sampler):
    """Groups the indices of a sampler."""

    def __init__(self, sampler: Any, batch_size: Any, drop_last: bool) -> None:
        _check_batch_size(batch_size)
        self.sampler = sampler
        self.batch_size = batch_size
        self.drop_last = drop_last

    def __iter__(self) -> Iterator[list[Any]]:
        batch = []
        for index in self.sampler:
            batch.append(index)
            if len(batch) == self.batch_size:
                yield batch
                batch = []
        if batch and not self.drop_last:
            yield batch

    def __len__(self) -> int:
        return _batch_count(len(self.sampler), self.batch_size, self.drop_last)


class DistributedSampler(SequentialSampler):
    """One process' share of the indices."""

    def __init__(
        self,
        dataset: Any,
        num_replicas: Any = None,
        rank: Any = None,
        shuffle: bool = True,
        seed: int = 0,
        drop_last: bool = False,
    ) -> None:
        super().__init__(dataset)
        self.dataset = dataset
        self.num_replicas = 1 if num_replicas is None else num_replicas
        self.drop_last = drop_last
        self.epoch = 0

    def __len__(self) -> int:
        return _batch_count(len(self.dataset), self.num_replicas, self.drop_last)

    def set_epoch(self, epoch: int) -> None:
        self.epoch = epoch


def _check_batch_size(batch_size: Any) -> None:
    if isinstance(batch_size, Unknown):
        return
    if not isinstance(batch_size, int) or isinstance(batch_size, bool) or batch_size <= 0:
        raise ValueError(f"batch_size should be a positive integer value, but got batch_size={batch_size}")


def _batch_count(items: int, batch_size: int, drop_last: bool) -> int:
    return items // batch_size if drop_last else -(-items // batch_size)


# batches


def default_collate(batch: Any) -> Any:
    """A list of items as one batch: tensors stacked, numbers made tensors, lists and dicts by their parts."""
    if isinstance(batch, Unknown):
        return batch
    first = batch[0]
    if isinstance(first, Unknown):
        return first
    count = len(batch)
    if isinstance(first, Tensor):
        return _stack(batch)
    if hasattr(first, "__tensor__"):  # an array of the numpy stand-in
        return _stack([item.__tensor__() for item in batch])
    if isinstance(first, bool):
        return make((count,), dtypes.bool_)
    if isinstance(first, float):
        return make((count,), dtypes.float64)
    if isinstance(first, int):
        return make((count,), dtypes.int64)
    if isinstance(first, (str, bytes)):
        return list(batch)
    if isinstance(first, dict):
        parts = {key: default_collate([item[key] for item in batch]) for key in first}
        return parts if type(first) is dict else _like(first, parts)
    if isinstance(first, tuple) and hasattr(first, "_fields"):
        return type(first)(*(default_collate(list(part)) for part in zip(*batch)))
    if isinstance(first, (tuple, list)):
        if any(len(item) != len(first) for item in batch):
            raise RuntimeError("each element in list of batch should be of equal size")
        return [default_collate(list(part)) for part in zip(*batch)]
    raise TypeError(
        f"default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; found {type(first)}"
    )


def _like(mapping: Any, parts: dict[Any, Any]) -> Any:
    try:
        return type(mapping)(parts)
    except TypeError:
        return parts


def _stack(tensors: list[Any]) -> Any:
    first = tensors[0]
    if any(not isinstance(t, Tensor) for t in tensors):
        return Unknown("a batch")
    for i, tensor in enumerate(tensors):
        if tensor is not first and tensor.shape != first.shape:
            raise RuntimeError(
                f"stack expects each tensor to be equal size, but got {list(first.shape)} at entry 0 and {list(tensor.shape)} at entry {i}"
            )
    return make(Size((len(tensors), *first.shape)), first.dtype)


def default_convert(data: Any) -> Any:
    return data.__tensor__() if hasattr(data, "__tensor__") else data


class DataLoader:
    """Batches of a dataset: `len()` is PyTorch's, iterating gives the first batch, once.

    `dataset_size` is the number of items (an unknown where it is not known), `last_batch_size` that of the last batch,
    and `batch_of(n)` makes a batch of any size, so that the last, smaller one can be tried.
    """

    def __init__(
        self,
        dataset: Any,
        batch_size: Any = 1,
        shuffle: Any = None,
        sampler: Any = None,
        batch_sampler: Any = None,
        num_workers: Any = 0,
        collate_fn: Any = None,
        pin_memory: Any = False,
        drop_last: Any = False,
        timeout: Any = 0,
        worker_init_fn: Any = None,
        multiprocessing_context: Any = None,
        generator: Any = None,
        **options: Any,
    ) -> None:
        for name in options:
            if name not in ("prefetch_factor", "persistent_workers", "pin_memory_device", "in_order"):
                raise TypeError(f"DataLoader.__init__() got an unexpected keyword argument '{name}'")
        if isinstance(num_workers, int) and num_workers < 0:
            raise ValueError("num_workers option should be non-negative; use num_workers=0 to disable multiprocessing.")
        iterable = isinstance(dataset, IterableDataset)
        if iterable and shuffle not in (None, False):
            raise ValueError(
                f"DataLoader with IterableDataset: expected unspecified shuffle option, but got shuffle={shuffle}"
            )
        if sampler is not None and shuffle is True:
            raise ValueError("sampler option is mutually exclusive with shuffle")
        if batch_sampler is not None:
            if batch_size != 1 or shuffle is True or sampler is not None or drop_last is True:
                raise ValueError(
                    "batch_sampler option is mutually exclusive with batch_size, shuffle, sampler, and drop_last"
                )
            batch_size = getattr(batch_sampler, "batch_size", Unknown("the batch size"))
            drop_last = getattr(batch_sampler, "drop_last", False)
        elif batch_size is None:
            if drop_last is True:
                raise ValueError(
                    "batch_size=None option disables auto-batching and is mutually exclusive with drop_last"
                )
        else:
            _check_batch_size(batch_size)
        if sampler is None and not iterable:
            sampler = RandomSampler(dataset) if shuffle is True else SequentialSampler(dataset)
        if batch_sampler is None and batch_size is not None:
            batch_sampler = BatchSampler(sampler, batch_size, drop_last)
        self.dataset = dataset
        self.batch_size = batch_size
        self.sampler = sampler
        self.batch_sampler = batch_sampler
        self.num_workers = num_workers
        self.collate_fn = (
            collate_fn if collate_fn is not None else (default_convert if batch_size is None else default_collate)
        )
        self.pin_memory = pin_memory
        self.drop_last = drop_last
        self.generator = generator
        self.timeout = timeout

    def __class_getitem__(cls, item: Any) -> Any:
        return cls

    @property
    def dataset_size(self) -> Any:
        return size_of(
            self.dataset if self.sampler is None or isinstance(self.dataset, IterableDataset) else self.sampler
        )

    @property
    def first_batch_size(self) -> Any:
        """Of the first batch: `batch_size`, or all items where there are fewer."""
        size = self.dataset_size
        if isinstance(size, int) and isinstance(self.batch_size, int) and size < self.batch_size:
            return size
        return self.batch_size

    @property
    def last_batch_size(self) -> Any:
        size = self.dataset_size
        if isinstance(size, Unknown) or not isinstance(self.batch_size, int):
            return Unknown("the size of the last batch")
        rest = size % self.batch_size
        return self.batch_size if rest == 0 or self.drop_last else rest

    def __len__(self) -> int:
        if isinstance(self.dataset, IterableDataset):
            size = len(self.dataset)  # type: ignore[arg-type]
            return size if self.batch_size is None else _batch_count(size, self.batch_size, self.drop_last)
        return len(self.sampler if self.batch_size is None else self.batch_sampler)

    def item(self) -> Any:
        """The first item; unknown where making it needs what only the real data can tell."""
        try:
            if isinstance(self.dataset, IterableDataset):
                for item in self.dataset:
                    return item
                return Unknown("an item of an empty dataset")
            return self.dataset[0]
        except UnknownValue as unknown:
            return Unknown(unknown.reason)
        except OSError as error:
            return Unknown(f"an item of {type(self.dataset).__name__} ({error})")

    def batch_of(self, count: Any) -> Any:
        """A batch of `count` items, all like the first."""
        item = self.item()
        try:
            if count is None:
                return self.collate_fn(item)
            if isinstance(count, Unknown):
                return _with_unknown_count(self.collate_fn([item]), count)
            return self.collate_fn([item] * count)
        except UnknownValue as unknown:
            return Unknown(unknown.reason)

    def __iter__(self) -> BatchIterator:
        return BatchIterator(self)


def _with_unknown_count(batch: Any, count: Any) -> Any:
    """A batch of one item as one of an unknown number of items."""
    if isinstance(batch, Tensor):
        return make((count, *batch.shape[1:]), batch.dtype) if batch.shape else batch
    if isinstance(batch, (list, tuple)):
        return type(batch)([_with_unknown_count(part, count) for part in batch])
    if isinstance(batch, dict):
        return {key: _with_unknown_count(part, count) for key, part in batch.items()}
    return batch


class BatchIterator:
    """One batch for a loop; as many as there are (up to MOST_BATCHES) for a caller that asks with `next`.

    A watcher sees each batch, and may have a loop given the last, smaller batch too.
    """

    def __init__(self, loader: DataLoader) -> None:
        self.loader = loader
        self.given = 0
        self.is_over = False

    def __iter__(self) -> BatchIterator:
        return self

    def __next__(self) -> Any:
        loader = self.loader
        if self.given:
            most = size_of(loader)
            if self.is_over or _in_a_loop(sys._getframe(1)):
                if watcher and not self.is_over and watcher[0].last_batch(loader, sys._getframe(1)):
                    self.is_over = True
                    return self._batch(loader.last_batch_size)
                if watcher:
                    watcher[0].over(loader)
                raise StopIteration
            if self.given >= (most if isinstance(most, int) and most < MOST_BATCHES else MOST_BATCHES):
                raise StopIteration
        elif isinstance(loader.dataset_size, int) and (
            loader.dataset_size == 0 or (loader.drop_last is True and loader.first_batch_size != loader.batch_size)
        ):
            raise StopIteration
        return self._batch(loader.first_batch_size)

    def _batch(self, count: Any) -> Any:
        self.given += 1
        batch = self.loader.batch_of(count)
        if watcher:
            watcher[0].given(self.loader, batch)
        return batch

    next = __next__

    def __len__(self) -> int:
        return len(self.loader)


def _in_a_loop(frame: Any) -> bool:
    """Whether a frame stands at the head of a `for` loop or comprehension (and not in a call such as `next`)."""
    from opcode import opmap

    return bool(frame.f_code.co_code[frame.f_lasti] == opmap["FOR_ITER"])


DATA: dict[str, Any] = {
    cls.__name__: cls
    for cls in (
        Dataset, IterableDataset, ChainDataset, TensorDataset, Subset, ConcatDataset, StackDataset, Sampler, SequentialSampler, RandomSampler,
        SubsetRandomSampler, WeightedRandomSampler, BatchSampler, DistributedSampler, DataLoader,
    )
}  # fmt: skip
DATA.update(
    random_split=random_split, default_collate=default_collate, default_convert=default_convert, get_worker_info=lambda: None, _BaseDataLoaderIter=BatchIterator,
    MapDataPipe=Dataset, IterDataPipe=IterableDataset, T_co=Unknown("a type variable"),
)  # fmt: skip


lacks(
    DataLoader,
    "torch.utils.data.DataLoader",
    "_IterableDataset_len_called _auto_collation _dataset_kind _get_iterator _index_sampler _iterator check_worker_number_rationality in_order multiprocessing_context persistent_workers pin_memory_device prefetch_factor worker_init_fn",
)
lacks(ConcatDataset, "torch.utils.data.ConcatDataset", "cummulative_sizes cumsum")
lacks(RandomSampler, "torch.utils.data.RandomSampler", "num_samples")
