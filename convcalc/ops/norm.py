"""Norms of vectors and matrices.

Source: aten/src/ATen/native/LinearAlgebra.cpp, ReduceOps.cpp
"""

from __future__ import annotations

import math

from convcalc.tensor import (
    DType,
    ShapeError,
    Tensor,
    dtype_of,
    make,
    wrap_dim,
)
from convcalc.tensor.dtypes import (
    FLOATING,
    LEGACY_NAMES,
)

from .arguments import dims_of
from .elementwise import to_out
from .reduction import reduced
from .registry import operation
from .results import in_place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _norm_dtype(input: Tensor, dtype: Any, function: str) -> DType:
    own = input.dtype if dtype is None else dtype_of(dtype)
    if own.category < FLOATING:
        raise ShapeError(
            f"{function}: Expected a floating point or complex tensor as input. Got {LEGACY_NAMES[own]}", "dtype"
        )
    return own.to_real()


@operation("torch.norm", "Tensor.norm")
def norm(
    input: Tensor, p: Any = "fro", dim: Any = None, keepdim: bool = False, out: Any = None, dtype: Any = None
) -> Tensor:
    """The p-norm over all dimensions or those of `dim`."""
    if p == "nuc" and dim is not None and isinstance(dim, (tuple, list)) and len(dim) != 2:
        raise ShapeError(f"linalg.matrix_norm: dim must be a 2-tuple. Got {dim}")
    if p == "nuc" and dim is None and input.ndim < 2:
        raise ShapeError("linalg.matrix_norm: The input tensor A must have at least 2 dimensions.")
    if isinstance(p, str) and p not in ("fro", "nuc"):
        raise ShapeError(f"only valid string values are 'fro' and 'nuc', found {p}")
    dims = dims_of(dim, input.ndim)
    if p == "nuc" and dim is None:
        dims = (input.ndim - 2, input.ndim - 1)
    return to_out(out, reduced(input, dims, keepdim, _norm_dtype(input, dtype, "linalg.vector_norm")))


@operation("linalg.vector_norm")
def vector_norm(
    x: Tensor, ord: Any = 2, dim: Any = None, keepdim: bool = False, *, dtype: Any = None, out: Any = None
) -> Tensor:
    """The norm of vectors along `dim`, or of all elements."""
    dims = dims_of(dim, x.ndim)
    result_dtype = _norm_dtype(x, dtype, "linalg.vector_norm")
    if isinstance(ord, (int, float)) and (ord < 0 or ord == math.inf) and any(x.shape[d] == 0 for d in dims):
        raise ShapeError(
            f"linalg.vector_norm cannot compute the {ord} norm on an empty tensor because the operation does not have an identity"
        )
    return to_out(out, reduced(x, dims, keepdim, result_dtype))


@operation("linalg.matrix_norm")
def matrix_norm(
    A: Tensor, ord: Any = "fro", dim: Any = (-2, -1), keepdim: bool = False, *, dtype: Any = None, out: Any = None
) -> Tensor:
    """The norm of matrices in two dimensions."""
    if A.ndim < 2:
        raise ShapeError("linalg.matrix_norm: The input tensor A must have at least 2 dimensions.")
    result_dtype = _norm_dtype(A, dtype, "linalg.matrix_norm")
    if len(dim) != 2:
        raise ShapeError(f"linalg.matrix_norm: dim must be a 2-tuple. Got {', '.join(map(str, dim))}")
    a, b = wrap_dim(dim[0], A.ndim), wrap_dim(dim[1], A.ndim)
    if a == b:
        raise ShapeError(f"linalg.matrix_norm: dims must be different. Got ({dim[0]}, {dim[1]})")
    if isinstance(ord, str):
        if ord not in ("fro", "nuc"):
            raise ShapeError(f"linalg.matrix_norm: Order {ord} not supported.")
    elif abs(ord) not in (1, 2, math.inf):
        raise ShapeError(f"linalg.matrix_norm: Order {ord} not supported.")
    return to_out(out, reduced(A, (a, b), keepdim, result_dtype))


@operation("linalg.norm")
def linalg_norm(
    A: Tensor, ord: Any = None, dim: Any = None, keepdim: bool = False, *, dtype: Any = None, out: Any = None
) -> Tensor:
    """A vector norm or a matrix norm, by the number of dimensions."""
    if dim is not None and isinstance(dim, (tuple, list)) and len(dim) not in (1, 2):
        raise ShapeError(f"linalg.norm: If dim is specified, it must be of length 1 or 2. Got {list(dim)}")
    if ord is not None and dim is None and A.ndim not in (1, 2):
        raise ShapeError(f"linalg.norm: If dim is not specified but ord is, the input must be 1D or 2D. Got {A.ndim}D.")
    two = (len(dim) == 2 if isinstance(dim, (tuple, list)) else False) if dim is not None else A.ndim == 2
    if ord is not None and two:
        return matrix_norm(A, ord, (0, 1) if dim is None else dim, keepdim, dtype=dtype, out=out)
    if isinstance(ord, str):
        raise ShapeError(f"linalg.matrix_norm: dim must be a 2-tuple. Got {dim}")
    return vector_norm(A, 2 if ord is None else ord, dim, keepdim, dtype=dtype, out=out)


@operation("torch.renorm", "Tensor.renorm")
def renorm(input: Tensor, p: Any, dim: int, maxnorm: Any, *, out: Any = None) -> Tensor:
    """Slices along `dim` scaled down to a norm of at most `maxnorm`."""
    if input.ndim < 2:
        raise ShapeError(f"renorm: input needs at least 2 dimensions, got {input.ndim} dimensions")
    wrap_dim(dim, input.ndim)
    return to_out(out, make(input.shape, input.dtype))


@operation("Tensor.renorm_")
def renorm_(self: Tensor, p: Any, dim: int, maxnorm: Any) -> Tensor:
    """`renorm` in place."""
    renorm(self, p, dim, maxnorm)
    return in_place(self)
