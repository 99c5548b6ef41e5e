"""`torch.masked`: reductions and normalisations over the elements that a mask lets through; shapes as without a mask.

Source: torch/masked/_ops.py
"""

from __future__ import annotations

from convcalc.tensor import DType, ShapeAssertionError, ShapeError, ShapeIndexError, ShapeValueError, Tensor, make
from convcalc.tensor.dtypes import BOOL, FLOATING, INTEGER, float32, int64
from convcalc.tensor.size import differ

from .registry import find, operation
from .results import like

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _masked(input: Tensor, mask: Tensor | None) -> Tensor:
    """The input after masking; the mask must be one that broadcasts to it."""
    if mask is None:
        return input
    if differ(mask.shape, input.shape):
        if mask.ndim > input.ndim:
            raise ShapeIndexError(
                "_input_mask expected broadcastable mask (got mask dimensionality higher than of the input)",
                "broadcast",
            )
        _call("torch.broadcast_to", mask, input.shape)
    return like(input)


def _dims(dim: Any, ndim: int) -> tuple[int, ...]:
    """The dimensions in ascending order; () means all of them, as None does."""
    if dim is None or dim == ():
        return tuple(range(ndim))
    count = ndim or 1
    dims: list[int] = []
    for d in (dim,) if isinstance(dim, int) else dim:
        if d in dims:
            raise ShapeError(f"dim={d} appears multiple times in the list of dims")
        if d >= count or d < -count:
            raise ShapeIndexError(
                f"Dimension out of range (expected to be in range of [{-count}, {count - 1}], but got {d})",
                "dimension-range",
            )
        dims.append(d % count)
    return tuple(sorted(dims))


def _call(name: str, *args: Any, **kwargs: Any) -> Any:
    return find(name)(*args, **kwargs)  # type: ignore[misc]


def _as(result: Tensor, dtype: DType | None) -> Tensor:
    return result if dtype is None or dtype is result.dtype else make(result.shape, dtype, result._strides)


def _total(input: Tensor, dim: Any, keepdim: Any, dtype: DType | None, mask: Tensor | None) -> Tensor:
    if dtype is None:
        dtype = int64 if input.dtype.category in (BOOL, INTEGER) else input.dtype
    masked = _masked(input, mask)
    return _call("torch.sum", masked, _dims(dim, input.ndim), bool(keepdim), dtype=dtype)  # type: ignore[no-any-return]


@operation("masked.sum")
def sum(
    input: Tensor, dim: Any = None, *, keepdim: bool = False, dtype: Any = None, mask: Tensor | None = None
) -> Tensor:
    """The sum of the elements that the mask lets through."""
    return _total(input, dim, keepdim, dtype, mask)


@operation("masked.prod")
def prod(
    input: Tensor, dim: Any = None, *, keepdim: bool = False, dtype: Any = None, mask: Tensor | None = None
) -> Tensor:
    """The product of the elements that the mask lets through."""
    return _total(input, dim, keepdim, dtype, mask)


@operation("masked.mean")
def mean(
    input: Tensor, dim: Any = None, *, keepdim: bool = False, dtype: Any = None, mask: Tensor | None = None
) -> Tensor:
    """The mean of the elements that the mask lets through; refused for integers."""
    source = "Input" if dtype is None else "Optional"
    dtype = dtype or input.dtype
    if dtype.category < FLOATING:
        raise ShapeValueError(
            f"mean(): Could not infer output dtype. {source} dtype must be either a floating point or complex dtype. Got: {dtype}",
            "dtype",
        )
    return _total(input, dim, keepdim, dtype, mask)


def _extreme(name: str) -> None:
    @operation(f"masked.{name}")
    def rule(
        input: Tensor, dim: Any = None, *, keepdim: bool = False, dtype: Any = None, mask: Tensor | None = None
    ) -> Tensor:
        masked = _masked(input, mask)
        return _as(_call(f"torch.{name}", masked, _dims(dim, masked.ndim), bool(keepdim)), dtype or input.dtype)


def _place_of_extreme(name: str) -> None:
    @operation(f"masked.{name}")
    def rule(
        input: Tensor, dim: int | None = None, *, keepdim: bool = False, dtype: Any = None, mask: Tensor | None = None
    ) -> Tensor:
        return _as(_call(f"torch.{name}", _masked(input, mask), dim, bool(keepdim)), dtype or input.dtype)


