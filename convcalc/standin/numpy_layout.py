"""How numpy lays out new arrays in memory: rows first, columns first, or in the order of what they are made of. It decides what `.view` of a tensor may do."""

from __future__ import annotations

from convcalc.tensor import Tensor
from convcalc.tensor.strides import is_surely_contiguous, unknown_strides

from .numpy_rules.registry import NotModelled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


def is_plain(held: Tensor) -> bool:
    """Whether it certainly lies in row-major order."""
    return held._strides is None or is_surely_contiguous(held.shape, held._strides)


def in_order(shape: Any, order: Any, strict: bool = False) -> Any:
    """The strides of a new array in an order: None for rows first."""
    if strict and order in ("K", "k", "A", "a"):
        raise ValueError("only 'C' or 'F' order is permitted")
    if order in (None, "C", "c", "K", "k", "A", "a"):
        return None
    if order not in ("F", "f"):
        if isinstance(order, str):
            raise ValueError(f"order must be one of 'C', 'F', 'A', or 'K' (got {order!r})")
        raise NotModelled
    if not all(type(size) is int for size in shape):
        return unknown_strides(shape)
    strides, step = [], 1
    for size in shape:
        strides.append(step)
        step *= max(1, size)
    return tuple(strides) if len(shape) > 1 else None


def copied_order(held: Tensor) -> Any:
    """The strides of a copy that keeps the order of its source, by the size of the strides; None: row-major.

    Source: numpy/_core/src/multiarray/ctors.c, PyArray_NewLikeArrayWithShape
    """
    if is_plain(held) or held.ndim < 2:
        return None
    strides = held.stride()
    if not all(type(n) is int for n in (*strides, *held.shape)):
        return unknown_strides(held.shape)
    order = sorted(range(held.ndim), key=lambda d: -abs(strides[d]))  # the largest first
    result, step = [0] * held.ndim, 1
    for d in reversed(order):
        result[d] = step
        step *= max(1, held.shape[d])
    return None if is_surely_contiguous(held.shape, result) else tuple(result)


def keep_order(shape: Sequence[Any], operands: Sequence[Tensor]) -> Any:
    """The strides of what numpy makes of operands element by element, which keeps their order of dimensions; None: row-major.

    Source: numpy/_core/src/multiarray/nditer_constr.c, npyiter_find_best_axis_ordering
    """
    if all(is_plain(held) and held.ndim == len(shape) for held in operands) or len(shape) < 2:
        return None
    if not all(type(size) is int for held in operands for size in held.shape) or not all(
        type(size) is int for size in shape
    ):
        return unknown_strides(shape)
    if any(type(stride) is not int for held in operands for stride in held._strides or ()):
        return unknown_strides(shape)
    ndim = len(shape)
    seen = []
    for held in operands:
        lead = ndim - held.ndim
        strides = held.stride()
        seen.append([0 if d < lead or held.shape[d - lead] == 1 else strides[d - lead] for d in range(ndim)])
    order = list(range(ndim - 1, -1, -1))  # from the smallest stride on
    for i in range(1, ndim):
        place, moved = i, order[i]
        for j in range(i - 1, -1, -1):
            ambiguous, swap = True, False
            for strides in seen:
                a, b = abs(strides[moved]), abs(strides[order[j]])
                if a and b:
                    if b <= a:
                        swap = False
                    elif ambiguous:
                        swap = True
                    ambiguous = False
            if not ambiguous:
                if not swap:
                    break
                place = j
        order.insert(place, order.pop(i))
    result, step = [0] * ndim, 1
    for d in order:
        result[d] = step
        step *= max(1, shape[d])
    return None if is_surely_contiguous(shape, result) else tuple(result)
