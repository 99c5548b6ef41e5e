"""Data sets made of others: parts of one, several end to end or side by side. Source: torch/utils/data/dataset.py.

An index may also be one drawn at random (an unknown), or one that stands for all (`any_index.AnyIndex`).
"""

from __future__ import annotations

import math

from convcalc.tensor import ShapeAssertionError, ShapeNotImplementedError, ShapeValueError, Unknown, UnknownValue
from convcalc.trace.recorder import warn

from .data_sets import Dataset, IterableDataset, drawn_index, drawn_indices, has_unknown_base, length

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


class Subset(Dataset):
    """Some of a dataset's items."""

    def __init__(self, dataset: Any, indices: Any) -> None:
        self.dataset = dataset
        self.indices = indices
        kind = type(self)
        if kind.__getitem__ is not Subset.__getitem__ and kind.__getitems__ is Subset.__getitems__:
            raise ShapeNotImplementedError(
                f"{kind.__name__} overrides __getitem__ but not __getitems__. "
                "When subclassing Subset and overriding __getitem__, you must also override "
                "__getitems__ to ensure DataLoader works correctly with your custom logic. "
                "A simple implementation:\n\n"
                "def __getitems__(self, indices):\n"
                "    return [self.__getitem__(idx) for idx in indices]",
                "torch-error",
            )

    def __getitem__(self, idx: Any) -> Any:
        if isinstance(idx, list):
            return self.dataset[[self.place(i) for i in idx]]
        return _item(self.dataset, self.place(idx))

    def __getitems__(self, indices: list[Any]) -> list[Any]:
        places = [self.place(index) for index in indices]
        if callable(getattr(self.dataset, "__getitems__", None)):
            return self.dataset.__getitems__(places)  # type: ignore[no-any-return]
        return [_item(self.dataset, place) for place in places]

    def place(self, idx: Any) -> Any:
        """Where an item lies in the dataset: unknown where the index is, or where the subset was drawn at random."""
        if type(idx) is int or type(self.indices) is Unknown:
            return self.indices[idx]
        if type(idx) is Unknown:
            return drawn_index()
        from .any_index import any_of, stands_for_all

        return any_of(self.dataset) if stands_for_all(idx) else self.indices[idx]

    def __len__(self) -> int:
        return length(self.indices) if type(self.indices) is Unknown else len(self.indices)


def _item(dataset: Any, index: Any) -> Any:
    """`dataset[index]`; of an index drawn at random what all items have in common."""
    return common_item(dataset) if type(index) is Unknown else dataset[index]


def common_item(dataset: Any) -> Any:
    """What the items of a dataset have in common, as the user's own code may see it."""
    from .items import Items
    from .likeness import opened

    return opened(Items(dataset).common())


class ConcatDataset(Dataset):
    """Datasets end to end."""

    def __init__(self, datasets: Any) -> None:
        self.datasets = list(datasets)
        if len(self.datasets) == 0:
            raise ShapeAssertionError("datasets should not be an empty iterable", "argument")
        for dataset in self.datasets:
            if isinstance(dataset, IterableDataset):
                raise ShapeAssertionError("ConcatDataset does not support IterableDataset", "argument")
        self.cumulative_sizes: Any = self.cumsum(self.datasets)

    @staticmethod
    def cumsum(sequence: Any) -> Any:
        sizes: list[int] = []
        for dataset in sequence:
            size = length(dataset)
            if type(size) is Unknown:
                return size
            sizes.append(size + (sizes[-1] if sizes else 0))
        return sizes

    def __len__(self) -> int:
        if type(self.cumulative_sizes) is Unknown:
            raise UnknownValue(self.cumulative_sizes.reason)
        return self.cumulative_sizes[-1]  # type: ignore[no-any-return]

    def __getitem__(self, idx: Any) -> Any:
        sizes = self.cumulative_sizes
        if type(idx) is Unknown or type(sizes) is Unknown or idx.__class__ is not type(idx):
            from .any_index import any_of, stands_for_all
            from .likeness import merged

            every = stands_for_all(idx)
            parts = [dataset[any_of(dataset)] if every else common_item(dataset) for dataset in self.datasets]
            return merged(parts, "what differs between the items of a ConcatDataset", whole=False)
        if idx < 0:
            if -idx > len(self):
                raise ShapeValueError("absolute value of index should not exceed dataset length", "index-range")
            idx += len(self)
        at = next((i for i, size in enumerate(sizes) if idx < size), None)
        if at is None:
            raise IndexError("list index out of range")
        return self.datasets[at][idx - (sizes[at - 1] if at else 0)]

    @property
    def cummulative_sizes(self) -> Any:
        return self.cumulative_sizes


