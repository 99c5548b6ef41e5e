"""How elements lie in memory: what decides whether `.view` is allowed.

A stride of None for the whole means contiguous, the common case, which then costs nothing.
Source: aten/src/ATen/TensorUtils.cpp (computeStride), c10/core/MemoryFormat.h, aten/src/ATen/TensorIterator.cpp.
"""

from __future__ import annotations

from .size import are_equal, differ
from .unknown import Undecided, Unknown, decides

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any


def contiguous_strides(shape: Sequence[int]) -> tuple[int, ...]:
    """Row-major strides; a size of 0 counts as 1, as in PyTorch (a symbolic one counts: strides of an empty tensor say nothing)."""
    strides = []
    step = 1
    for size in reversed(shape):
        strides.append(step)
        step = step * (1 if type(size) is int and size == 0 else size)
    return tuple(reversed(strides))


def unknown_strides(shape: Sequence[int]) -> tuple[Any, ...]:
    """The strides of a tensor of which nobody knows how it lies in memory, because that depends on unknown sizes."""
    return tuple([Unknown("how a tensor lies in memory", int) for _ in shape])


def is_contiguous(shape: Sequence[int], strides: Sequence[int]) -> bool:
    """Whether the elements lie in row-major order; strides of dimensions of size 1 do not matter."""
    try:
        return _is_contiguous(shape, strides)
    except Undecided:
        return is_surely_contiguous(shape, strides) or Unknown("whether a tensor is contiguous", bool)  # type: ignore[return-value]


@decides
def _is_contiguous(shape: Sequence[int], strides: Sequence[int]) -> bool:
    expected = 1
    for size, stride in zip(reversed(shape), reversed(strides)):
        if size == 0:
            return True
        if size != 1:
            if stride != expected:
                return False
            expected = expected * size
    return True


def is_row_major(shape: Sequence[int], strides: Sequence[int]) -> bool:
    """Whether the strides are those of row-major order, for certain: no condition is asked of symbolic sizes."""
    for stride, plain in zip(strides, contiguous_strides(shape)):
        if stride is not plain and not are_equal(stride, plain):
            return False
    return True


def is_surely_contiguous(shape: Sequence[int], strides: Sequence[int]) -> bool:
    """`is_contiguous`, for certain: no condition is asked of symbolic sizes."""
    expected = 1
    for size, stride in zip(reversed(shape), reversed(strides)):
        if type(size) is int and size == 0:
            return True
        if not are_equal(size, 1):
            if not are_equal(stride, expected):
                return False
            expected = expected * size
    return True


def channels_last_strides(shape: Sequence[int]) -> tuple[int, ...]:
    """Strides of the channels-last layout of a 4-D (NHWC) or 5-D (NDHWC) tensor."""
    order = [1, *range(len(shape) - 1, 1, -1), 0]
    strides = [0] * len(shape)
    step = 1
    for d in order:
        strides[d] = step
        step = step * (1 if shape[d] == 0 else shape[d])
    return tuple(strides)


def is_channels_last(shape: Sequence[int], strides: Sequence[int]) -> bool:
    """Whether `suggest_memory_format` would say channels-last: what convolutions and pools then keep.

    Unknown sizes are taken to be some, not none. Where it depends on them, no: row-major is the layout in which nothing is refused.
    Source: c10/core/MemoryFormat.h, is_channels_last_strides_2d_s4 and _3d_s5.
    """
    try:
        return len(shape) in (4, 5) and _is_channels_last(shape, strides)
    except Undecided:
        return False


@decides
def _is_channels_last(shape: Sequence[int], strides: Sequence[int]) -> bool:
    if strides[1] == 0:
        return False
    least = 0
    for d in (1, *range(len(shape) - 1, 1, -1), 0):
        if (type(shape[d]) is not Unknown and shape[d] == 0) or strides[d] < least:
            return False
        if d == 0:
            return least != strides[1]  # an N111 tensor is ambiguous; it counts as contiguous
        least = strides[d]
        if shape[d] > 1:
            least = least * shape[d]
    return True


def view_strides(shape: Sequence[int], strides: Sequence[int], new: Sequence[int]) -> tuple[int, ...] | None:
    """Strides of the same elements seen as `new`, or None where that needs a copy (`.view` is then refused).

    Unknown sizes are taken to be some, not none; where it depends on them, so do the strides.
    """
    try:
        return _view_strides(shape, strides, new)
    except Undecided:
        return contiguous_strides(new) if is_surely_contiguous(shape, strides) else unknown_strides(new)


