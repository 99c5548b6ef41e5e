"""`torch.nn.utils.rnn`: batches of sequences of different lengths.

Where the lengths are not known, the number of packed rows and the longest length are not either; the batch size is.
Source: torch/nn/utils/rnn.py, aten/src/ATen/native/PackedSequence.cpp
"""

from __future__ import annotations

import math

from convcalc.tensor import (
    ShapeError,
    ShapeIndexError,
    ShapeValueError,
    Tensor,
    Unknown,
    UnknownValue,
    make,
    wrap_dim,
)
from convcalc.tensor.dtypes import int64
from convcalc.tensor.size import agreed_size, greater, lesser
from convcalc.tensor.strides import contiguous_strides
from convcalc.tensor.unknown import is_array, kind_of
from convcalc.tensor.values import known

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

UNSORTED = (
    "`lengths` array must be sorted in decreasing order when `enforce_sorted` is True. You can pass `enforce_sorted=False` to "
    "pack_padded_sequence and/or pack_sequence to sidestep this requirement if you do not need ONNX exportability."
)


class PackedSequence(tuple):  # type: ignore[type-arg]
    """The steps of all sequences in one row of data: (data, batch_sizes, sorted_indices, unsorted_indices).

    `batch` is the number of sequences, the first of the batch sizes.
    """

    batch: Any

    def __new__(
        cls,
        data: Any,
        batch_sizes: Tensor | None = None,
        sorted_indices: Tensor | None = None,
        unsorted_indices: Tensor | None = None,
    ) -> PackedSequence:
        if batch_sizes is None:
            data, batch_sizes = data
        if unsorted_indices is None:
            unsorted_indices = invert_permutation(sorted_indices)
        packed = tuple.__new__(cls, (data, batch_sizes, sorted_indices, unsorted_indices))
        packed.batch = batch_sizes.values[0] if batch_sizes.values else _number(batch_sizes, sorted_indices)
        return packed

    data = property(lambda self: self[0])
    batch_sizes = property(lambda self: self[1])
    sorted_indices = property(lambda self: self[2])
    unsorted_indices = property(lambda self: self[3])

    def __setattr__(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)
        if name == "batch" and isinstance(self[1], Tensor) and self[1].values is None:
            self[1].__dict__["batch"] = value  # for who packs other data in the same way

    def replaced(self, data: Tensor) -> PackedSequence:
        """The same sequences with other data."""
        packed = type(self)(data, *self[1:])
        packed.batch = self.batch
        return packed

    def to(self, *args: Any, **kwargs: Any) -> PackedSequence:
        return self.replaced(self.data.to(*args, **kwargs))

    def cuda(self, *args: Any, **kwargs: Any) -> PackedSequence:
        return self.replaced(self.data.cuda(*args, **kwargs))

    def cpu(self, *args: Any, **kwargs: Any) -> PackedSequence:
        return self.replaced(self.data.cpu(*args, **kwargs))

    def pin_memory(self) -> PackedSequence:
        return self

    def is_pinned(self) -> bool:
        return False

    @property
    def is_cuda(self) -> bool:
        return self.data.is_cuda  # type: ignore[no-any-return]

    def __repr__(self) -> str:
        names = ("data", "batch_sizes", "sorted_indices", "unsorted_indices")
        return f"PackedSequence({', '.join(f'{name}={part!r}' for name, part in zip(names, self))})"


def _number(sizes: Any, indices: Any) -> Any:
    """The number of packed sequences whose lengths are not known."""
    if isinstance(indices, Tensor) and indices.ndim == 1:
        return indices.shape[0]
    number = sizes.__dict__.get("batch") if isinstance(sizes, Tensor) else None
    return Unknown("the number of packed sequences", int) if number is None else number


def _cast(name: str) -> Any:
    def method(self: PackedSequence) -> PackedSequence:
        return self.replaced(getattr(self.data, name)())

    method.__name__ = name
    return method


for _name in ("double", "float", "half", "long", "int", "short", "char", "byte"):
    setattr(PackedSequence, _name, _cast(_name))


def invert_permutation(permutation: Tensor | None) -> Tensor | None:
    if permutation is None:
        return None
    inverse = make(permutation.shape, permutation.dtype)
    if permutation.values is not None:
        inverse.values = sorted(range(len(permutation.values)), key=permutation.values.__getitem__)
    return inverse


