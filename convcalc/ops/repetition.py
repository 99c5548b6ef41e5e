"""The same elements several times: expand, broadcast_to, repeat, tile.

Source: aten/src/ATen/native/TensorShape.cpp, Repeat.cpp
"""

from __future__ import annotations

import math

from convcalc.tensor import (
    ShapeError,
    Tensor,
    Unknown,
    make,
    wrap_dim,
)
from convcalc.tensor.dtypes import (
    LEGACY_NAMES,
)
from convcalc.tensor.values import Values, few, known, picked

from .arguments import int_of, tensor_argument
from .layout import copied, viewed
from .registry import operation
from .reshaping import read_sizes, spelled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any


@operation("Tensor.expand", kind="view")
def expand(self: Tensor, *size: Any, implicit: bool = False, **named: Any) -> Tensor:
    """Sizes of 1 stretched, and new leading dimensions: a view of which elements share memory.

    Shapes:  self: (*); y: `size`, where -1 keeps a size
    Errors:  fewer dimensions than self; a size other than 1 that would change
    Source:  torch.Tensor.expand
    """
    return _expand(self, read_sizes(spelled(size, named, "expand", "size"), "expand"), "expand")


def _expand(input: Tensor, sizes: tuple[Any, ...], function: str) -> Tensor:
    shape = input.shape
    lead = len(sizes) - len(shape)
    if lead < 0:
        raise ShapeError(
            f"expand({_class_name(input)}{{{list(shape)}}}, size={list(sizes)}): the number of sizes provided ({len(sizes)}) must be greater or "
            f"equal to the number of dimensions in the tensor ({len(shape)})", "broadcast",
        )  # fmt: skip
    new = list(sizes)
    for i, size in enumerate(sizes):
        minus = size.__class__ is int and size == -1
        if i < lead:
            if minus:
                raise ShapeError(
                    f"The expanded size of the tensor ({size}) isn't allowed in a leading, non-existing dimension {i}",
                    "broadcast",
                )
            if size < 0:
                raise ShapeError(
                    f"The expanded size of the tensor ({size}) isn't allowed in a leading, non-existing dimension {i}",
                    "broadcast",
                )
            continue
        have = shape[i - lead]
        if minus:
            new[i] = have
        elif type(have) is Unknown or type(size) is Unknown:
            if type(size) is Unknown and have.__class__ is int and have != 1:
                new[i] = have
        elif have != size and have != 1:
            raise ShapeError(
                f"The expanded size of the tensor ({size}) must match the existing size ({have}) at non-singleton dimension {i}.  "
                f"Target sizes: {list(sizes)}.  Tensor sizes: {list(shape)}", "broadcast", expected=size, actual=have,
            )  # fmt: skip
        elif size < 0:
            raise ShapeError(
                f"expand({_class_name(input)}{list(shape)}, size={list(sizes)}): negative size", "broadcast"
            )

    def relayout(strides: tuple[int, ...]) -> tuple[int, ...]:
        # a new leading dimension steps as if it were there already, an expanded one does not step
        result: list[Any] = [0] * len(new)
        for i in range(len(new) - 1, -1, -1):
            old = i - lead
            have = shape[old] if old >= 0 else 1
            if old >= 0:
                step = strides[old]
            else:
                step = result[i + 1] * new[i + 1] if i + 1 < len(new) else 1
            result[i] = _spread(have, new[i], step)
        return tuple(result)

    if input.values is not None and not few(_count(new)):
        plain = input.values
        input_ = make(input.shape, input.dtype, input._strides, input.device) if plain is not None else input
        return viewed(input_, new, relayout)
    return viewed(input, new, relayout)


def _spread(have: Any, size: Any, step: Any) -> Any:
    """The step along a dimension that is expanded from one size to another: none, unless it stays as it is."""
    if type(have) is not Unknown and type(size) is not Unknown:
        return step if have == size else 0
    if have is size or (type(have) is not Unknown and have != 1):
        return step
    return Unknown("the step of an expanded dimension", int) if type(have) is Unknown else 0


def _count(sizes: Sequence[Any]) -> Any:
    count: Any = 1
    for size in sizes:
        count = count * size
    return count


def _class_name(tensor: Tensor) -> str:
    """The typed class's name, as expand's message has it."""

    return f"torch.{LEGACY_NAMES[tensor.dtype]}Tensor"


@operation("Tensor.expand_as", kind="view")
def expand_as(self: Tensor, other: Tensor) -> Tensor:
    """`self.expand(other.size())`."""
    return _expand(self, tuple(tensor_argument(other, "expand_as", 1, "other").shape), "expand")


@operation("torch.broadcast_to", "Tensor.broadcast_to")
def broadcast_to(input: Tensor, *size: Any, **named: Any) -> Tensor:
    """`input.expand(size)`."""
    size = spelled(size, named, "broadcast_to", "size")
    return _expand(tensor_argument(input, "broadcast_to", 1, "input"), read_sizes(size, "broadcast_to"), "expand")