class StackDataset(Dataset):
    """Datasets side by side: an item is one of each."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if args and kwargs:
            raise ShapeValueError(
                "Supported either ``tuple``- (via ``args``) or"
                "``dict``- (via ``kwargs``) like input/output, but both types are given."
            )
        if not args and not kwargs:
            raise ShapeValueError("At least one dataset should be passed")
        self.datasets: Any = args or kwargs
        sizes = [length(dataset) for dataset in self._parts()]
        known = [size for size in sizes if type(size) is not Unknown]
        if any(size != known[0] for size in known):
            raise ShapeValueError("Size mismatch between datasets")
        self._length = sizes[0]

    def _parts(self) -> Any:
        return self.datasets.values() if isinstance(self.datasets, dict) else self.datasets

    def __getitem__(self, index: Any) -> Any:
        if isinstance(self.datasets, dict):
            return {name: _item(dataset, index) for name, dataset in self.datasets.items()}
        return tuple([_item(dataset, index) for dataset in self.datasets])

    def __getitems__(self, indices: list[Any]) -> list[Any]:
        columns = []
        for dataset in self._parts():
            if callable(getattr(dataset, "__getitems__", None)):
                items = dataset.__getitems__(indices)
                if type(items) is not Unknown and len(items) != len(indices):
                    raise ShapeValueError(
                        f"Nested dataset's output size mismatch. Expected {len(indices)}, got {len(items)}"
                    )
            else:
                items = [_item(dataset, index) for index in indices]
            columns.append(items)
        if isinstance(self.datasets, dict):
            return [{name: column[i] for name, column in zip(self.datasets, columns)} for i in range(len(indices))]
        return [tuple([column[i] for column in columns]) for i in range(len(indices))]

    def __len__(self) -> int:
        return self._length  # type: ignore[no-any-return]


class ChainDataset(IterableDataset):
    """Iterable datasets one after the other."""

    def __init__(self, datasets: Any) -> None:
        self.datasets = datasets

    def __iter__(self) -> Iterator[Any]:
        for dataset in self.datasets:
            _check_iterable(dataset)
            yield from dataset

    def __len__(self) -> int:
        total = 0
        for dataset in self.datasets:
            _check_iterable(dataset)
            total += len(dataset)
        return total


def _check_iterable(dataset: Any) -> None:
    if not isinstance(dataset, (IterableDataset, Unknown)) and not has_unknown_base(type(dataset)):
        raise ShapeAssertionError("ChainDataset only supports IterableDataset", "argument")


def random_split(dataset: Any, lengths: Any, generator: Any = None) -> list[Subset]:
    """Subsets of the lengths given, in numbers or in fractions that sum to 1; which items are in which is not known."""
    size = length(dataset)
    lengths = list(lengths)
    if any(type(n) is Unknown for n in lengths):
        return [Subset(dataset, drawn_indices(n) if type(n) is Unknown else _drawn(n)) for n in lengths]
    if math.isclose(sum(lengths), 1) and sum(lengths) <= 1:
        for i, fraction in enumerate(lengths):
            if fraction < 0 or fraction > 1:
                raise ShapeValueError(f"Fraction at index {i} is not between 0 and 1")
        if type(size) is Unknown:
            return [Subset(dataset, drawn_indices(Unknown("how many items a part has", int))) for _ in lengths]
        lengths = [math.floor(size * fraction) for fraction in lengths]
        for i in range(size - sum(lengths)):
            lengths[i % len(lengths)] += 1
        for i, n in enumerate(lengths):
            if n == 0:
                warn(f"Length of split at index {i} is 0. This might result in an empty dataset.")
    if type(size) is Unknown:
        return [Subset(dataset, _drawn(n)) for n in lengths]
    if sum(lengths) != size:
        raise ShapeValueError(
            "Sum of input lengths does not equal the length of the input dataset!", expected=size, actual=sum(lengths)
        )
    return [Subset(dataset, _drawn(n)) for n in lengths]


def _drawn(count: Any) -> list[Any]:
    """The indices of a subset drawn at random: as many as it has, none of them known."""
    return [drawn_index()] * count


COMPOSED: dict[str, Any] = {
    "Subset": Subset, "ConcatDataset": ConcatDataset, "StackDataset": StackDataset, "ChainDataset": ChainDataset, "random_split": random_split,
}  # fmt: skip

STANDS_FOR = dict.fromkeys(
    "torch.utils.data torch.utils.data.dataloader torch.utils.data.dataset torch.utils.data.sampler torch.utils.data.distributed".split(),
    COMPOSED,
)