def _known(lengths: Any) -> tuple[Any, list[int] | None]:
    """How many lengths there are, and the lengths where they are known."""
    if isinstance(lengths, Tensor):
        return lengths.numel(), lengths.values
    if isinstance(lengths, Unknown):
        return lengths, None
    known = [n.item() if isinstance(n, Tensor) else n for n in lengths]
    return len(known), known if all(isinstance(n, int) for n in known) else None


def _first_two(input: Tensor) -> tuple[Any, Any]:
    if input.ndim < 2:
        raise ShapeIndexError(
            f"Dimension out of range (expected to be in range of [-{input.ndim or 1}, {(input.ndim or 1) - 1}], but got 1)",
            "dimension-range",
        )
    return input.shape[0], input.shape[1]


def pack_padded_sequence(
    input: Tensor, lengths: Any, batch_first: bool = False, enforce_sorted: bool = True
) -> PackedSequence:
    """The steps of a padded batch that are not padding.

    Shapes:  input: (T, N, *), or (N, T, *) with batch_first; lengths: (N,), or without `enforce_sorted` the first of N;
             data: (sum of lengths, *): of a length over T only T steps are there, which the layer that reads them refuses
    Errors:  more lengths than N, or with `enforce_sorted` fewer; a length is not positive; lengths that rise although they should be sorted
    """
    counts = _counts(lengths)
    values = known(counts)
    if values is not None:
        values = [int(value) for value in values]
    indices = None
    if not enforce_sorted:
        input, values, indices = _sorted(input, counts, values, 0 if batch_first else 1)
    first, second = _first_two(input)
    batch, steps = (first, second) if batch_first else (second, first)
    if counts.ndim != 1:
        raise ShapeError(f"'lengths' argument should be a 1D CPU int64 tensor, but got {counts.ndim}D cpu Long tensor", "packed-lengths")  # fmt: skip
    if 0 in input.shape:
        raise ShapeError("Cannot pack empty tensors.", "packed-lengths")
    count = counts.shape[0]
    if count != batch:
        raise ShapeError(
            f"Expected `len(lengths)` to be equal to batch_size, but got {count} (batch_size={batch})",
            "packed-lengths",
            expected=batch,
            actual=count,
        )
    rows, sizes = _steps(values, steps)
    packed = PackedSequence(make((rows, *input.shape[2:]), input.dtype), sizes, indices)
    packed.batch = agreed_size(count, batch)
    return packed


def _counts(lengths: Any) -> Tensor:
    """The lengths as a tensor."""
    if isinstance(lengths, Tensor):
        return lengths
    if isinstance(lengths, (list, tuple)) or is_array(lengths):
        return Tensor(lengths, dtype=int64)
    if type(lengths) is Unknown and kind_of(lengths) is None:
        raise UnknownValue(lengths.reason)
    return make((), int64)


def _sorted(input: Tensor, counts: Tensor, values: list[int] | None, batch_dim: int) -> tuple[Tensor, Any, Tensor]:
    """The batch with the longest sequences in front, the lengths in that order, and the order."""
    from convcalc.ops.gathering import index_select

    indices = make(counts.shape, int64)
    if values is not None:
        indices.values = sorted(range(len(values)), key=values.__getitem__, reverse=True)
        values = [values[i] for i in indices.values]
    if indices.ndim == 1:
        have = input.shape[wrap_dim(batch_dim, input.ndim)]
        if have < indices.shape[0]:
            raise ShapeError(f"INDICES element is out of DATA bounds, id={have} axis_dim={have}", "packed-lengths", expected=have, actual=indices.shape[0])  # fmt: skip
    return index_select.__wrapped__(input, batch_dim, indices), values, indices  # type: ignore[attr-defined]


def _steps(lengths: list[int] | None, steps: Any) -> tuple[Any, Tensor]:
    """How many steps all sequences have together, and how many sequences there are at each step."""
    if lengths is None:
        return Unknown("the sum of the lengths", int), make((Unknown("the longest length", int),), int64)
    if lengths and lengths[-1] <= 0:
        raise ShapeError(
            "Length of all samples has to be greater than 0, but found an element in 'lengths' that is <= 0",
            "packed-lengths",
        )
    if lengths != sorted(lengths, reverse=True):
        raise ShapeError(UNSORTED, "packed-lengths")
    longest = lengths[0]
    sizes = make((longest,), int64, values=[sum(1 for n in lengths if n > t) for t in range(longest)])
    return sum([lesser(n, steps) for n in lengths]), sizes


