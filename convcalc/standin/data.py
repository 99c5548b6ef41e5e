"""`torch.utils.data`: `DataLoader`, and the names of the module.

The data sets are in `data_sets` and `composed_sets`, orders of indices in `samplers` and `random_samplers`, the batches in `batches`,
and what they are made of in `items` and `collate`. No data is read. Source: torch/utils/data/dataloader.py.
"""

from __future__ import annotations

from convcalc.tensor import ShapeValueError, Unknown, UnknownValue
from convcalc.tensor.unknown import lacks

from .batches import Batches, get_worker_info
from .collate import REFUSAL, collate, default_collate, default_collate_fn_map, default_convert
from .data_sets import Dataset, IterableDataset, TensorDataset, length
from .samplers import BatchSampler, RandomSampler, Sampler, SequentialSampler, batch_count

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


class UnknownLength(UnknownValue, TypeError):
    """A number of batches that is not known. `list(loader)` asks for it too, as a hint, and passes over a TypeError."""


class DataLoader:
    """Batches of a dataset, with the arguments, checks and attributes of PyTorch's."""

    _DataLoader__initialized = False
    gives_batches = True
    own_parts = ("_memory",)  # see `Dataset`

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
        *,
        prefetch_factor: Any = None,
        persistent_workers: Any = False,
        pin_memory_device: Any = "",
        in_order: Any = True,
    ) -> None:
        _check_workers(num_workers, timeout, prefetch_factor, persistent_workers, multiprocessing_context)
        if prefetch_factor is None and type(num_workers) is int and num_workers > 0:
            prefetch_factor = 2
        iterable = isinstance(dataset, IterableDataset)
        if iterable:
            for name, given in (("shuffle", shuffle or None), ("sampler", sampler), ("batch_sampler", batch_sampler)):
                if given is not None and type(given) is not Unknown:
                    raise ShapeValueError(f"DataLoader with IterableDataset: expected unspecified {name} option, but got {name}={given}")  # fmt: skip
        if type(shuffle) is not Unknown:
            shuffle = bool(shuffle)
        if sampler is not None and shuffle is True:
            raise ShapeValueError("sampler option is mutually exclusive with shuffle")
        if batch_sampler is not None:
            if (type(batch_size) is int and batch_size != 1) or shuffle is True or sampler is not None or _holds(drop_last):  # fmt: skip
                raise ShapeValueError(
                    "batch_sampler option is mutually exclusive with batch_size, shuffle, sampler, and drop_last"
                )
            batch_size, drop_last = None, False
        elif batch_size is None and _holds(drop_last):
            raise ShapeValueError("batch_size=None option disables auto-batching and is mutually exclusive with drop_last")  # fmt: skip
        if sampler is None:
            if iterable:
                sampler = _InfiniteConstantSampler()
            elif shuffle is False:
                sampler = SequentialSampler(dataset)
            else:  # one that is not known may be drawn at random too
                sampler = RandomSampler(dataset, generator=generator)
        if batch_size is not None and batch_sampler is None:
            batch_sampler = BatchSampler(sampler, batch_size, drop_last)
        self.dataset = dataset
        self.num_workers = num_workers
        self.prefetch_factor = prefetch_factor
        self.pin_memory = pin_memory
        self.pin_memory_device = pin_memory_device
        self.timeout = timeout
        self.worker_init_fn = worker_init_fn
        self.multiprocessing_context = multiprocessing_context
        self.in_order = in_order
        self._dataset_kind = int(iterable)
        self._memory: list[Any] = []
        self.batch_size = batch_size
        self.drop_last = drop_last
        self.sampler = sampler
        self.batch_sampler = batch_sampler
        self.generator = generator
        if collate_fn is None:
            collate_fn = default_convert if batch_sampler is None else default_collate
        self.collate_fn = collate_fn
        self.persistent_workers = persistent_workers
        self._DataLoader__initialized = True
        self._iterator = None

    def __class_getitem__(cls, item: Any) -> Any:
        return cls

    def __setattr__(self, attr: str, val: Any) -> None:
        if self._DataLoader__initialized and attr in (
            "batch_size", "batch_sampler", "sampler", "drop_last", "dataset", "persistent_workers",
        ):  # fmt: skip
            raise ShapeValueError(f"{attr} attribute should not be set after {type(self).__name__} is initialized")
        object.__setattr__(self, attr, val)

    @property
    def _auto_collation(self) -> bool:
        return self.batch_sampler is not None

    @property
    def _index_sampler(self) -> Any:
        return self.sampler if self.batch_sampler is None else self.batch_sampler

    def __len__(self) -> int:
        size = length(self.dataset if self._dataset_kind else self._index_sampler)
        if type(size) is Unknown or type(self.batch_size) is Unknown:
            raise UnknownLength("the number of batches of a data loader")
        if not self._dataset_kind or self.batch_size is None:
            return size  # type: ignore[no-any-return]
        return batch_count(size, self.batch_size, self.drop_last)

    def __iter__(self) -> Batches:
        return Batches(self)


