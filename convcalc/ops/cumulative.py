"""Running sums, products and extremes along a dimension, and differences.

Source: aten/src/ATen/native/ReduceOps.cpp
"""

from __future__ import annotations

from convcalc.tensor import (
    ShapeError,
    Tensor,
    make,
    wrap_dim,
)
from convcalc.tensor.dtypes import (
    FLOATING,
    bool_,
    int64,
)
from convcalc.tensor.strides import elementwise_strides
from convcalc.tensor.values import known, rounded

from .elementwise import into, to_out
from .named import named_result
from .reduction import _whole, not_implemented
from .registry import operation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _cumulative(name: str, running: Any) -> None:
    def rule(input: Tensor, dim: int, *, dtype: Any = None, out: Any = None) -> Tensor:
        at = wrap_dim(dim, input.ndim)
        result = make(input.shape, _whole(dtype, input), None, input.device)
        values = known(input)
        if values is not None and input.ndim == 1 and at == 0 and running is not None:
            from itertools import accumulate

            result.values = (
                rounded(list(accumulate(values, running)), result.dtype) if result.dtype.category != FLOATING else None
            )
        return to_out(out, result)

    def in_place(self: Tensor, dim: int, *, dtype: Any = None) -> Tensor:

        result = rule(self, dim, dtype=self.dtype if dtype is None else dtype)
        return into(self, result)

    rule.__name__ = rule.__qualname__ = name
    rule.__doc__ = f"`{name}` along a dimension; integers give int64."
    in_place.__name__, in_place.__doc__ = name + "_", f"`{name}`, in place."
    operation(f"torch.{name}", f"Tensor.{name}")(rule)
    operation(f"Tensor.{name}_")(in_place)


_cumulative("cumsum", lambda a, b: a + b)


_cumulative("cumprod", lambda a, b: a * b)


def _cumulative_extreme(name: str) -> None:
    def rule(input: Tensor, dim: int, *, out: Any = None) -> Any:
        wrap_dim(dim, input.ndim)
        if input.dtype.is_complex:
            raise not_implemented(f"{name}_cpu", input.dtype)
        return to_out(out, named_result(name, values=make(input.shape, input.dtype), indices=make(input.shape, int64)))

    rule.__name__ = rule.__qualname__ = name
    rule.__doc__ = f"`{name}` along a dimension, with indices."
    operation(f"torch.{name}", f"Tensor.{name}")(rule)


_cumulative_extreme("cummax")


_cumulative_extreme("cummin")


@operation("torch.logcumsumexp", "Tensor.logcumsumexp")
def logcumsumexp(input: Tensor, dim: int, *, out: Any = None) -> Tensor:
    """The logarithm of a running sum of exponentials."""
    wrap_dim(dim, input.ndim)
    if input.dtype.category < FLOATING:
        raise not_implemented("logcumsumexp_out_cpu", input.dtype)
    return to_out(out, make(input.shape, input.dtype))


@operation("torch.diff", "Tensor.diff")
def diff(
    input: Tensor,
    n: int = 1,
    dim: int = -1,
    prepend: Tensor | None = None,
    append: Tensor | None = None,
    *,
    out: Any = None,
) -> Tensor:
    """The n-th differences along a dimension.

    Formula: size = max(size + prepended + appended - n, 0)
    """
    if not input.ndim:
        raise ShapeError("diff expects input to be at least one-dimensional")
    if n < 0:
        raise ShapeError(f"order must be non-negative but got {n}")
    at = wrap_dim(dim, input.ndim)
    if n == 0:
        return to_out(out, make(input.shape, input.dtype, input._strides))
    parts = [part for part in (prepend, input, append) if part is not None]
    if len(parts) > 1:
        from .joining import cat

        for part in parts:
            if part.ndim != input.ndim:
                raise ShapeError("diff expects prepend or append to be the same dimension as input")
            for d, size in enumerate(part.shape):
                if d != at and size != input.shape[d]:
                    raise ShapeError(
                        f"diff expects the shape of tensor to prepend or append to match that of input except along the differencing dimension; input.size({d}) = {input.shape[d]}, but got tensor.size({d}) = {size}"
                    )
        input = cat(parts, at)
    size = input.shape[at]
    shrunk = size - n
    result = make((*input.shape[:at], 0 if shrunk < 0 else shrunk, *input.shape[at + 1 :]), input.dtype)
    if input._strides is not None:
        result._strides = elementwise_strides(result.shape, [(result.shape, input._strides)] * 2)
    values = known(input)
    if values is not None and n == 1 and input.ndim == 1 and input.dtype is not bool_:
        from itertools import pairwise

        result.values = rounded([b - a for a, b in pairwise(values)], input.dtype)
    return to_out(out, result)