def pad_packed_sequence(
    sequence: PackedSequence, batch_first: bool = False, padding_value: float = 0.0, total_length: int | None = None
) -> tuple[Tensor, Tensor]:
    """The padded batch of packed sequences, and their lengths: (T, N, *), or (N, T, *) with batch_first, and (N,)."""
    steps, sizes = sequence.batch_sizes.shape[0], sequence.batch_sizes.values
    if total_length is not None:
        if total_length < steps:
            raise ShapeValueError(
                "Expected total_length to be at least the length of the longest sequence in input, but got "
                f"total_length={total_length} and max sequence length being {steps}",
                "packed-lengths",
                expected=steps,
                actual=total_length,
            )
        steps = total_length
    batch, rest = sequence.batch, sequence.data.shape[1:]
    if sizes is not None:
        _check_rows(sequence.data, sizes)
    shape, strides = (steps, batch, *rest), None
    if batch_first:
        by_step = contiguous_strides(shape)
        shape = (batch, steps, *rest)
        strides = (by_step[1], by_step[0], *by_step[2:]) if sequence.unsorted_indices is None else None
    lengths = make((batch,), int64)
    if sizes is not None and sequence.unsorted_indices is None:
        lengths.values = [sum(1 for size in sizes if size > i) for i in range(sizes[0])]
    return make(shape, sequence.data.dtype, strides), lengths


def _check_rows(data: Tensor, sizes: list[int]) -> None:
    """Whether there is a row of data for each sequence at each step, block by block of steps with as many sequences."""
    start = at = 0
    while at < len(sizes):
        size, steps = sizes[at], 1
        while at + steps < len(sizes) and sizes[at + steps] == size:
            steps += 1
        there = lesser(size * steps, data.shape[0] - start)
        if there != size * steps:
            rest = list(data.shape[1:])
            raise ShapeError(f"shape '{[steps, size, *rest]}' is invalid for input of size {there * math.prod(rest)}", "packed-lengths")  # fmt: skip
        start, at = start + size * steps, at + steps


def pad_sequence(
    sequences: Any, batch_first: bool = False, padding_value: float = 0.0, padding_side: str = "right"
) -> Tensor:
    """Sequences stacked, each filled up to the longest.

    Shapes:  sequences: each (L, *); y: (longest, N, *), or (N, longest, *) with batch_first
    Errors:  no sequences; their sizes after the first differ
    """
    if not hasattr(sequences, "__iter__"):
        raise ShapeError(f"pad_sequence: Expected iterable for input sequences, but got arg of type: {type(sequences)}")
    parts = tuple(sequences)
    if not parts:
        raise ShapeError("received an empty list of sequences")
    if padding_side not in ("left", "right"):
        raise ShapeError(f"Expected padding_side to be one of left or right, but got {padding_side}.")
    rest = parts[0].shape[1:]
    for part in parts[1:]:
        for i, (mine, other) in enumerate(zip(rest, part.shape[1:])):
            if mine != other:
                raise ShapeError(
                    f"The size of tensor a ({mine}) must match the size of tensor b ({other}) at non-singleton dimension {i + 1}",
                    "broadcast",
                )
    lengths = [part.shape[0] for part in parts]
    longest = lengths[0]
    for length in lengths[1:]:
        longest = greater(longest, length)
    shape = (len(parts), longest, *rest) if batch_first else (longest, len(parts), *rest)
    return make(shape, parts[0].dtype)


def unpad_sequence(padded_sequences: Tensor, lengths: Tensor, batch_first: bool = False) -> list[Tensor]:
    """The sequences of a padded batch, each of its length."""
    shape = padded_sequences.shape
    count, known = _known(lengths)
    sizes: Iterable[Any] = known if known is not None else [Unknown("a sequence's length", int) for _ in range(count)]
    return [make((n, *shape[2:]), padded_sequences.dtype) for n in sizes]


def pack_sequence(sequences: list[Tensor], enforce_sorted: bool = True) -> PackedSequence:
    """Sequences of different lengths, packed."""
    return pack_padded_sequence(pad_sequence(sequences), [s.shape[0] for s in sequences], enforce_sorted=enforce_sorted)


def unpack_sequence(packed_sequences: PackedSequence) -> list[Tensor]:
    """The sequences that were packed."""
    padded, lengths = pad_packed_sequence(packed_sequences, batch_first=True)
    return unpad_sequence(padded, lengths, batch_first=True)
