"""Calls of distributions in the record, and what their rules share: arguments made tensors of one shape, the type of results.

Source: torch/distributions/utils.py
"""

from __future__ import annotations

from convcalc.ops.arguments import broadcast_shapes
from convcalc.ops.registry import Operation
from convcalc.tensor import DType, ShapeValueError, Size, Tensor, Unknown, UnknownValue, make
from convcalc.tensor.dtypes import FLOATING, default_dtype, result_dtype
from convcalc.tensor.unknown import is_number, strangers
from convcalc.tensor.values import Values, few, rounded
from convcalc.trace import recorder as _trace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any


def recorded(label: str, rule: Callable[..., Any], *tensors: Any) -> Any:
    """What a rule gives for some tensors, as one call of the record: it is told of by that label, and the result comes of these tensors."""
    operation = Operation(label.rpartition(".")[2], rule, (label,), 0)
    if strangers:
        return operation.among_strangers(label, tensors, {})
    recorder = _trace.active
    return rule(*tensors) if recorder is None else recorder.operate(operation, label, tensors, {})


def refused(label: str, error: Exception) -> Any:
    """Raises a refusal as a call of the record does, so that its place is told, and a search for further errors can go on."""

    def refuse() -> Any:
        raise error

    return recorded(label, refuse)


def common_dtype(*operands: Any) -> DType:
    """The element type of what is calculated with logarithms of operands: of whole numbers the default floating type."""
    dtype = result_dtype(operands)
    return dtype if dtype.category >= FLOATING else default_dtype()


def detached(shape: Sequence[Any], dtype: DType) -> Tensor:
    """A tensor that needs no gradient, whatever it is computed of."""
    made = make(shape, dtype)
    made._grad = None
    return made


def is_plain_number(value: Any) -> bool:
    """Whether it is what PyTorch calls a number here; one that is not known and surely a number is one too."""
    return isinstance(value, (int, float)) or (type(value) is Unknown and is_number(value))


def checked_operands(values: Sequence[Any]) -> None:
    """Refuses what is neither a tensor nor a number; of something unknown nobody can say."""
    for value in values:
        if type(value) is Unknown and not is_number(value):
            raise UnknownValue(value.reason)
    if not all(isinstance(value, Tensor) or is_plain_number(value) for value in values):
        raise ShapeValueError(
            "Input arguments must all be instances of Number, torch.Tensor or objects implementing __torch_function__."
        )


def broadcast_all(*values: Any) -> tuple[Tensor, ...]:
    """Tensors and numbers as tensors of one shape; numbers take the type of the first tensor, else the default type."""
    checked_operands(values)
    tensors = [value for value in values if isinstance(value, Tensor)]
    dtype = tensors[0].dtype if tensors else default_dtype()
    shape = Size(broadcast_shapes(*[tensor.shape for tensor in tensors])) if tensors else Size()
    return tuple(widened(v, shape) if isinstance(v, Tensor) else _number(shape, v, dtype) for v in values)


def widened(tensor: Tensor, shape: Sequence[Any]) -> Tensor:
    """A tensor seen with a larger shape, or itself where it has that shape."""
    if len(tensor.shape) == len(shape) and (tensor.shape == shape) is True:
        return tensor
    return tensor.expand(*shape)  # type: ignore[no-any-return]


def sum_rightmost(value: Any, dims: int) -> Any:
    """A tensor summed over so many of its last dimensions."""
    if dims == 0:
        return value
    shape = value.shape[: len(value.shape) - dims] if isinstance(dims, int) else ()
    return value.reshape((*shape, -1)).sum(-1)


def constant(shape: Sequence[Any], number: Any, dtype: DType) -> Tensor:
    """A tensor of one number, which it knows where it has few elements."""
    size = 1
    for part in shape:
        size = size * part
    values = None if type(number) is Unknown or not few(size) else rounded([number], dtype)
    made = detached(shape, dtype)
    made.values = None if values is None else Values(list(values) * size)
    return made


def _number(shape: Size, number: Any, dtype: DType) -> Tensor:
    """A number that is seen with a shape."""
    made = constant(shape, number, dtype)
    if shape and all(type(size) is int for size in shape):  # else its order in memory would be asked of sizes that vary
        made._strides = (0,) * len(shape)
    return made
