"""The samplers of `torch.utils.data`: orders of indices, with PyTorch's own checks.

Which index a random sampler draws is not known, only how many and from which: `drawn_from`. Source: torch/utils/data/sampler.py, distributed.py.
"""

from __future__ import annotations

from itertools import islice

from convcalc.tensor import ShapeTypeError, ShapeValueError, Unknown, UnknownValue

from .data_sets import drawn_index, length

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


class Sampler:
    """Indices of a dataset in some order."""

    own_parts: tuple[str, ...] = ()

    def __class_getitem__(cls, item: Any) -> Any:
        return cls

    def __iter__(self) -> Iterator[Any]:
        raise NotImplementedError


class SequentialSampler(Sampler):
    """All indices in order."""

    def __init__(self, data_source: Any) -> None:
        self.data_source = data_source

    def __iter__(self) -> Iterator[int]:
        return iter(range(number(length(self.data_source))))

    def __len__(self) -> int:
        return number(length(self.data_source))  # type: ignore[no-any-return]


class RandomSampler(Sampler):
    """`num_samples` indices, of the whole dataset where not given."""

    def __init__(
        self, data_source: Any, replacement: Any = False, num_samples: Any = None, generator: Any = None
    ) -> None:
        self.data_source = data_source
        self.replacement = replacement
        self._num_samples = num_samples
        self.generator = generator
        if not isinstance(replacement, bool) and type(replacement) is not Unknown:
            raise ShapeTypeError(f"replacement should be a boolean value, but got replacement={replacement}")
        count = self.num_samples
        if type(count) is not Unknown and (not isinstance(count, int) or count <= 0):
            raise ShapeValueError(f"num_samples should be a positive integer value, but got num_samples={count}")

    @property
    def num_samples(self) -> Any:
        return length(self.data_source) if self._num_samples is None else self._num_samples

    def __iter__(self) -> Iterator[Any]:
        return draws(number(self.num_samples))

    own_order = __iter__

    def drawn(self) -> Any:
        return all_of(self.data_source), self.replacement is False and self._num_samples is None

    def __len__(self) -> int:
        return number(self.num_samples)  # type: ignore[no-any-return]


class BatchSampler(Sampler):
    """Groups the indices of a sampler."""

    def __init__(self, sampler: Any, batch_size: Any, drop_last: Any) -> None:
        if type(batch_size) is not Unknown and (
            not isinstance(batch_size, int) or isinstance(batch_size, bool) or batch_size <= 0
        ):
            raise ShapeValueError(f"batch_size should be a positive integer value, but got batch_size={batch_size}")
        if not isinstance(drop_last, bool) and type(drop_last) is not Unknown:
            raise ShapeValueError(f"drop_last should be a boolean value, but got drop_last={drop_last}")
        self.sampler = sampler
        self.batch_size = batch_size
        self.drop_last = drop_last

    def __iter__(self) -> Iterator[list[Any]]:
        indices = iter(self.sampler)
        size = number(self.batch_size)
        batch = list(islice(indices, size))
        while batch and (len(batch) == size or not self.drop_last):
            yield batch
            batch = list(islice(indices, size))

    def __len__(self) -> int:
        return batch_count(number(length(self.sampler)), number(self.batch_size), self.drop_last)


def batch_count(items: int, batch_size: int, drop_last: Any) -> int:
    """How many batches so many items make."""
    return items // batch_size if drop_last is True else -(-items // batch_size)


def number(count: Any) -> Any:
    if type(count) is Unknown:
        raise UnknownValue(count.reason)
    return count


def draws(count: int) -> Iterator[Any]:
    """So many indices drawn at random."""
    index = drawn_index()
    return (index for _ in range(count))


def drawn_from(sampler: Any) -> Any:
    """The indices among which a sampler of PyTorch's draws at random, and whether an epoch draws each of them; None where it keeps an order."""
    kind: Any = type(sampler)
    if getattr(kind, "own_order", None) is not getattr(kind, "__iter__", kind):
        return None  # a class of the script's own that iterates otherwise
    return sampler.drawn()


def all_of(data_source: Any) -> Any:
    """The indices of a dataset; an unknown where nobody knows how many."""
    size = length(data_source)
    return size if type(size) is Unknown else range(size)
