"""Sums, means, extremes and other reductions over dimensions, and cumulative ones along a dimension.

Source: aten/src/ATen/native/ReduceOps.cpp, TensorCompare.cpp, Sorting.cpp; element types measured on every type
"""

from __future__ import annotations

import math

from convcalc.tensor import (
    DType,
    ShapeError,
    ShapeIndexError,
    ShapeNotImplementedError,
    ShapeTypeError,
    Tensor,
    dtype_of,
    make,
    wrap_dim,
)
from convcalc.tensor.dtypes import FLOATING, LEGACY_NAMES, bool_, int64
from convcalc.tensor.strides import contiguous_strides, is_row_major
from convcalc.tensor.values import LIMIT, known, picked, rounded

from .arguments import check_few_dims, dims_of, tensor_argument
from .arithmetic import kind, maximum, minimum
from .elementwise import to_out
from .named import named_result
from .registry import operation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any


def reduced_shape(shape: Sequence[Any], dims: Sequence[int], keepdim: bool) -> tuple[Any, ...]:
    if keepdim:
        return tuple([1 if d in dims else size for d, size in enumerate(shape)])
    return tuple([size for d, size in enumerate(shape) if d not in dims])


def reduced(
    input: Tensor, dims: Sequence[int], keepdim: bool, dtype: DType, function: Callable[[list[Any]], Any] | None = None
) -> Tensor:
    """The result of a reduction, with its values where the input is a small constant."""
    result = make(reduced_shape(input.shape, dims, keepdim), dtype, None, input.device)
    if function is not None and input.values is not None:
        values = known(input)
        if values is not None and len(values) <= LIMIT and not any(size == 0 for size in input.shape):
            rest = [d for d in range(input.ndim) if d not in dims]
            order = [*rest, *dims]
            steps = [math.prod(input.shape[d + 1 :]) for d in order]
            moved = picked(values, [input.shape[d] for d in order], steps)
            run = math.prod([input.shape[d] for d in dims])
            try:
                result.values = rounded([function(moved[i : i + run]) for i in range(0, len(moved), run)], dtype)
            except (ValueError, TypeError, OverflowError, ZeroDivisionError):
                result.values = None
    return result


def not_implemented(kernel: str, dtype: DType) -> ShapeError:
    return ShapeNotImplementedError(f"\"{kernel}\" not implemented for '{LEGACY_NAMES[dtype]}'", "dtype")


def _whole(dtype: Any, input: Tensor) -> DType:
    """The type of a sum: integers and bools add up in int64."""
    if dtype is not None:
        return dtype_of(dtype)
    return int64 if input.dtype.category < FLOATING else input.dtype


def _sum_like(name: str, *names: str) -> Any:
    def rule(
        input: Tensor,
        dim: Any = None,
        keepdim: bool = False,
        *,
        dtype: Any = None,
        out: Any = None,
    ) -> Tensor:
        tensor_argument(input, name, 1, "input")
        dims = dims_of(dim, input.ndim)
        result = reduced(
            input,
            dims,
            keepdim,
            _whole(dtype, input),
            math.fsum if input.dtype.category == FLOATING else sum,
        )
        return to_out(out, result)

    rule.__name__ = rule.__qualname__ = name
    rule.__doc__ = f"`{name}` over all dimensions or those of `dim`; integers give int64."
    return operation(*names)(rule)


sum_ = _sum_like("sum", "torch.sum", "Tensor.sum")


@operation("torch.nansum", "Tensor.nansum")
def nansum(input: Tensor, dim: Any = None, keepdim: bool = False, *, dtype: Any = None, out: Any = None) -> Tensor:
    """The sum without NaNs; refused for complex numbers."""
    if input.dtype.is_complex:
        raise ShapeError("nansum does not support complex inputs", "dtype")
    return to_out(out, reduced(input, dims_of(dim, input.ndim), keepdim, _whole(dtype, input)))


def _mean_dtype(input: Tensor, dtype: Any) -> DType:
    kind_ = input.dtype if dtype is None else dtype_of(dtype)
    if kind_.category < FLOATING:
        what = "Input" if dtype is None else "Optional"
        raise ShapeError(
            f"mean(): could not infer output dtype. {what} dtype must be either a floating point or complex dtype. Got: {LEGACY_NAMES[kind_]}",
            "dtype",
        )
    return kind_


