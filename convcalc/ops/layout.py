"""What views share: a result that lies in the memory of its input, with its own shape and strides."""

from __future__ import annotations

from convcalc.tensor import Tensor, make
from convcalc.tensor.strides import contiguous_strides, is_row_major
from convcalc.tensor.values import known, picked, shared

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    Relayout = Callable[[tuple[int, ...]], tuple[int, ...]]


def viewed(
    input: Tensor, shape: Sequence[int], relayout: Relayout, start: Callable[[tuple[int, ...]], int] | None = None
) -> Tensor:
    """A view: `relayout` makes its strides of the input's, `start` the place of its first element."""
    strides: Any = relayout(input.strides)
    if is_row_major(shape, strides):
        strides = None
    result = make(shape, input.dtype, strides, input.device)
    if input.values is not None:
        result.values = view_values(input, result.shape, relayout, start)
    return result


def view_values(input: Tensor, shape: Sequence[int], relayout: Relayout, start: Any = None) -> Any:
    """The elements of such a view of a small constant."""
    values = known(input)
    if values is None:
        return None
    plain = contiguous_strides(input.shape)
    try:
        items = picked(values, shape, relayout(plain), start(plain) if start is not None else 0)
    except IndexError:
        return None
    return shared(input, items)


def copied(result: Tensor, source: Tensor | None = None) -> Tensor:
    """The same elements in memory of their own, contiguous."""
    from convcalc.tensor.values import Values

    values = known(result if source is None else source)
    return make(result.shape, result.dtype, None, result.device, None if values is None else Values(values))


def preserved_strides(input: Tensor) -> tuple[int, ...] | None:
    """The strides of a copy that keeps the layout: the same where there are no gaps, else in the same order."""
    from convcalc.tensor.strides import elementwise_strides, is_dense

    if input._strides is None:
        return None
    if is_dense(input.shape, input._strides):
        return input._strides
    return elementwise_strides(input.shape, [(input.shape, input._strides)])
