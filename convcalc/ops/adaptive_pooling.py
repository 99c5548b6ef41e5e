"""Pools that are told their output's size: adaptive pools, and fractional ones, whose windows are drawn by chance.

Source: aten/src/ATen/native/AdaptiveAveragePooling.cpp, AdaptiveMaxPooling2d.cpp, FractionalMaxPool2d.cpp and their 3-D kin.
"""

from __future__ import annotations

from convcalc.formulas.interpolation import scaled_size
from convcalc.tensor import ShapeError, ShapeTypeError, ShapeValueError, Tensor, make
from convcalc.tensor.dtypes import INTEGER, LEGACY_NAMES, int64
from convcalc.tensor.strides import channels_last_strides

from .registry import operation
from .window_settings import (
    check_dim_range,
    check_floating,
    check_tensor,
    kept_layout,
    kept_layout_1d,
    no_dimension,
    no_kernel,
    setting,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Sizes = tuple[int, ...]


def _target(output_size: Any, input: Tensor, dims: int, function: str, wrong: str) -> Sizes:
    """The output's sizes; a None among them keeps the input's (not for one dimension)."""
    if output_size.__class__ is int:
        return (output_size,) * dims
    if dims == 1:
        return setting(
            output_size,
            1,
            function,
            "output_size",
            f"{function}() argument 'output_size' should contain one int (got {{got}})",
        )
    if not isinstance(output_size, (tuple, list)):
        if output_size is None or isinstance(output_size, float):
            raise ShapeTypeError(
                f"object of type '{type(output_size).__name__}' has no len()", "argument", argument="output_size"
            )
        return setting(output_size, dims, function, "output_size", wrong)
    if len(input.shape) <= len(output_size):
        raise ShapeValueError(
            f"Input dimension should be at least {len(output_size) + 1}", "input-dimensions", actual=len(input.shape)
        )
    kept = [
        have if size is None else size
        for size, have in zip(output_size, input.shape[len(input.shape) - len(output_size) :])
    ]
    if len(kept) != dims:
        raise ShapeError(wrong, "argument", expected=dims, actual=len(kept), argument="output_size")
    return setting(kept, dims, function, "output_size", wrong)


def _check_not_empty(
    input: Tensor, function: str, first: int, got: str = "but input has sizes ", end: str = ""
) -> None:
    for d in range(first, len(input.shape)):
        if input.shape[d] == 0:
            message = f"{function}(): Expected input to have non-zero size for non-batch dimensions, {got}{list(input.shape)} with dimension {d} being empty{end}"
            raise ShapeError(message, "empty-input", shape=tuple(input.shape))


def _check_dims(input: Tensor, dims: int, function: str, colon: str) -> None:
    ndim = len(input.shape)
    if ndim != dims + 1:
        if ndim != dims + 2:
            message = f"{function}(): Expected {dims + 1}D or {dims + 2}D tensor, but got{colon} {list(input.shape)}"
            raise ShapeError(
                message, "input-dimensions", expected=(dims + 1, dims + 2), actual=ndim, shape=tuple(input.shape)
            )


# Average


def _adaptive_avg_pool(input: Tensor, dims: int, output_size: Any) -> Tensor:
    function = f"adaptive_avg_pool{dims}d"
    check_tensor(input, function)
    if dims == 1:
        check_dim_range(input, 2, 3, function)
    target = _target(output_size, input, dims, function, f"{function}: output_size must be {dims}")
    for size in target:
        if size < 0:
            shown = {
                1: f"1, {target[0]}",
                2: ", ".join(map(str, target)),
                3: f"{target[0]}, {','.join(map(str, target[1:]))}",
            }[dims]
            message = f"adaptive_avg_pool{max(dims, 2)}d: elements of output_size must be greater than or equal to 0 but received {{{shown}}}"
            raise ShapeError(message, "argument", actual=target, argument="output_size")
    if target == (1,) * dims:
        return _global_average(input, dims)
    shape = input.shape
    if dims > 1:
        _check_dims(input, dims, function, "")
    if dims == 3:
        _check_not_empty(input, function, 1)
        check_floating(input, "adaptive_avg_pool3d_cpu")
    else:
        tall = make((*shape[:-1], 1, shape[-1]), input.dtype) if dims == 1 else input
        _check_not_empty(tall, "adaptive_avg_pool2d", len(tall.shape) - 2)
    result = (*shape[:-dims], *target)
    if dims < 3:
        if 0 not in result:
            check_floating(input, "adaptive_avg_pool2d")
    strides = None
    if input._strides is not None and dims < 3:
        strides = kept_layout_1d(input, result) if dims == 1 else kept_layout(input, result)
    return make(result, input.dtype, strides)


def _global_average(input: Tensor, dims: int) -> Tensor:
    """An output of one element per channel is a mean, which takes any number of leading dimensions."""
    shape, ndim = input.shape, len(input.shape)
    if ndim < dims:
        first = next(d for d in ((-2, -1) if dims == 2 else (-3, -2, -1)) if d < -max(ndim, 1))
        raise no_dimension(ndim, -first)
    if input.dtype.category <= INTEGER:
        message = f"mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype. Got: {LEGACY_NAMES[input.dtype]}"
        raise ShapeError(message, "dtype", actual=input.dtype.name)
    result = (*shape[:-dims], *(1,) * dims)
    if input._strides is None:
        return make(result, input.dtype)
    if dims == 1:
        return make(result, input.dtype, kept_layout_1d(input, result))
    return make(
        result, input.dtype, channels_last_strides(result) if ndim == dims + 2 and input.is_channels_last else None
    )


def _adaptive_average(dims: int) -> Any:
    name = f"adaptive_avg_pool{dims}d"

    def rule(input: Tensor, output_size: Any) -> Tensor:
        return _adaptive_avg_pool(input, dims, output_size)

    rule.__name__ = name
    rule.__doc__ = _ADAPTIVE_DOC.format(what="average", dims=dims, name=name)
    names = (f"F.{name}", f"torch.{name}") if dims == 1 else (f"F.{name}", f"torch._{name}")
    return operation(*names)(rule)


# Maximum


def _adaptive_max_pool(input: Tensor, dims: int, output_size: Any) -> Tensor:
    function = f"adaptive_max_pool{dims}d"
    check_tensor(input, function)
    if dims == 1:
        check_dim_range(input, 2, 3, function)
    target = _target(
        output_size, input, dims, function, f"{function}(): internal error: output_size.size() must be {dims}"
    )
    if dims > 1:
        _check_dims(input, dims, function, ":")
    _check_not_empty(input, function, 1)
    shape = input.shape
    result = (*shape[:-dims], *target)
    for size in target:
        if size < 0:
            shown = [*shape[:-1], 1, size] if dims == 1 else list(result)
            message = f"Trying to create tensor with negative dimension {size}: {shown}"
            raise ShapeError(message, "argument", actual=target, argument="output_size")
    check_floating(input, "adaptive_max_pool3d_cpu" if dims == 3 else "adaptive_max_pool2d")
    strides = None
    if input._strides is not None and dims < 3:
        strides = kept_layout_1d(input, result) if dims == 1 else kept_layout(input, result)
    return make(result, input.dtype, strides)


def _adaptive_maximum(dims: int) -> Any:
    name = f"adaptive_max_pool{dims}d"

    def rule(input: Tensor, output_size: Any, return_indices: bool = False) -> Any:
        result = _adaptive_max_pool(input, dims, output_size)
        return (result, make(result.shape, int64, result._strides)) if return_indices else result

    def with_indices(input: Tensor, output_size: Any, return_indices: bool = False) -> Any:
        result = _adaptive_max_pool(input, dims, output_size)
        return result, make(result.shape, int64, result._strides)

    rule.__name__, with_indices.__name__ = name, f"{name}_with_indices"
    rule.__doc__ = with_indices.__doc__ = _ADAPTIVE_DOC.format(what="maximum", dims=dims, name=name)
    torch_name = ("torch.adaptive_max_pool1d",) if dims == 1 else ()  # torch's own always gives the indices
    return operation(f"F.{name}")(rule), operation(f"F.{name}_with_indices", *torch_name)(with_indices)


# Fractional


def _fractional_pool(
    input: Tensor, dims: int, kernel_size: Any, output_size: Any, output_ratio: Any, samples: Any
) -> Tensor:
    function = f"fractional_max_pool{dims}d"
    check_tensor(input, function)
    shape, ndim = input.shape, len(input.shape)
    if output_size is None:
        if output_ratio is None:
            raise ShapeValueError(
                f"{function} requires specifying either an output_size or an output_ratio",
                "argument",
                argument="output_size",
            )
        output_size = _from_ratio(input, dims, output_ratio, function)
    if samples is None:
        if ndim <= dims:
            raise no_dimension(ndim, dims + 1)
        if input.dtype.category <= INTEGER:
            raise no_kernel("check_uniform_bounds", input.dtype)
    tuple_of = "three " if dims == 3 else ""
    kernel = setting(
        kernel_size,
        dims,
        function,
        "kernel_size",
        f"{function}: kernel_size must either be a single Int or tuple of {tuple_of}Ints",
    )
    wrong = f"{function}: output_size must either be a single Int or tuple of {tuple_of}Ints"
    if isinstance(output_size, (tuple, list)) and len(output_size) != dims:
        raise ShapeError(wrong, "argument", expected=dims, actual=len(output_size), argument="output_size")
    target = setting(output_size, dims, function, "output_size", wrong)
    checker = "fractional_max_pool3d_out" if dims == 3 else function
    _check_dims(input, dims, checker, ":")
    _check_not_empty(input, checker, 1, got="but got", end=".")
    for axis, size, out, k in zip(("time", "height", "width")[-dims:], shape[-dims:], target, kernel):
        room = size - (out + k - 1)
        if room < (1 if dims == 3 else 0):
            raise ShapeError(
                f"{checker}(): pool {axis} {k} too large relative to input {axis} {size}",
                "kernel-larger-than-input",
                actual=size,
                argument="kernel_size",
            )
    result = (*shape[:-dims], *target)
    for size in target:
        if size < 0:
            raise ShapeError(
                f"Trying to create tensor with negative dimension {size}: {list(result)}",
                "argument",
                argument="output_size",
            )
    if samples is not None:
        _check_samples(input, dims, samples)
    if 0 not in result:
        check_floating(input, f"{function}_out_frame")
    return make(result, input.dtype)


def _from_ratio(input: Tensor, dims: int, output_ratio: Any, function: str) -> list[int]:
    if dims == 2:
        if not isinstance(output_ratio, (tuple, list)):
            raise ShapeTypeError(
                f"object of type '{type(output_ratio).__name__}' has no len()", "argument", argument="output_ratio"
            )
        if len(output_ratio) > 2:
            raise ShapeValueError(
                f"{function} requires output_ratio to either be a single Int or tuple of Ints.",
                "argument",
                argument="output_ratio",
            )
    ratios = tuple(output_ratio) if isinstance(output_ratio, (tuple, list)) else (output_ratio,) * dims
    if len(input.shape) < dims:
        raise no_dimension(len(input.shape), dims)
    return [scaled_size(input.shape[i - dims], ratios[i]) for i in range(dims)]


def _check_samples(input: Tensor, dims: int, samples: Tensor) -> None:
    """The random samples have one row for each image and channel and one column for each dimension.

    Source: aten/src/ATen/native/FractionalMaxPooling.h
    """
    if samples.dtype is not input.dtype:
        raise ShapeError(
            "Expect _random_samples to have the same dtype as input",
            "dtype",
            expected=input.dtype.name,
            actual=samples.dtype.name,
        )
    if len(samples.shape) != 3:
        raise ShapeError(f"Expect _random_samples to have 3 dimensions, got {len(samples.shape)}", "argument")
    images, channels = (1, *input.shape)[-dims - 2 : -dims] if len(input.shape) == dims + 1 else input.shape[:2]
    if samples.shape[0] < images:
        raise ShapeError(
            "Expect _random_samples.size(0) no less then input batch size.",
            "argument",
            expected=images,
            actual=samples.shape[0],
        )
    if samples.shape[1] != channels:
        raise ShapeError(
            "Expect _random_samples.size(1) equals to input channel size.",
            "argument",
            expected=channels,
            actual=samples.shape[1],
        )
    if samples.shape[2] != dims:
        raise ShapeError(
            f"Expect _random_samples.size(2) equals to {dims}; got {samples.shape[2]}.",
            "argument",
            expected=dims,
            actual=samples.shape[2],
        )


def _fractional(dims: int) -> Any:
    name = f"fractional_max_pool{dims}d"

    def rule(
        input: Tensor,
        kernel_size: Any,
        output_size: Any = None,
        output_ratio: Any = None,
        return_indices: bool = False,
        _random_samples: Tensor | None = None,
    ) -> Any:
        result = _fractional_pool(input, dims, kernel_size, output_size, output_ratio, _random_samples)
        return (result, make(result.shape, int64)) if return_indices else result

    def with_indices(
        input: Tensor,
        kernel_size: Any,
        output_size: Any = None,
        output_ratio: Any = None,
        return_indices: bool = False,
        _random_samples: Tensor | None = None,
    ) -> Any:
        result = _fractional_pool(input, dims, kernel_size, output_size, output_ratio, _random_samples)
        return result, make(result.shape, int64)

    rule.__name__, with_indices.__name__ = name, f"{name}_with_indices"
    rule.__doc__ = with_indices.__doc__ = _FRACTIONAL_DOC.format(dims=dims, name=name)
    return operation(f"F.{name}")(rule), operation(f"F.{name}_with_indices")(with_indices)


_ADAPTIVE_DOC = """The {what} of windows that follow from the output's size, over the last {dims} dimension(s).

    Shapes:  input: (N, C, *) or (C, *); y: (N, C, *output_size) or (C, *output_size); indices, where asked for: as y, int64
    Formula: window i: `i * size // output_size` up to `1 + ((i + 1) * size - 1) // output_size`
    Errors:  a wrong number of dimensions; an empty input
    Source:  torch.nn.functional.{name}
    """
_FRACTIONAL_DOC = """The maximum of windows drawn by chance so that the output has the size asked for, over {dims} dimensions.

    Shapes:  input: (N, C, *) or (C, *); y: (N, C, *output_size) or (C, *output_size); indices, where asked for: as y, int64
    Formula: `output_size = floor(size * output_ratio)`
    Errors:  neither size nor ratio; no room for the windows; a wrong number of dimensions
    Source:  torch.nn.functional.{name}; Graham, Fractional Max-Pooling, 2014
    """

adaptive_avg_pool1d, adaptive_avg_pool2d, adaptive_avg_pool3d = [_adaptive_average(dims) for dims in (1, 2, 3)]
adaptive_max_pool1d, adaptive_max_pool1d_with_indices = _adaptive_maximum(1)
adaptive_max_pool2d, adaptive_max_pool2d_with_indices = _adaptive_maximum(2)
adaptive_max_pool3d, adaptive_max_pool3d_with_indices = _adaptive_maximum(3)
fractional_max_pool2d, fractional_max_pool2d_with_indices = _fractional(2)
fractional_max_pool3d, fractional_max_pool3d_with_indices = _fractional(3)