@operation("Tensor.repeat")
def repeat(self: Tensor, *repeats: Any, **named: Any) -> Tensor:
    """The tensor laid side by side `repeats` times along each dimension: a copy.

    Formula: size = size * repeats, aligned at the last dimension
    Errors:  fewer repeats than dimensions
    Source:  torch.Tensor.repeat
    """
    counts = read_sizes(spelled(repeats, named, "repeat", "repeats"), "repeat", "repeats")
    lead = len(counts) - len(self.shape)
    if lead < 0:
        raise ShapeError(
            "Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor", "argument"
        )
    for count in counts:
        if count < 0:
            raise ShapeError(f"Trying to create tensor with negative dimension {count}: {[count]}", "argument")
    padded = (*((1,) * lead), *self.shape)
    new = [size * count for size, count in zip(padded, counts)]
    result = make(new, self.dtype, None, self.device)
    values = known(self)
    if values is not None and few(_count(new)):
        pairs = [pair for size, count in zip(padded, counts) for pair in (count, size)]
        steps: list[int] = []
        step = 1
        for size in reversed(padded):
            steps += [step, 0]
            step *= size
        result.values = Values(picked(values, pairs, steps[::-1]))
    return result


@operation("torch.tile", "Tensor.tile")
def tile(input: Tensor, *dims: Any, **named: Any) -> Tensor:
    """`repeat`, with missing counts taken as 1 in front."""
    dims = spelled(dims, named, "tile", "dims")
    counts = read_sizes(dims, "tile", "dims")
    return repeat(input, (1,) * (len(input.shape) - len(counts)) + counts)


@operation("torch.repeat_interleave", "Tensor.repeat_interleave")
def repeat_interleave(
    input: Tensor, repeats: Any = None, dim: int | None = None, *, output_size: int | None = None
) -> Tensor:
    """Each slice along `dim` several times; by a tensor of counts, the new size is not known unless `output_size` tells it.

    Source: aten/src/ATen/native/Repeat.cpp
    """
    if repeats is None:
        if input.ndim != 1:
            raise ShapeError("repeat_interleave only accept 1D vector as repeat")
        total = known(input)
        if total is None:
            length: Any = output_size if output_size is not None else Unknown("repeat_interleave's size", int)
            return make((length,), input.dtype)
        return make((sum(total),), input.dtype, values=Values(_repeated(range(len(total)), total)))
    if dim is None:
        shape: tuple[Any, ...] = (_count(input.shape),)
        at = 0
    else:
        at = wrap_dim(dim, input.ndim)
        shape = tuple(input.shape) or (1,)
    counts: list[int] | None
    if isinstance(repeats, Tensor):
        if repeats.ndim > 1:
            raise ShapeError("repeats must be 0-dim or 1-dim tensor")
        if repeats.dtype.name not in ("int32", "int64"):
            raise ShapeError("repeats has to be Long or Int tensor", "dtype")
        if repeats.ndim == 1 and repeats.shape[0] != 1 and repeats.shape[0] != shape[at]:
            raise ShapeError(
                f"repeats must have the same size as input along dim, but got repeats.size(0) = {repeats.shape[0]} and input.size({at}) = {shape[at]}"
            )
        counts = known(repeats)
        if counts is None:
            size: Any = output_size if output_size is not None else Unknown("repeat_interleave's size", int)
        else:
            size = counts[0] * shape[at] if len(counts) == 1 else sum(counts)
    else:
        count = int_of(repeats, "repeat_interleave", "repeats")
        if count < 0:
            raise ShapeError("Repeats must be non-negative")
        size = shape[at] * count
        counts = [count] if type(count) is int else None
    result = make((*shape[:at], size, *shape[at + 1 :]), input.dtype, None, input.device)
    values = known(input)
    if values is not None and counts is not None and few(_count(result.shape)):
        result.values = _slices_repeated(values, shape, at, counts * (shape[at] if len(counts) == 1 else 1))
    return result


def _repeated(items: Iterable[Any], counts: Sequence[int]) -> Iterator[Any]:
    for item, count in zip(items, counts):
        for _ in range(count):
            yield item


def _slices_repeated(values: list[Any], shape: Sequence[int], at: int, counts: Sequence[int]) -> Values:
    """The elements with each slice along a dimension as often as it is counted."""
    inner = math.prod(shape[at + 1 :])
    block = inner * shape[at]
    found: list[Any] = []
    for start in range(0, len(values), block or 1):
        slices = [values[start + i * inner : start + (i + 1) * inner] for i in range(shape[at])]
        for piece in _repeated(slices, counts):
            found += piece
    return Values(found)


@operation("torch.expand_copy")
def expand_copy(input: Tensor, *size: Any, implicit: bool = False) -> Tensor:
    """`expand`, copied."""
    return copied(expand(input, *size))