def _holds(option: Any) -> bool:
    return type(option) is not Unknown and bool(option)


class _InfiniteConstantSampler:
    """Stands for the sampler of an iterable dataset: None, for ever."""

    def __iter__(self) -> Iterator[None]:
        while True:
            yield None


def _check_workers(num_workers: Any, timeout: Any, prefetch_factor: Any, persistent_workers: Any, context: Any) -> None:
    if type(num_workers) is Unknown:
        return
    if num_workers < 0:
        raise ShapeValueError("num_workers option should be non-negative; use num_workers=0 to disable multiprocessing.")  # fmt: skip
    if type(timeout) is not Unknown and timeout < 0:
        raise ShapeValueError("timeout option should be non-negative")
    if num_workers == 0 and prefetch_factor is not None and type(prefetch_factor) is not Unknown:
        raise ShapeValueError(
            "prefetch_factor option could only be specified in multiprocessing."
            "let num_workers > 0 to enable multiprocessing, otherwise set prefetch_factor to None."
        )
    if type(prefetch_factor) is int and prefetch_factor < 0:
        raise ShapeValueError("prefetch_factor option should be non-negative")
    if _holds(persistent_workers) and num_workers == 0:
        raise ShapeValueError("persistent_workers option needs num_workers > 0")
    if num_workers == 0 and context is not None and type(context) is not Unknown:
        raise ShapeValueError(
            f"multiprocessing_context can only be used with multi-process loading (num_workers > 0), but got num_workers={num_workers}"
        )  # fmt: skip


DATA: dict[str, Any] = {
    "Dataset": Dataset, "IterableDataset": IterableDataset, "TensorDataset": TensorDataset, "DataLoader": DataLoader,
    "Sampler": Sampler, "SequentialSampler": SequentialSampler, "RandomSampler": RandomSampler, "BatchSampler": BatchSampler,
    "collate": collate, "default_collate": default_collate, "default_convert": default_convert, "default_collate_fn_map": default_collate_fn_map,
    "default_collate_err_msg_format": REFUSAL, "get_worker_info": get_worker_info, "_InfiniteConstantSampler": _InfiniteConstantSampler,
    "_BaseDataLoaderIter": Batches, "_SingleProcessDataLoaderIter": Batches, "_MultiProcessingDataLoaderIter": Batches,
    "MapDataPipe": Dataset, "IterDataPipe": IterableDataset, "T_co": Unknown("a type variable"),
}  # fmt: skip


lacks(
    DataLoader,
    "torch.utils.data.DataLoader",
    "_IterableDataset_len_called _auto_collation _dataset_kind _get_iterator _index_sampler _iterator check_worker_number_rationality in_order multiprocessing_context persistent_workers pin_memory_device prefetch_factor worker_init_fn",
)

STANDS_FOR = dict.fromkeys(
    "torch.utils.data torch.utils.data.dataloader torch.utils.data.dataset torch.utils.data.sampler torch.utils.data.distributed torch.utils.data._utils.collate".split(),
    DATA,
)
MENTIONED = ("torchvision", "DataLoader")
