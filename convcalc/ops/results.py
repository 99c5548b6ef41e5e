"""How the results of pointwise operations look: layout, element type, and what is done in place or into `out`."""

from __future__ import annotations

from convcalc.tensor import ShapeError, ShapeNotImplementedError, Size, Tensor, make
from convcalc.tensor.dtypes import BOOL, FLOATING, LEGACY_NAMES, DType, can_cast
from convcalc.tensor.strides import elementwise_strides
from convcalc.tensor.values import overwrite

from .arguments import broadcast_shapes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


INVERT_A_MASK = "If you are trying to invert a mask, use the `~` or `logical_not()` operator instead."


def like(input: Tensor, dtype: DType | None = None) -> Tensor:
    """A fresh tensor of the input's shape, with its order of dimensions in memory where that is dense."""
    strides = input._strides
    if strides is not None:
        strides = elementwise_strides(input.shape, ((input.shape, strides),))
    return make(input.shape, dtype or input.dtype, strides)


def alias(input: Tensor) -> Tensor:
    """The same elements as another object: what an operation that has nothing to do returns."""
    return make(input.shape, input.dtype, input._strides, input.device, input.values)


def broadcast(dtype: DType, *operands: Tensor) -> Tensor:
    """A fresh tensor of the operands' common shape."""
    shape = broadcast_shapes(*[t.shape for t in operands])
    if all(t._strides is None for t in operands):
        return make(shape, dtype)
    return make(shape, dtype, elementwise_strides(shape, [(t.shape, t.strides) for t in operands]))


def in_place(input: Tensor) -> Tensor:
    """The tensor that is written to; its elements are no longer known, and each must lie in a place of its own."""
    strides = input._strides
    if strides is not None and any(step == 0 and size > 1 for step, size in zip(strides, input.shape)):
        raise ShapeError(
            "unsupported operation: more than one element of the written-to tensor refers to a single memory location. "
            "Please clone() the tensor before performing the operation.",
            "torch-error",
        )
    overwrite(input)
    return input


def store(result: Tensor, out: Tensor | None) -> Tensor:
    """The result, in `out` where that is given: it takes the result's shape and must be able to hold its type."""
    if out is None:
        return result
    if not can_cast(result.dtype, out.dtype):
        raise cannot_cast(result.dtype, out.dtype)
    if (out.shape == result.shape) is not True:
        out.shape, out._strides = Size(result.shape), None
    overwrite(out)
    return out


def check_subtraction(a: Tensor, b: Tensor) -> None:
    """`a - b` is refused for bool tensors, which have `^` and `~` instead."""
    if a.dtype.category == BOOL and b.dtype.category == BOOL:
        message = "Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or `logical_xor()` operator instead."
        raise ShapeError(message, "dtype", actual="bool")
    if a.dtype.category == BOOL or b.dtype.category == BOOL:
        raise ShapeError(
            f"Subtraction, the `-` operator, with a bool tensor is not supported. {INVERT_A_MASK}",
            "dtype",
            actual="bool",
        )


class Operand:
    """Where one of several operands is looked at by itself: a refusal there names it."""

    def __init__(self, name: str, expected: Any, actual: Any) -> None:
        self.name, self.expected, self.actual = name, expected, actual

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, error: Any, traceback: Any) -> None:
        if isinstance(error, ShapeError) and error.operand is None:
            error.operand = self.name, self.expected, self.actual


def cannot_cast(source: DType, target: DType) -> ShapeError:
    return ShapeError(
        f"result type {LEGACY_NAMES[source]} can't be cast to the desired output type {LEGACY_NAMES[target]}", "dtype"
    )


def not_implemented(kernel: str, dtype: DType) -> ShapeNotImplementedError:
    """The refusal of an element type for which PyTorch's CPU kernel was not compiled."""
    return ShapeNotImplementedError(
        f"\"{kernel}\" not implemented for '{LEGACY_NAMES[dtype]}'", "dtype", actual=dtype.name
    )


def is_computable(dtype: Any) -> bool:
    """Whether ordinary floating-point kernels take the type: half, bfloat16, float, double."""
    return bool(dtype.category == FLOATING and dtype.itemsize > 1)
