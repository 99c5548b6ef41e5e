"""Tensors of random numbers: randint, normal, bernoulli, multinomial and their kin.

Source: aten/src/ATen/native/Distributions.cpp, TensorFactories.cpp
"""

from __future__ import annotations

from convcalc.tensor import (
    ShapeError,
    ShapeTypeError,
    Tensor,
    Unknown,
    UnknownValue,
    dtype_of,
    make,
)
from convcalc.tensor.dtypes import (
    FLOATING,
    default_dtype,
    int64,
)
from convcalc.tensor.tensor import check_sizes

from .arguments import int_of
from .creation import _legacy, empty_like, made
from .elementwise import pointwise, to_out
from .layout import preserved_strides
from .registry import operation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@operation("torch.randint_like")
def randint_like(input: Tensor, low: Any, high: Any = None, **options: Any) -> Tensor:
    """Random integers in the shape and type of another tensor."""
    _check_range(0 if high is None else low, low if high is None else high)
    return empty_like(input, **options)  # type: ignore[no-any-return]


def _check_range(low: Any, high: Any) -> None:
    if isinstance(low, int) and isinstance(high, int) and low >= high:
        raise ShapeError(f"random_ expects 'from' to be less than 'to', but got from={low} >= to={high}")


@operation("torch.randint")
def randint(
    low: Any, high: Any = None, size: Any = None, *, generator: Any = None, out: Any = None, dtype: Any = None, layout: Any = None,
    device: Any = None, requires_grad: bool = False, pin_memory: bool = False,
) -> Tensor:  # fmt: skip
    """Random integers: `randint(high, size)` or `randint(low, high, size)`."""
    if size is None:
        low, high, size = 0, low, high
    elif high is None:
        low, high = 0, low
    if not isinstance(size, (tuple, list)):
        if type(size) is Unknown:
            raise UnknownValue(size.reason)
        raise ShapeTypeError("randint() received an invalid combination of arguments: 'size' must be tuple of ints")
    for bound in (low, high):
        if isinstance(bound, float):
            raise ShapeTypeError("randint() received an invalid combination of arguments: bounds must be int")
    _check_range(low, high)
    return to_out(
        out,
        made(
            check_sizes((tuple(size),), "randint"), int64 if dtype is None else dtype_of(dtype), device, requires_grad
        ),
        cast=False,
    )


@operation("torch.randperm")
def randperm(
    n: int,
    *,
    generator: Any = None,
    out: Any = None,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    pin_memory: bool = False,
) -> Tensor:
    """The numbers below n in random order."""
    n = int_of(n, "randperm", "n")
    if n < 0:
        raise ShapeError(f"n must be non-negative, got{n}")
    return to_out(out, made((n,), int64 if dtype is None else dtype_of(dtype), device, requires_grad))


@operation("torch.normal")
def normal(
    mean: Any,
    std: Any = 1.0,
    size: Any = None,
    *,
    generator: Any = None,
    out: Any = None,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    pin_memory: bool = False,
) -> Tensor:
    """Random normal numbers: of tensors of means and deviations, or of two numbers and a size."""

    if not isinstance(mean, Tensor) and not isinstance(std, Tensor):
        if size is None:
            raise ShapeTypeError(
                "normal() received an invalid combination of arguments: a size is needed with two numbers"
            )
        if isinstance(std, (int, float)) and std < 0:
            raise ShapeError(f"normal expects std >= 0.0, but found std {float(std):g}")
        return to_out(out, made(check_sizes((tuple(size),), "normal"), dtype_of(dtype), device, requires_grad))
    tensors = [x for x in (mean, std) if isinstance(x, Tensor)]
    if isinstance(std, Tensor) and std.dtype.is_complex:
        raise ShapeError("normal expects standard deviation to be non-complex", "dtype")
    if isinstance(std, (int, float)) and std < 0:
        raise ShapeError(f"normal expects std >= 0.0, but found std {float(std):g}")
    if out is not None and out.dtype.category < FLOATING:
        raise ShapeError(f"\"normal_kernel_cpu\" not implemented for '{_legacy(out.dtype)}'", "dtype")
    result = pointwise(tensors, tensors[0].dtype if tensors[0].dtype.category >= FLOATING else default_dtype())
    return to_out(out, result)


@operation("torch.bernoulli", "Tensor.bernoulli")
def bernoulli(input: Tensor, p: Any = None, *, generator: Any = None, out: Any = None) -> Tensor:
    """Zeros and ones drawn with the probabilities of `input`, of its type."""
    if p is not None and isinstance(p, (int, float)) and not 0 <= p <= 1:
        raise ShapeError(f"bernoulli_ expects p to be in [0, 1], but got p={float(p):g}")
    if input.dtype.category < FLOATING and p is None:
        raise ShapeError(f"\"bernoulli_tensor_cpu_p_\" not implemented for '{_legacy(input.dtype)}'", "dtype")
    return to_out(out, make(input.shape, input.dtype, None if p is None else preserved_strides(input), input.device))


@operation("torch.multinomial", "Tensor.multinomial")
def multinomial(
    input: Tensor, num_samples: int, replacement: bool = False, *, generator: Any = None, out: Any = None
) -> Tensor:
    """Indices drawn with the probabilities of each row.

    Shapes:  input: (categories) or (rows, categories); y: (num_samples) or (rows, num_samples), int64
    Errors:  more samples than categories without replacement; another number of dimensions; not floating
    """
    if not input.dtype.is_floating_point:
        raise ShapeError(
            f"multinomial only supports floating-point dtypes for input, got: {_legacy(input.dtype)}", "dtype"
        )
    if input.ndim not in (1, 2):
        raise ShapeError("prob_dist must be 1 or 2 dim")
    if out is not None and out.dtype is not int64:
        raise ShapeError(f"multinomial expects Long tensor out, got: {_legacy(out.dtype)}", "dtype")
    if input.shape[-1] > 2**24:
        raise ShapeError("number of categories cannot exceed 2^24")
    if num_samples <= 0:
        raise ShapeError("cannot sample n_sample <= 0 samples")
    if not replacement and num_samples > input.shape[-1]:
        raise ShapeError("cannot sample n_sample > prob_dist.size(-1) samples without replacement")
    return to_out(out, make((*input.shape[:-1], num_samples), int64, None, input.device))


@operation("torch.poisson")
def poisson(input: Tensor, generator: Any = None) -> Tensor:
    """Random counts with the rates of `input`."""
    return make(input.shape, input.dtype, preserved_strides(input), input.device)