def _running(name: str) -> None:
    @operation(f"masked.{name}")
    def rule(input: Tensor, dim: int, *, dtype: Any = None, mask: Tensor | None = None) -> Tensor:
        dtype = dtype or input.dtype
        along = _dims(dim, input.ndim)[0]
        return _call(f"torch.{name}", _masked(input, mask), along, dtype=dtype)  # type: ignore[no-any-return]


def _soft(name: str) -> None:
    @operation(f"masked.{name}")
    def rule(input: Tensor, dim: int, *, dtype: Any = None, mask: Tensor | None = None) -> Tensor:
        dtype = dtype or input.dtype
        along = _dims(dim, input.ndim)[0]
        return _call(f"F.{name}", _masked(input, mask), along, dtype=dtype)  # type: ignore[no-any-return]


for _name in ("amax", "amin"):
    _extreme(_name)
for _name in ("argmax", "argmin"):
    _place_of_extreme(_name)
for _name in ("cumsum", "cumprod"):
    _running(_name)
for _name in ("softmax", "log_softmax", "softmin"):
    _soft(_name)


@operation("masked.median")
def median(
    input: Tensor, dim: int = -1, *, keepdim: bool = False, dtype: Any = None, mask: Tensor | None = None
) -> Tensor:
    """The middle one of the elements that the mask lets through, along one dimension."""
    along = _dims(dim, input.ndim)[0]
    floating = input if input.dtype.category == FLOATING else _as(input, float32)
    result = _call("torch.nanmedian", _masked(floating, mask), along, keepdim)[0]
    return result if floating is input else _as(result, dtype or input.dtype)


@operation("masked.logsumexp")
def logsumexp(
    input: Tensor, dim: Any = None, *, keepdim: bool = False, dtype: Any = None, mask: Tensor | None = None
) -> Tensor:
    """The logarithm of the sum of the exponentials of the elements that the mask lets through."""
    masked = _masked(input, mask)
    return _as(_call("torch.logsumexp", masked, _dims(dim, input.ndim), keepdim=keepdim), dtype or input.dtype)


@operation("masked.logaddexp")
def logaddexp(
    input: Tensor,
    other: Tensor,
    *,
    dtype: Any = None,
    input_mask: Tensor | None = None,
    other_mask: Tensor | None = None,
) -> Tensor:
    """`torch.logaddexp` of two masked tensors."""
    result = _call("torch.logaddexp", _masked(input, input_mask), _masked(other, other_mask))
    return _as(result, dtype or input.dtype)


@operation("masked.norm")
def norm(
    input: Tensor,
    ord: Any = 2.0,
    dim: Any = None,
    *,
    keepdim: bool = False,
    dtype: Any = None,
    mask: Tensor | None = None,
) -> Tensor:
    """The vector norm of the elements that the mask lets through."""
    masked = _masked(input, mask)
    return _call("linalg.vector_norm", masked, ord, _dims(dim, input.ndim), bool(keepdim), dtype=dtype or input.dtype)  # type: ignore[no-any-return]


@operation("masked.normalize")
def normalize(
    input: Tensor, ord: float, dim: int, *, eps: float = 1e-12, dtype: Any = None, mask: Tensor | None = None
) -> Tensor:
    """The masked input divided by its norm along one dimension."""
    return _call("torch.div", _masked(input, mask), norm(input, ord, dim, keepdim=True, dtype=dtype, mask=mask))  # type: ignore[no-any-return]


def _spread(name: str) -> None:
    @operation(f"masked.{name}")
    def rule(
        input: Tensor,
        dim: Any = None,
        unbiased: bool | None = None,
        *,
        correction: Any = None,
        keepdim: bool = False,
        dtype: Any = None,
        mask: Tensor | None = None,
    ) -> Tensor:
        if unbiased is not None and correction is not None:
            raise ShapeAssertionError("Only one of unbiased and correction may be given")
        dtype = dtype or (input.dtype if input.dtype.category >= FLOATING else float32)
        return _as(_total(input, dim, keepdim, dtype if dtype.category >= FLOATING else float32, mask), dtype)


for _name in ("var", "std"):
    _spread(_name)
