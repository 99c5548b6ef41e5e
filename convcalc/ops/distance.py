"""Distances and similarities of vectors."""

from __future__ import annotations

from convcalc.tensor import ShapeError, ShapeTypeError, ShapeValueError, Tensor, Unknown, make, wrap_dim
from convcalc.tensor.dtypes import FLOATING, LEGACY_NAMES, default_dtype, float32, float64, result_dtype

from .arguments import broadcast_shapes, tensor_argument
from .registry import operation
from .results import check_subtraction, is_computable, not_implemented

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@operation("F.pairwise_distance", "torch.pairwise_distance")
def pairwise_distance(x1: Tensor, x2: Tensor, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> Tensor:
    """The norm of x1 - x2 over the last dimension.

    Shapes:  x1, x2: (*, D); y: (*), or (*, 1) with keepdim
    Errors:  the shapes do not broadcast
    Source:  aten/src/ATen/native/Distance.cpp
    """
    tensor_argument(x1, "pairwise_distance", 1, "x1")
    tensor_argument(x2, "pairwise_distance", 2, "x2")
    if isinstance(p, str) or p is None:
        raise ShapeTypeError(f"pairwise_distance(): argument 'p' (position 3) must be float, not {type(p).__name__}")
    if not isinstance(keepdim, (bool, Unknown)):
        raise ShapeTypeError(
            f"pairwise_distance(): argument 'keepdim' (position 5) must be bool, not {type(keepdim).__name__}"
        )
    check_subtraction(x1, x2)
    shape = broadcast_shapes(x1.shape, x2.shape)
    dtype = result_dtype((x1, x2))
    if dtype.category < FLOATING:
        dtype = default_dtype()
    return make((*shape[:-1], 1) if keepdim and shape else shape[:-1], dtype.to_real())


@operation("F.cosine_similarity", "torch.cosine_similarity")
def cosine_similarity(x1: Tensor, x2: Tensor, dim: int = 1, eps: float = 1e-8) -> Tensor:
    """The cosine of the angle between x1 and x2 along `dim`.

    Shapes:  x1, x2: any that broadcast; y: the common shape without `dim`
    Errors:  the shapes do not broadcast; no such dimension; integers
    Source:  aten/src/ATen/native/Distance.cpp
    """
    tensor_argument(x1, "cosine_similarity", 1, "x1")
    tensor_argument(x2, "cosine_similarity", 2, "x2")
    dtype = result_dtype((x1, x2))
    if dtype.category != FLOATING:
        raise ShapeError(
            f"expected common dtype to be floating point, yet common dtype is {LEGACY_NAMES[dtype]}",
            "dtype",
            actual=dtype.name,
        )
    shape = broadcast_shapes(x1.shape, x2.shape)
    dim = wrap_dim(dim, len(shape))
    return make((*shape[:dim], *shape[dim + 1 :]), dtype)


@operation("F.pdist", "torch.pdist")
def pdist(input: Tensor, p: float = 2) -> Tensor:
    """The distance of every pair of rows.

    Shapes:  x: (N, D); y: (N * (N - 1) / 2)
    Errors:  x is not 2-D; integers; p < 0
    Source:  aten/src/ATen/native/Distance.cpp
    """
    tensor_argument(input, "pdist", 1, "input")
    if input.ndim != 2:
        raise ShapeError(f"pdist only supports 2D tensors, got: {input.ndim}D", actual=input.ndim)
    if not is_computable(input.dtype):
        raise ShapeError("pdist only supports floating-point dtypes", "dtype", actual=input.dtype.name)
    if p < 0:
        raise ShapeError("pdist only supports non-negative p values")
    if input.dtype is not float32 and input.dtype is not float64 and input.shape[0] > 1:
        raise not_implemented("pdist", input.dtype)
    rows = input.shape[0]
    return make((0 if rows == 0 else rows * (rows - 1) // 2,), input.dtype)


# How `cdist` may compute: by a matrix product from 26 rows on, always, or never.
MODES = ("use_mm_for_euclid_dist_if_necessary", "use_mm_for_euclid_dist", "donot_use_mm_for_euclid_dist")


@operation("torch.cdist")
def cdist(x1: Tensor, x2: Tensor, p: float = 2.0, compute_mode: str = "use_mm_for_euclid_dist_if_necessary") -> Tensor:
    """The distance of every row of x1 to every row of x2.

    Shapes:  x1: (*, P, D); x2: (*, R, D); y: (*, P, R)
    Errors:  fewer than 2 dimensions; the columns differ; the leading sizes do not broadcast; p < 0
    Source:  aten/src/ATen/native/Distance.cpp
    """
    tensor_argument(x1, "cdist", 1, "x1")
    tensor_argument(x2, "cdist", 2, "x2")
    if compute_mode not in MODES:
        raise ShapeValueError(f"{compute_mode} is not a valid value for compute_mode")
    for i, x in ((1, x1), (2, x2)):
        if x.ndim < 2:
            raise ShapeError(f"cdist only supports at least 2D tensors, X{i} got: {x.ndim}D", actual=x.ndim)
    if x1.shape[-1] != x2.shape[-1]:
        raise ShapeError(
            f"X1 and X2 must have the same number of columns. X1: {x1.shape[-1]} X2: {x2.shape[-1]}",
            "matmul",
            expected=x1.shape[-1],
            actual=x2.shape[-1],
        )
    for i, x in ((1, x1), (2, x2)):
        if x.dtype.category != FLOATING:
            raise ShapeError(
                f"cdist only supports floating-point dtypes, X{i} got: {LEGACY_NAMES[x.dtype]}",
                "dtype",
                actual=x.dtype.name,
            )
    if p < 0:
        raise ShapeError("cdist only supports non-negative p values")
    if x1.dtype is not x2.dtype:
        raise ShapeError(f"expected scalar type {LEGACY_NAMES[x1.dtype]} but found {LEGACY_NAMES[x2.dtype]}", "dtype")
    by_product = p == 2 and (
        compute_mode == MODES[1] or (compute_mode == MODES[0] and (x1.shape[-2] > 25 or x2.shape[-2] > 25))
    )
    if (
        x1.dtype is not float32
        and x1.dtype is not float64
        and not by_product
        and 0 not in x1.shape
        and 0 not in x2.shape
    ):
        raise not_implemented("cdist", x1.dtype)
    lead: Any = broadcast_shapes(x1.shape[:-2], x2.shape[:-2])
    return make((*lead, x1.shape[-2], x2.shape[-2]), x1.dtype)