@operation("torch.mean", "Tensor.mean")
def mean(
    input: Tensor,
    dim: Any = None,
    keepdim: bool = False,
    *,
    dtype: Any = None,
    out: Any = None,
) -> Tensor:
    """The mean over all dimensions or those of `dim`.

    Shapes:  input: any; y: without the dimensions of `dim`, or with keepdim those are 1
    Errors:  integers or bools
    Source:  torch.mean
    """
    tensor_argument(input, "mean", 1, "input")
    dims = dims_of(dim, input.ndim)
    result = reduced(
        input,
        dims,
        keepdim,
        _mean_dtype(input, dtype),
        lambda run: math.fsum(run) / len(run),
    )
    return to_out(out, result)


@operation("torch.nanmean", "Tensor.nanmean")
def nanmean(input: Tensor, dim: Any = None, keepdim: bool = False, *, dtype: Any = None, out: Any = None) -> Tensor:
    """The mean without NaNs."""
    if input.dtype.category < FLOATING:
        raise ShapeError(
            f"nanmean(): expected input to have floating point or complex dtype but got {LEGACY_NAMES[input.dtype]}",
            "dtype",
        )
    return to_out(out, reduced(input, dims_of(dim, input.ndim), keepdim, _mean_dtype(input, dtype)))


@operation("torch.prod", "Tensor.prod")
def prod(input: Tensor, dim: Any = None, keepdim: bool = False, *, dtype: Any = None, out: Any = None) -> Tensor:
    """The product over all dimensions or one."""
    if isinstance(dim, (tuple, list)):
        raise ShapeTypeError("prod() received an invalid combination of arguments: argument 'dim' must be int")
    dims = dims_of(dim, input.ndim)
    return to_out(out, reduced(input, dims, keepdim, _whole(dtype, input), math.prod))


def _check_not_empty(input: Tensor, dims: Sequence[int], function: str) -> None:
    for d in dims:
        if input.shape[d] == 0:
            raise ShapeIndexError(f"{function}(): Expected reduction dim {d} to have non-zero size.")


def _extreme(name: str, binary: Any, pick: Callable[[list[Any]], Any]) -> Any:
    def rule(
        input: Tensor,
        dim: Any = None,
        keepdim: bool = False,
        *,
        other: Any = None,
        out: Any = None,
    ) -> Any:
        tensor_argument(input, name, 1, "input")
        if (
            (isinstance(dim, Tensor) and dim.dtype.category > 1)
            or (isinstance(dim, Tensor) and dim.ndim)
            or isinstance(other, Tensor)
        ):
            return binary(input, dim if other is None else other, out=out)
        if isinstance(dim, Tensor):
            return binary(input, dim, out=out)
        if input.dtype.is_complex:
            raise not_implemented(f"{name}_all" if dim is None else f"{name}_cpu", input.dtype)
        if dim is None:
            if input.numel() == 0:
                raise ShapeError(
                    f"{name}(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with the 'dim' argument."
                )
            return to_out(out, reduced(input, tuple(range(input.ndim)), False, input.dtype, pick))
        if isinstance(dim, (tuple, list)):
            raise ShapeTypeError(
                f"{name}() received an invalid combination of arguments: argument 'dim' must be int, not {type(dim).__name__}"
            )
        at = wrap_dim(dim, input.ndim)
        dims = (at,) if input.ndim else ()
        check_few_dims(input.ndim)
        _check_not_empty(input, dims, name)
        values = reduced(input, dims, keepdim, input.dtype, pick)
        indices = reduced(input, dims, keepdim, int64, lambda run: run.index(pick(run)))
        return to_out(out, named_result(name, values=values, indices=indices), cast=False)

    rule.__name__ = rule.__qualname__ = name
    rule.__doc__ = f"`{name}` of all elements, along a dimension (values and indices), or of two tensors."
    return operation(f"torch.{name}", f"Tensor.{name}")(rule)


max_, min_ = _extreme("max", maximum, max), _extreme("min", minimum, min)