@decides
def _view_strides(shape: Sequence[int], strides: Sequence[int], new: Sequence[int]) -> tuple[int, ...] | None:
    if not shape:
        return (1,) * len(new)
    if any(not isinstance(size, Unknown) and size == 0 for size in shape):
        return tuple(strides) if not differ(shape, new) else contiguous_strides(new)
    result = [0] * len(new)
    at = len(new) - 1
    base = strides[-1]
    elements = viewed = 1
    for d in range(len(shape) - 1, -1, -1):
        elements = elements * shape[d]
        if d == 0 or (strides[d - 1] != elements * base and shape[d - 1] != 1):
            while at >= 0 and (d == 0 or viewed < elements or (viewed == elements and new[at] == 1)):
                result[at] = viewed * base
                viewed = viewed * new[at]
                at -= 1
            if d > 0:
                if viewed != elements:
                    return None
                base = strides[d - 1]
                elements = viewed = 1
    return tuple(result)  # there are as many elements: the first dimensions have all that are left


def is_dense(shape: Sequence[int], strides: Sequence[int]) -> bool:
    """Whether the elements fill a block of memory without gap or overlap, in some order of the dimensions."""
    try:
        return _is_dense(shape, strides)
    except Undecided:
        return is_surely_contiguous(shape, strides)


@decides
def _is_dense(shape: Sequence[int], strides: Sequence[int]) -> bool:
    expected = 1
    pairs = []
    for stride, size in zip(strides, shape):
        if size != 1:
            pairs.append((stride, size))
    for stride, size in sorted(pairs):
        if size == 0:
            return True
        if stride != expected:
            return False
        expected = expected * size
    return True


def elementwise_strides(
    shape: Sequence[int], operands: Iterable[tuple[Sequence[int], Sequence[int]]]
) -> tuple[int, ...] | None:
    """Strides of the fresh result of a pointwise operation: the operands' order of dimensions is kept.

    `operands` are (shape, strides) pairs, each broadcast to `shape`. None: contiguous.
    Source: TensorIterator's reorder_dimensions and allocate_or_resize_outputs.
    """
    ndim = len(shape)
    if ndim < 2:
        return None
    seen = []
    for sizes, strides in operands:
        lead = ndim - len(sizes)
        if any(isinstance(size, Unknown) and size is not full for size, full in zip(sizes, shape[lead:])):
            return unknown_strides(shape)  # a size of 1 would be spread
        seen.append(
            [0 if d < lead or (sizes[d - lead] == 1 and shape[d] != 1) else strides[d - lead] for d in range(ndim)]
        )
    if all(is_surely_contiguous(shape, s) for s in seen):
        return None
    try:
        return _kept_order(shape, seen)
    except Undecided:
        return unknown_strides(shape)


@decides
def _kept_order(shape: Sequence[int], seen: list[list[int]]) -> tuple[int, ...] | None:
    """`elementwise_strides` of operands whose strides along all dimensions of the result are `seen`."""
    ndim = len(shape)
    if seen.count(seen[0]) == len(seen) and is_dense(shape, seen[0]):
        return tuple(seen[0])
    order = list(range(ndim - 1, -1, -1))  # fastest first
    for i in range(1, ndim):
        right = i
        for left in range(i - 1, -1, -1):
            comparison = _should_swap(shape, seen, order[left], order[right])
            if comparison > 0:
                order[left], order[right] = order[right], order[left]
                right = left
            elif comparison < 0:
                break
    result = [0] * ndim
    step = 1
    for d in order:
        result[d] = step
        step = step * (1 if shape[d] == 0 else shape[d])
    return None if is_surely_contiguous(shape, result) else tuple(result)


@decides
def _should_swap(shape: Sequence[int], seen: list[list[int]], a: int, b: int) -> int:
    """Whether the dimension a is not faster than b, in the first operand that tells: -1 if not, 1 if so, 0 where none does."""
    for s in seen:
        if s[a] == 0 or s[b] == 0:
            continue
        if s[a] < s[b]:
            return -1
        if s[a] > s[b]:
            return 1
        if shape[a] > shape[b]:
            return 1
    return 0
