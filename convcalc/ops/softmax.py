"""Normalised exponentials along a dimension."""

from __future__ import annotations

from convcalc.tensor import ShapeError, ShapeTypeError, Tensor, make, wrap_dim
from convcalc.tensor.dtypes import BOOL, FLOATING, LEGACY_NAMES
from convcalc.trace.recorder import warn

from .arguments import tensor_argument
from .registry import operation
from .results import INVERT_A_MASK, is_computable, not_implemented, store

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# The implicit dimension of old code: the first for 0-, 1- and 3-dimensional input, else the second.
FIRST = (0, 1, 3)


def _along(input: Tensor, dim: Any, dtype: Any, function: str) -> Tensor:
    """The result of softmax or log_softmax: the input's shape, contiguous, of a floating-point type."""
    if not isinstance(input, Tensor):
        tensor_argument(input, function, 1, "input")
    if type(dim) is not int and (isinstance(dim, (float, str)) or dim is None):
        raise ShapeTypeError(f"{function}(): argument 'dim' (position 1) must be int, not {type(dim).__name__}")
    dim = wrap_dim(dim, input.ndim)
    dtype = dtype or input.dtype
    if (dtype.category != FLOATING or dtype.itemsize == 1) and 0 not in input.shape:
        last = "_lastdim" if dim >= input.ndim - 1 else ""
        raise not_implemented(f"{function}{last}_kernel_impl", dtype)
    return make(input.shape, dtype)


def _dim_of(input: Tensor, dim: int | None, function: str) -> int:
    if dim is not None:
        return dim
    tensor_argument(input, function, 1, "input")
    warn(
        f"{function} was called without dim; which dimension it then takes depends on the number of dimensions. Say dim=..."
    )
    return 0 if input.ndim in FIRST else 1


@operation("F.softmax")
def softmax(input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> Tensor:
    """y = exp(x) / sum(exp(x)) along `dim`.

    Shapes:  x: any; y: the same
    Errors:  no such dimension; x is not of a floating-point type and no dtype is given
    Source:  aten/src/ATen/native/SoftMax.cpp
    """
    return _along(input, _dim_of(input, dim, "softmax"), dtype, "softmax")


@operation("torch.softmax", "Tensor.softmax")
def _softmax(input: Tensor, dim: int, dtype: Any = None, *, out: Tensor | None = None) -> Tensor:
    return store(_along(input, dim, dtype, "softmax"), out)


@operation("special.softmax")
def _special_softmax(input: Tensor, dim: int, dtype: Any = None) -> Tensor:
    return _along(input, dim, dtype, "softmax")


@operation("F.log_softmax")
def log_softmax(input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> Tensor:
    return _along(input, _dim_of(input, dim, "log_softmax"), dtype, "log_softmax")


@operation("torch.log_softmax", "Tensor.log_softmax")
def _log_softmax(input: Tensor, dim: int, dtype: Any = None, *, out: Tensor | None = None) -> Tensor:
    return store(_along(input, dim, dtype, "log_softmax"), out)


@operation("special.log_softmax")
def _special_log_softmax(input: Tensor, dim: int, *, dtype: Any = None) -> Tensor:
    return _along(input, dim, dtype, "log_softmax")


@operation("F.softmin")
def softmin(input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> Tensor:
    dim = _dim_of(input, dim, "softmin")
    if input.dtype.category == BOOL:
        raise ShapeError(
            f"Negation, the `-` operator, on a bool tensor is not supported. {INVERT_A_MASK}", "dtype", actual="bool"
        )
    return _along(input, dim, dtype, "softmax")


@operation("F.gumbel_softmax")
def gumbel_softmax(logits: Tensor, tau: float = 1, hard: bool = False, eps: float = 1e-10, dim: int = -1) -> Tensor:
    tensor_argument(logits, "gumbel_softmax", 1, "logits")
    if logits.dtype.category != FLOATING:
        raise ShapeError(
            "Exponential distribution is a continuous probability distribution. dtype must be a floating point but you specified "
            f"{LEGACY_NAMES[logits.dtype]}",
            "dtype",
        )
    if not is_computable(logits.dtype):
        raise not_implemented("exponential_cpu", logits.dtype)
    return _along(logits, dim, None, "softmax")