def _arg_extreme(name: str, pick: Callable[[list[Any]], Any]) -> Any:
    def rule(input: Tensor, dim: Any = None, keepdim: bool = False, *, out: Any = None) -> Tensor:
        if input.dtype.is_complex or input.dtype is bool_:
            raise not_implemented(f"{name}_cpu", input.dtype)
        if dim is None:
            if input.numel() == 0:
                raise ShapeIndexError(
                    f"{name}(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with the 'dim' argument."
                )
            dims = tuple(range(input.ndim))
        else:
            if isinstance(dim, (tuple, list)):
                raise ShapeTypeError(f"{name}(): argument 'dim' must be int, not {type(dim).__name__}")
            at = wrap_dim(dim, input.ndim)
            dims = (at,) if input.ndim else ()
            check_few_dims(input.ndim)
            _check_not_empty(input, dims, name)
        return to_out(out, reduced(input, dims, keepdim, int64, lambda run: run.index(pick(run))), cast=False)

    rule.__name__ = rule.__qualname__ = name
    rule.__doc__ = f"`{name}`: where the extreme element is, as int64."
    return operation(f"torch.{name}", f"Tensor.{name}")(rule)


argmax, argmin = _arg_extreme("argmax", max), _arg_extreme("argmin", min)


def _many_extreme(name: str, pick: Callable[[list[Any]], Any]) -> Any:
    def rule(input: Tensor, dim: Any = (), keepdim: bool = False, *, out: Any = None) -> Tensor:
        if input.dtype.is_complex:
            raise not_implemented(f"{name.replace('a', '', 1)}_values_cpu", input.dtype)
        dims = dims_of(dim, input.ndim)
        if input.numel() == 0:
            if dim is None or (isinstance(dim, (tuple, list)) and not dim):
                raise ShapeIndexError(
                    f"{name}(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with the 'dim' argument."
                )
            _check_not_empty(input, dims, name)
        if out is not None and out.dtype is not input.dtype:
            raise ShapeError(
                f"Expected the dtype for input and out to match, but got {LEGACY_NAMES[input.dtype]} for input's dtype and {LEGACY_NAMES[out.dtype]} for out's dtype.",
                "dtype",
            )
        return to_out(out, reduced(input, dims, keepdim, input.dtype, pick))

    rule.__name__ = rule.__qualname__ = name
    rule.__doc__ = f"`{name}` over all dimensions or those of `dim`."
    return operation(f"torch.{name}", f"Tensor.{name}")(rule)


amax, amin = _many_extreme("amax", max), _many_extreme("amin", min)


@operation("torch.aminmax", "Tensor.aminmax")
def aminmax(input: Tensor, *, dim: int | None = None, keepdim: bool = False, out: Any = None) -> Any:
    """Both extremes."""
    if dim is None:
        if input.numel() == 0:
            raise ShapeError(
                "aminmax(): cannot compute aminmax over an empty dimension as the operation has no identity."
            )
        dims: tuple[int, ...] = tuple(range(input.ndim))
        shape: tuple[Any, ...] = tuple([1] * input.ndim) if keepdim else ()
    else:
        at = wrap_dim(dim, input.ndim)
        dims = (at,) if input.ndim else ()
        check_few_dims(input.ndim)
        _check_not_empty(input, dims, "aminmax")
        shape = reduced_shape(input.shape, dims, keepdim)
    if input.dtype.is_complex:
        raise not_implemented("aminmax_cpu", input.dtype)
    return to_out(out, named_result("aminmax", min=make(shape, input.dtype), max=make(shape, input.dtype)), cast=False)


def _truth(name: str, pick: Callable[[list[Any]], Any]) -> None:
    def rule(input: Tensor, dim: Any = None, keepdim: bool = False, *, out: Any = None) -> Tensor:
        dims = dims_of(dim, input.ndim)
        if isinstance(dim, (tuple, list)) and not dim:
            dims = ()
        result = reduced(input, dims, keepdim, dtype_of("uint8") if input.dtype.name == "uint8" else bool_, pick)
        return to_out(out, result)

    rule.__name__ = rule.__qualname__ = name
    rule.__doc__ = f"Whether {name} elements are true, over all dimensions or those of `dim`."
    operation(f"torch.{name}", f"Tensor.{name}")(rule)


_truth("all", all)
_truth("any", any)


def _spread(name: str) -> Any:
    pair = name.endswith("_mean")

    def rule(
        input: Tensor,
        dim: Any = None,
        unbiased: Any = None,
        keepdim: bool = False,
        *,
        correction: Any = None,
        out: Any = None,
    ) -> Any:
        if isinstance(dim, bool):
            dim = None  # the second argument was `unbiased`
        if input.dtype.category < FLOATING:
            raise ShapeError(f"{name} only support floating point and complex dtypes", "dtype")
        dims = dims_of(dim, input.ndim)
        result = reduced(input, dims, keepdim, input.dtype.to_real())
        if pair:
            return to_out(out, (result, reduced(input, dims, keepdim, input.dtype)))
        return to_out(out, result)

    rule.__name__ = rule.__qualname__ = name
    rule.__doc__ = f"`{name}` over all dimensions or those of `dim`; floating and complex types only."
    return operation(f"torch.{name}", *(() if pair else (f"Tensor.{name}",)))(rule)


