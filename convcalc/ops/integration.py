"""Integrals and derivatives of sampled functions.

Source: aten/src/ATen/native/Integration.cpp, ReduceOps.cpp (gradient)
"""

from __future__ import annotations

from convcalc.tensor import DType, ShapeError, ShapeIndexError, ShapeTypeError, Tensor, make, wrap_dim
from convcalc.tensor.dtypes import BOOL, FLOATING, default_dtype, result_dtype

from .arguments import broadcast_shapes, dims_of, tensor_argument
from .registry import operation
from .results import like

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _floating(*operands: Tensor) -> DType:
    dtype = result_dtype(operands)
    return dtype if dtype.category >= FLOATING else default_dtype()


def _check_not_bool(function: str, names: str, *operands: Tensor) -> None:
    if any(operand.dtype.category == BOOL for operand in operands):
        raise ShapeError(f"{function}: received a bool input for {names}, but bool is not supported", "dtype")


def _pieces(function: str, y: Tensor, x: Tensor | None, dim: int) -> tuple[tuple[Any, ...], DType]:
    """The shape and type of the areas between neighbouring points."""
    tensor_argument(y, function, 1, "y")
    if x is None:
        dim = wrap_dim(dim, y.ndim, scalar_is_vector=False)
        _check_not_bool(function, "`y`", y)
        return _neighbours(y.shape, dim), _floating(y)
    if not isinstance(x, Tensor):
        raise ShapeTypeError(
            f"{function}() received an invalid combination of arguments - got (Tensor, {type(x).__name__})"
        )
    dim = wrap_dim(dim, y.ndim, scalar_is_vector=False)
    _check_not_bool(function, "`x` or `y`", y, x)
    if x.ndim == 1:
        if x.shape[0] != y.shape[dim]:
            raise ShapeError(
                f"{function}: There must be one `x` value for each sample point",
                "broadcast",
                expected=y.shape[dim],
                actual=x.shape[0],
            )
        steps: tuple[Any, ...] = (1,) * dim + tuple(x.shape) + (1,) * (y.ndim - dim - 1)
    else:
        steps = (1,) * (y.ndim - x.ndim) + tuple(x.shape)
    return broadcast_shapes(_neighbours(steps, dim), _neighbours(y.shape, dim)), _floating(y, x)


def _neighbours(shape: Any, dim: int) -> tuple[Any, ...]:
    size = shape[dim]
    return (*shape[:dim], size if size == 0 else size - 1, *shape[dim + 1 :])


@operation("torch.trapezoid", "torch.trapz")
def trapezoid(y: Tensor, x: Tensor | None = None, *, dx: Any = None, dim: int = -1) -> Tensor:
    """The integral along one dimension by the trapezoidal rule.

    Shapes:  y: any; x: as many as y has along `dim`, or a shape that broadcasts; result: without `dim`
    Errors:  a bool tensor; a number of x that differs; a dimension out of range
    Source:  torch.trapezoid
    """
    shape, dtype = _pieces("trapezoid", y, x, dim)
    dim = wrap_dim(dim, y.ndim)
    if x is None and y.shape[dim] == 0:
        dtype = y.dtype
    return make(shape[:dim] + shape[dim + 1 :], dtype)


@operation("torch.cumulative_trapezoid")
def cumulative_trapezoid(y: Tensor, x: Tensor | None = None, *, dx: Any = None, dim: int = -1) -> Tensor:
    """The running integral along one dimension by the trapezoidal rule: one value less than `y` has.

    Errors:  a bool tensor; a number of x that differs; a dimension out of range
    Source:  torch.cumulative_trapezoid
    """
    if isinstance(y, Tensor) and y.ndim == 0:
        raise ShapeIndexError("slice() cannot be applied to a 0-dim tensor.")
    return make(*_pieces("cumulative_trapezoid", y, x, dim))


@operation("torch.gradient")
def gradient(input: Tensor, *, spacing: Any = None, dim: Any = None, edge_order: int = 1) -> Any:
    """The partial derivatives by central differences: a tensor of the input's shape for each dimension.

    Errors:  as many spacings as dimensions are wanted; a dimension with fewer than edge_order + 1 points
    Source:  torch.gradient
    """
    if isinstance(spacing, Tensor):
        raise ShapeTypeError("gradient() received an invalid combination of arguments - got (Tensor, spacing=Tensor)")
    several = isinstance(spacing, (tuple, list))
    dims = list(range(input.ndim)) if dim is None else list(dim) if isinstance(dim, (tuple, list)) else [dim]
    if several and len(spacing) != len(dims):
        raise ShapeError(
            "torch.gradient expected spacing to be unspecified, a scalar or it's spacing and dim arguments to have the same length, "
            f"but got a spacing argument of length {len(spacing)} and a dim argument of length {len(dims)}."
        )
    if edge_order not in (1, 2):
        raise ShapeError("torch.gradient only supports edge_order=1 and edge_order=2.")
    wrapped = dims_of(tuple(dims), input.ndim) if dims else ()
    for point in spacing if several else ():
        if isinstance(point, Tensor) and point.ndim != 1:
            raise ShapeError(
                f"torch.gradient expected each element of spacing to have one dimension, but got an element with {point.ndim} dimensions!"
            )
    for d in wrapped:
        if input.shape[d] < edge_order + 1:
            raise ShapeError("torch.gradient expected each dimension size to be at least edge_order+1", "argument")
    dtype = input.dtype if input.dtype.category >= FLOATING else default_dtype()
    return tuple(_derivative(input, d, spacing[i] if several else None, dtype) for i, d in enumerate(wrapped))


def _derivative(input: Tensor, dim: int, points: Any, dtype: DType) -> Tensor:
    """The differences along one dimension; as many as coordinates are given, as PyTorch does not compare the two."""
    if isinstance(points, Tensor) and points.shape[0] != input.shape[dim]:
        return make((*input.shape[:dim], points.shape[0], *input.shape[dim + 1 :]), dtype)
    return like(input, dtype)
