"""Where a pass backward begins: at tensors, with a gradient each, which must have its shape.

Source: torch/autograd/__init__.py, _make_grads and _tensor_or_tensors_to_tuple
"""

from __future__ import annotations

from convcalc.tensor import ShapeError, ShapeTypeError, Tensor, Unknown
from convcalc.tensor.size import differ

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


def check_gradients(outputs: Sequence[Any], gradients: Any, is_batched: Any = False) -> None:
    """Refuses gradients of other shapes than the tensors that they belong to, what is no gradient, and too few of them."""
    if gradients is None or type(gradients) is Unknown:
        return
    if isinstance(gradients, Tensor):
        gradients = (gradients,)
    elif not hasattr(gradients, "__iter__"):
        raise ShapeTypeError(f"'{type(gradients).__name__}' object is not iterable", actual=type(gradients).__name__)
    given = tuple(gradients)
    for i, (output, gradient) in enumerate(zip(outputs, given)):
        if isinstance(output, Tensor) and is_batched is False:
            _check(i, output, gradient)
    if len(given) < len(outputs):  # more are left over
        raise ShapeError(
            f"got {len(outputs)} tensors and {len(given)} gradients",
            "argument",
            expected=len(outputs),
            actual=len(given),
        )


def _check(i: int, output: Tensor, gradient: Any) -> None:
    if gradient is None or type(gradient) is Unknown:
        return
    if not isinstance(gradient, Tensor):
        raise ShapeTypeError(
            f"gradients can be either Tensors or None, but got {type(gradient).__name__}",
            actual=type(gradient).__name__,
        )
    if differ(output.shape, gradient.shape):
        raise ShapeError(
            f"Mismatch in shape: grad_output[{i}] has a shape of {gradient.shape} and output[{i}] has a shape of {output.shape}.",
            "broadcast", expected=tuple(output.shape), actual=tuple(gradient.shape),
        )  # fmt: skip
    if getattr(output.dtype, "is_complex", None) is False and getattr(gradient.dtype, "is_complex", None) is True:
        raise ShapeError(
            "For complex Tensors, both grad_output and output are required to have the same dtype. Mismatch in dtype: "
            f"grad_output[{i}] has a dtype of {gradient.dtype} and output[{i}] has a dtype of {output.dtype}.",
            "dtype", expected=output.dtype.name, actual=gradient.dtype.name,
        )  # fmt: skip