std, var, std_mean, var_mean = _spread("std"), _spread("var"), _spread("std_mean"), _spread("var_mean")


@operation("torch.logsumexp", "Tensor.logsumexp", "special.logsumexp")
def logsumexp(input: Tensor, dim: Any, keepdim: bool = False, *, out: Any = None) -> Tensor:
    """The logarithm of a sum of exponentials over `dim`."""
    from .arithmetic import as_float

    return to_out(out, reduced(input, dims_of(dim, input.ndim), keepdim, as_float(input.dtype)))


@operation("torch.count_nonzero", "Tensor.count_nonzero")
def count_nonzero(input: Tensor, dim: Any = None) -> Tensor:
    """How many elements are not zero."""
    dims = dims_of(dim, input.ndim)
    if isinstance(dim, (tuple, list)) and not dim:
        dims = dims_of(None, input.ndim)
    return reduced(input, dims, False, int64, lambda run: sum(1 for v in run if v))


def _middle(name: str) -> None:
    def rule(input: Tensor, dim: Any = None, keepdim: bool = False, *, out: Any = None) -> Any:
        if kind(input.dtype) in "bc" and not (name == "mode" and input.dtype is bool_):
            raise not_implemented("median_out_impl" if name != "mode" else "mode", input.dtype)
        if dim is None and name != "mode":
            return to_out(out, make((), input.dtype, None, input.device))
        at = wrap_dim(-1 if dim is None else dim, input.ndim)
        dims = (at,) if input.ndim else ()
        _check_not_empty(input, dims, name if name == "mode" else "median")
        return to_out(
            out,
            named_result(
                name, values=reduced(input, dims, keepdim, input.dtype), indices=reduced(input, dims, keepdim, int64)
            ),
        )

    rule.__name__ = rule.__qualname__ = name
    rule.__doc__ = f"`{name}`: of all elements, or along a dimension with indices."
    operation(f"torch.{name}", f"Tensor.{name}")(rule)


for _name in ("median", "nanmedian", "mode"):
    _middle(_name)


def _quantile(name: str) -> None:
    def rule(
        input: Tensor,
        q: Any,
        dim: int | None = None,
        keepdim: bool = False,
        *,
        interpolation: str = "linear",
        out: Any = None,
    ) -> Tensor:
        if isinstance(q, Tensor):
            if q.ndim > 1:
                raise ShapeError(f"{name}() q must be a scalar or 1D tensor")
            if q.dtype is not input.dtype:
                raise ShapeError(f"{name}() q tensor must be same dtype as the input tensor", "dtype")
        elif isinstance(q, (int, float)) and (q < 0 or q > 1):
            raise ShapeError(f"{name}() q must be in the range [0, 1] but got {q}")
        if input.numel() == 0:
            raise ShapeError(f"{name}() input tensor must be non-empty")
        if input.dtype.name not in ("float32", "float64"):
            raise ShapeError(f"{name}() input tensor must be either float or double dtype", "dtype")
        if interpolation not in ("linear", "lower", "higher", "midpoint", "nearest"):
            raise ShapeError(
                f"{name}() interpolation must be one of linear, lower, higher, midpoint or nearest, but got {interpolation}"
            )
        if out is not None and out.dtype is not input.dtype:
            raise ShapeError(f"{name}() out tensor must be same dtype as the input tensor", "dtype")
        dims = dims_of(dim, input.ndim)
        rest = reduced_shape(input.shape, dims, keepdim)
        if not (isinstance(q, Tensor) and q.ndim):
            return to_out(out, make(rest, input.dtype))
        inner = contiguous_strides((*rest, q.shape[0]))  # the probabilities are moved to the front afterwards
        shape, strides = (q.shape[0], *rest), (inner[-1], *inner[:-1])
        return to_out(out, make(shape, input.dtype, None if is_row_major(shape, strides) else strides))

    rule.__name__ = rule.__qualname__ = name
    rule.__doc__ = f"`{name}`: one result for each probability in `q`, in a leading dimension where q is a vector."
    operation(f"torch.{name}", f"Tensor.{name}")(rule)


_quantile("quantile")
_quantile("nanquantile")
