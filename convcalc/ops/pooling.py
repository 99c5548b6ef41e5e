"""Pooling: the maximum, average or norm of each window.

A 1-D pool is a 2-D one of height 1, in PyTorch too: its messages and its layouts show that.
Source: aten/src/ATen/native/Pool.h (the checks, in that order), DilatedMaxPool2d.cpp, AveragePool2d.cpp, Pooling.cpp.
"""

from __future__ import annotations

from convcalc.formulas.windows import pool_window_count
from convcalc.tensor import ShapeError, Tensor, Unknown, make
from convcalc.tensor.dtypes import COMPLEX, INTEGER, bfloat16, bool_, float16, int64
from convcalc.tensor.strides import channels_last_strides, elementwise_strides, is_contiguous, unknown_strides

from .registry import operation
from .window_settings import (
    COUNT_WORDS,
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
    from collections.abc import Sequence
    from typing import Any

    Sizes = tuple[int, ...]


class _Windows:
    """The settings of a pool, each with one int for every dimension."""

    __slots__ = ("ceil_mode", "dilation", "kernel_size", "padding", "stride")

    def __init__(
        self, function: str, dims: int, kernel_size: Any, stride: Any, padding: Any, dilation: Any, ceil_mode: bool
    ) -> None:
        self.kernel_size = _setting(kernel_size, dims, function, "kernel_size")
        omitted = stride is None or (isinstance(stride, (tuple, list)) and not stride)
        self.stride = self.kernel_size if omitted else _setting(stride, dims, function, "stride")
        self.padding = _setting(padding, dims, function, "padding")
        self.dilation = (1,) * dims if dilation is None else _setting(dilation, dims, function, "dilation")
        self.ceil_mode = ceil_mode

    def counts(self, sizes: Sequence[int]) -> Sizes:
        """How many windows stand along each dimension; refuses what the bare formula cannot take."""
        counts = []
        for d, size in enumerate(sizes):
            kernel, stride, padding, dilation = self.kernel_size[d], self.stride[d], self.padding[d], self.dilation[d]
            if stride == 0:
                raise ShapeError("stride should not be zero", "argument", argument="stride")
            if padding < 0:
                raise ShapeError(
                    f"pad must be non-negative, but got pad: {padding}",
                    "argument",
                    actual=padding,
                    argument="padding",
                )
            half = _half(dilation * (kernel - 1) + 1)
            if padding > half:
                message = f"pad should be at most half of effective kernel size, but got pad={padding}, kernel_size={kernel} and dilation={dilation}"
                raise ShapeError(message, "argument", expected=half, actual=padding, argument="padding")
            counts.append(pool_window_count(size, kernel, stride, padding, dilation, self.ceil_mode))
        return tuple(counts)

    def check(self, shape: Sequence[int], sizes: Sequence[int], counts: Sizes) -> None:
        """The checks that all pools share; `shape` is the input's, `sizes` its windowed part."""
        axes = "HW" if len(sizes) == 2 else "THW"
        for name, mark, values in (
            ("kernel size", "k", self.kernel_size),
            ("stride", "d", self.stride),
            ("dilation", "dilation", self.dilation),
        ):
            for value in values:
                if value < 1:
                    shown = " ".join(f"{mark}{axis}: {v}" for axis, v in zip(axes, values))
                    raise ShapeError(
                        f"{name} should be greater than zero, but got {shown}",
                        "argument",
                        actual=values,
                        argument=name.replace(" ", "_"),
                    )

    def check_padding(self) -> None:
        kernel, padding = self.kernel_size, self.padding
        for k, p in zip(kernel, padding):
            if p > k // 2:
                if len(kernel) == 2:
                    shown = f"padW = {padding[1]}, padH = {padding[0]}, kW = {kernel[1]}, kH = {kernel[0]}"
                else:
                    shown = f"kT: {kernel[0]} kW: {kernel[2]} kH: {kernel[1]} padT: {padding[0]} padW: {padding[2]} padH: {padding[1]}"
                message = f"pad should be smaller than or equal to half of kernel size, but got {shown}"
                raise ShapeError(message, "argument", expected=k // 2, actual=p, argument="padding")


def _half(span: int) -> int:
    return -(-span // 2) if span < 0 else span // 2  # C++ divides towards zero


def _setting(value: Any, dims: int, function: str, argument: str) -> Sizes:
    if value.__class__ is int:
        return (value,) * dims
    if dims == 1:
        if function == "max_pool1d":
            given = (
                "None, an int, list of ints, or tuple of ints"
                if argument == "stride"
                else "an int, list of ints or tuple of ints"
            )
            wrong = f"max_pool1d() {argument} must be {given} of size 1 but got size {{got}}"
        else:
            wrong = (
                f"{function.removesuffix('_with_indices')}() argument '{argument}' should contain one int (got {{got}})"
            )
    else:
        verb = "must" if function == "avg_pool3d" else "must either"
        verb = "must be either" if argument == "dilation" else f"{verb} be"
        omitted = "omitted, " if argument == "stride" else ""
        wrong = f"{function.removesuffix('_with_indices')}: {argument} {verb} {omitted}a single int, or a tuple of {COUNT_WORDS[dims]} ints"
    return setting(value, dims, function, argument, wrong)


def _check_room(shape: Sequence[int], sizes: Sequence[int], counts: Sizes) -> None:
    for count in counts:
        if count < 1:
            channels = shape[-len(sizes) - 1]
            given, made = _by((channels, *sizes)), _by((channels, *counts))
            message = f"Given input size: ({given}). Calculated output size: ({made}). Output size is too small"
            raise ShapeError(
                message, "kernel-larger-than-input", actual=tuple(sizes), shape=tuple(shape), argument="kernel_size"
            )


def _by(sizes: Sequence[int]) -> str:
    return "x".join(map(str, sizes))


def _check_planes(shape: Sequence[int]) -> None:
    """2-D pools take (N, C, H, W) or (C, H, W), of which only N may be 0."""
    ndim = len(shape)
    if ndim not in (3, 4) or 0 in shape[ndim - 3 :]:
        message = (
            f"Expected 3D or 4D (batch mode) tensor with optional 0 dim batch size for input, but got:{list(shape)}"
        )
        raise ShapeError(message, "input-dimensions", expected=(3, 4), actual=ndim, shape=tuple(shape))


def _check_volumes(shape: Sequence[int], function: str) -> None:
    """3-D pools take (N, C, D, H, W) or (C, D, H, W), of which only N may be 0."""
    if 0 in shape[len(shape) - 4 :]:
        message = (
            f"{function}: Expected input's non-batch dimensions to have positive length, but input has a shape of {list(shape)} "
            "and non-batch dimension 0 has length zero!"
        )
        raise ShapeError(message, "empty-input", shape=tuple(shape))


def _pool_planes(shape: Sequence[int], windows: _Windows) -> Sizes:
    """The windows along H and W of an input of `shape`, after all checks of a 2-D pool."""
    sizes = tuple(shape[-2:])
    counts = windows.counts(sizes)
    windows.check(shape, sizes, counts)
    _check_planes(shape)
    windows.check_padding()
    _check_room(shape, sizes, counts)
    return counts


def _pool_volumes(shape: Sequence[int], windows: _Windows, function: str, in_input: bool) -> Sizes:
    """The windows along D, H and W; `in_input`: the kernel must be no larger than the input without its padding."""
    if len(shape) not in (4, 5):
        message = "non-empty 4D or 5D (batch mode) tensor expected for input"
        raise ShapeError(message, "input-dimensions", expected=(4, 5), actual=len(shape), shape=tuple(shape))
    sizes = tuple(shape[-3:])
    counts = windows.counts(sizes)
    windows.check(shape, sizes, counts)
    _check_volumes(shape, function)
    kernel = windows.kernel_size
    if in_input and any(size < k for size, k in zip(sizes, kernel)):
        given = " ".join(f"{axis}: {size}" for axis, size in zip("THW", sizes))
        wanted = " ".join(f"k{axis}: {k}" for axis, k in zip("THW", kernel))
        message = f"input image ({given}) smaller than kernel size ({wanted})"
        raise ShapeError(
            message,
            "kernel-larger-than-input",
            expected=kernel,
            actual=sizes,
            shape=tuple(shape),
            argument="kernel_size",
        )
    windows.check_padding()
    _check_room(shape, sizes, counts)
    return counts


def _flat(kernel_size: Any, stride: Any, padding: Any, dilation: Any, ceil_mode: bool, function: str) -> _Windows:
    """The settings of a 1-D pool as those of a 2-D one of height 1."""
    windows = _Windows(function, 1, kernel_size, stride, padding, dilation, ceil_mode)
    windows.kernel_size = (1, *windows.kernel_size)
    windows.stride = (1, *windows.stride)
    windows.padding = (0, *windows.padding)
    windows.dilation = (1, *windows.dilation)
    return windows


# Maximum


def _max_pool1d(input: Tensor, kernel_size: Any, stride: Any, padding: Any, dilation: Any, ceil_mode: bool) -> Tensor:
    """Without indices PyTorch has checks of its own, and, for an input that is not trained, a kernel: contiguous, floats only.

    Source: aten/src/ATen/native/MaxPooling.h, check_max_pool1d
    """
    windows = _Windows("max_pool1d", 1, kernel_size, stride, padding, dilation, ceil_mode)
    shape = input.shape
    if len(shape) not in (2, 3) or 0 in shape[len(shape) - 2 :]:
        message = f"max_pool1d: Expected 2D or 3D (batch mode) tensor with optional 0 dim batch size for input, but got:{list(shape)}"
        raise ShapeError(message, "input-dimensions", expected=(2, 3), actual=len(shape), shape=tuple(shape))
    for name, values, least in (
        ("kernel_size", windows.kernel_size, 1),
        ("stride", windows.stride, 1),
        ("padding", windows.padding, 0),
    ):
        if values[0] < least:
            bound = "greater than zero" if least else "non-negative"
            raise ShapeError(
                f"max_pool1d() {name} must be {bound}, but got {values[0]}",
                "argument",
                actual=values[0],
                argument=name,
            )
    kernel, pad = windows.kernel_size[0], windows.padding[0]
    if pad > kernel // 2:
        message = f"max_pool1d() padding should be at most half of kernel size, but got padding={pad} and kernel_size={kernel}"
        raise ShapeError(message, "argument", expected=kernel // 2, actual=pad, argument="padding")
    if windows.dilation[0] < 1:
        raise ShapeError(
            f"max_pool1d() dilation must be greater than zero, but got {windows.dilation[0]}",
            "argument",
            argument="dilation",
        )
    count = windows.counts(shape[-1:])[0]
    if count < 1:
        message = f"max_pool1d() Invalid computed output size: {count}"
        raise ShapeError(
            message, "kernel-larger-than-input", actual=shape[-1], shape=tuple(shape), argument="kernel_size"
        )
    check_floating(input, "max_pool1d_impl")
    result = (*shape[:-1], count)
    return make(result, input.dtype, kept_layout_1d(input, result) if input._grad is True else None)


def _max_pool(
    input: Tensor, dims: int, kernel_size: Any, stride: Any, padding: Any, dilation: Any, ceil_mode: bool, indices: bool
) -> Tensor:
    function = f"max_pool{dims}d_with_indices" if indices else f"max_pool{dims}d"
    check_tensor(input, function)
    shape = input.shape
    if dims == 1:
        if not indices:
            return _max_pool1d(input, kernel_size, stride, padding, dilation, ceil_mode)
        check_dim_range(input, 2, 3, "max_pool1d")
        windows = _flat(kernel_size, stride, padding, dilation, ceil_mode, "max_pool1d_with_indices")
        counts = _pool_planes((*shape[:-1], 1, shape[-1]), windows)[1:]
    else:
        windows = _Windows(function, dims, kernel_size, stride, padding, dilation, ceil_mode)
        if dims == 2:
            if len(shape) not in (3, 4):
                message = "non-empty 3D or 4D (batch mode) tensor expected for input"
                raise ShapeError(message, "input-dimensions", expected=(3, 4), actual=len(shape), shape=tuple(shape))
            counts = _pool_planes(shape, windows)
        else:
            counts = _pool_volumes(shape, windows, "max_pool3d_with_indices_out_cpu_template()", in_input=False)
    if input.dtype is bool_ or input.dtype.category == COMPLEX:
        raise no_kernel(f"max_pool{max(dims, 2)}d", input.dtype)
    result = (*shape[:-dims], *counts)
    return make(result, input.dtype, None if input._strides is None else _max_layout(input, result, dims))


def _max_layout(input: Tensor, shape: Sequence[int], dims: int) -> Sizes | None:
    if dims == 1:
        return kept_layout_1d(input, shape)
    if len(shape) == dims + 2:
        return kept_layout(input, shape)
    strides = input._strides
    if dims == 2 or strides is None or is_contiguous(input.shape, strides):
        return None
    if any(isinstance(size, Unknown) for size in (*input.shape, *strides)):
        return unknown_strides(shape)
    order = channels_last_strides((1, *input.shape))[1:]  # a single volume may lie channels-last too
    if any(size != 1 and a != b for size, a, b in zip(input.shape, strides, order)):
        return None
    return channels_last_strides((1, *shape))[1:]


def _max_pooling(dims: int) -> Any:
    name = f"max_pool{dims}d"

    def rule(
        input: Tensor,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        dilation: Any = 1,
        ceil_mode: bool = False,
        return_indices: bool = False,
    ) -> Any:
        result = _max_pool(input, dims, kernel_size, stride, padding, dilation, ceil_mode, return_indices)
        return (result, make(result.shape, int64, result._strides)) if return_indices else result

    def with_indices(
        input: Tensor,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        dilation: Any = 1,
        ceil_mode: bool = False,
        return_indices: bool = False,
    ) -> Any:
        result = _max_pool(input, dims, kernel_size, stride, padding, dilation, ceil_mode, True)
        return result, make(result.shape, int64, result._strides)

    rule.__name__, with_indices.__name__ = name, f"{name}_with_indices"
    rule.__doc__ = with_indices.__doc__ = _POOL_DOC.format(what="maximum", dims=dims, name=name)
    torch_name = ("torch.max_pool1d_with_indices",) if dims == 1 else ()
    return operation(f"F.{name}", f"torch.{name}")(rule), operation(f"F.{name}_with_indices", *torch_name)(with_indices)


# Average


def _avg_pool(
    input: Tensor, dims: int, kernel_size: Any, stride: Any, padding: Any, ceil_mode: bool, divisor_override: Any
) -> Tensor:
    function = f"avg_pool{dims}d"
    check_tensor(input, function)
    shape = input.shape
    if dims == 1:
        check_dim_range(input, 2, 3, function)
        counts = _pool_planes(
            (*shape[:-1], 1, shape[-1]), _flat(kernel_size, stride, padding, None, ceil_mode, function)
        )[1:]
    else:
        windows = _Windows(function, dims, kernel_size, stride, padding, None, ceil_mode)
        if divisor_override is not None and divisor_override == 0:
            raise ShapeError("divisor must be not zero", "argument", argument="divisor_override")
        if dims == 2:
            if len(shape) < 3:
                raise no_dimension(len(shape), 3)
            counts = _pool_planes(shape, windows)
        else:
            counts = _pool_volumes(shape, windows, "avg_pool3d()", in_input=True)
    if dims == 3:
        check_floating(input, "avg_pool3d_out_frame", (int64,), (float16, bfloat16))
    else:
        check_floating(input, "avg_pool2d", (int64,))
    result = (*shape[:-dims], *counts)
    strides = None
    if input._strides is not None and dims < 3:
        strides = kept_layout_1d(input, result) if dims == 1 else kept_layout(input, result)
    return make(result, input.dtype, strides)


@operation("F.avg_pool1d", "torch.avg_pool1d")
def avg_pool1d(
    input: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Tensor:
    """The average of each window along the last dimension.

    Shapes:  input: (N, C, L) or (C, L); y: (N, C, L') or (C, L')
    Formula: `size' = (size + 2*padding - kernel_size) // stride + 1`; rounded up with ceil_mode
    Errors:  padding over half the kernel; no room for a window; not 2-D or 3-D
    Source:  torch.nn.functional.avg_pool1d
    """
    return _avg_pool(input, 1, kernel_size, stride, padding, ceil_mode, None)


def _avg_pooling(dims: int) -> Any:
    name = f"avg_pool{dims}d"

    def rule(
        input: Tensor,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> Tensor:
        return _avg_pool(input, dims, kernel_size, stride, padding, ceil_mode, divisor_override)

    rule.__name__ = name
    rule.__doc__ = _POOL_DOC.format(what="average", dims=dims, name=name)
    return operation(f"F.{name}")(rule)


# Norm


def _lp_pooling(dims: int) -> Any:
    name = f"lp_pool{dims}d"

    def rule(input: Tensor, norm_type: float, kernel_size: Any, stride: Any = None, ceil_mode: bool = False) -> Tensor:
        return _lp_pool(input, norm_type, dims, kernel_size, stride, ceil_mode)

    rule.__name__ = name
    rule.__doc__ = _POOL_DOC.format(what="p-norm", dims=dims, name=name)
    return operation(f"F.{name}")(rule)


def _lp_pool(input: Tensor, norm_type: float, dims: int, kernel_size: Any, stride: Any, ceil_mode: bool) -> Tensor:
    """The average pool of the powers, raised back; for an infinite norm the maximum."""
    check_tensor(input, f"lp_pool{dims}d")
    if dims > 1 and isinstance(kernel_size, (tuple, list, str)):
        if len(kernel_size) != dims:
            side = "not enough" if len(kernel_size) < dims else "too many"
            got = f", got {len(kernel_size)}" if len(kernel_size) < dims else ""
            raise ValueError(f"{side} values to unpack (expected {dims}{got})")
    powers = make(
        input.shape,
        input.dtype,
        None if input._strides is None else elementwise_strides(input.shape, [(input.shape, input._strides)]),
    )
    if norm_type in (float("inf"), -float("inf")):
        if input.dtype is bool_:
            raise no_kernel("abs_cpu", bool_)
        powers.dtype = input.dtype.to_real()
        powers._grad = input._grad
        return _max_pool(powers, dims, kernel_size, stride, 0, 1, ceil_mode, False)
    if input.dtype.category <= INTEGER:
        powers.dtype = _power_dtype(input, norm_type)
    result = _avg_pool(powers, dims, kernel_size, stride, 0, ceil_mode, None)
    if dims == 1 and isinstance(kernel_size, (tuple, list)):
        raise TypeError("mul(): argument 'other' (position 1) must be Tensor, not tuple")
    root = 1.0 / norm_type
    if result.dtype.category <= INTEGER:
        result.dtype = _power_dtype(result, root)
    return result


def _power_dtype(input: Tensor, exponent: float) -> Any:
    from convcalc.tensor.dtypes import result_dtype

    return result_dtype((input, exponent))


_POOL_DOC = """The {what} of each window over the last {dims} dimension(s).

    Shapes:  input: (N, C, *) or (C, *); y: (N, C, *') or (C, *'); indices, where asked for: as y, int64
    Formula: `size' = (size + 2*padding - dilation*(kernel_size - 1) - 1) // stride + 1`; rounded up with ceil_mode, less a
             last window that would start in the right padding
    Errors:  padding over half the kernel; no room for a window; a wrong number of dimensions
    Source:  torch.nn.functional.{name}
    """

max_pool1d, max_pool1d_with_indices = _max_pooling(1)
max_pool2d, max_pool2d_with_indices = _max_pooling(2)
max_pool3d, max_pool3d_with_indices = _max_pooling(3)
avg_pool2d, avg_pool3d = [_avg_pooling(dims) for dims in (2, 3)]
lp_pool1d, lp_pool2d, lp_pool3d = [_lp_pooling(dims) for dims in (1, 2, 3)]
