"""Convolutions and transposed convolutions over one, two or three dimensions.

Source: aten/src/ATen/native/Convolution.cpp (the checks, in that order) and ConvUtils.h (sizes and layout).
"""

from __future__ import annotations

import math

from convcalc.formulas.windows import same_padding, transposed_size, window_count, window_span
from convcalc.tensor import ShapeError, ShapeIndexError, ShapeTypeError, Tensor, make
from convcalc.tensor.dtypes import COMPLEX, INTEGER, LEGACY_NAMES, bool_, float32, int64, promote, result_dtype
from convcalc.tensor.strides import channels_last_strides, is_channels_last, is_contiguous

from .registry import operation
from .window_settings import check_tensor, no_kernel, setting, single_setting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from convcalc.tensor import DType

AXES = {1: ("width",), 2: ("height", "width"), 3: ("depth", "height", "width")}


class _Settings:
    """The settings of one convolution, each with one int for every dimension of the window."""

    __slots__ = ("dilation", "groups", "output_padding", "padding", "stride", "transposed")

    def __init__(
        self, stride: Any, padding: Any, dilation: Any, transposed: bool, output_padding: Any, groups: int
    ) -> None:
        self.stride = stride
        self.padding = padding
        self.dilation = dilation
        self.transposed = transposed
        self.output_padding = output_padding
        self.groups = groups


def _convolve(input: Tensor, shape: Sequence[int], weight: Tensor, bias: Tensor | None, settings: _Settings) -> Tensor:
    """The convolution of a batch of `shape`, which is `input`'s, maybe padded; the result has the batch."""
    wshape = weight.shape
    if input.dtype.category == COMPLEX and (
        input.dtype is not weight.dtype or (bias is not None and bias.dtype is not input.dtype)
    ):
        raise _dtypes_differ(input, weight, bias, shape, settings)
    _check_settings(settings)
    _check_channels(shape, wshape, bias, settings)
    stride, padding, dilation = settings.stride, settings.padding, settings.dilation
    sizes = []
    if settings.transposed:
        channels = wshape[1] * settings.groups
        for d, size in enumerate(shape[2:]):
            sizes.append(
                transposed_size(size, wshape[2 + d], stride[d], padding[d], settings.output_padding[d], dilation[d])
            )
    else:
        channels = wshape[0]
        for d, size in enumerate(shape[2:]):
            if size + 2 * padding[d] < window_span(wshape[2 + d], dilation[d]):
                raise _no_room(shape, wshape, settings)
            sizes.append(window_count(size, wshape[2 + d], stride[d], padding[d], dilation[d]))
    if shape[0] == 0 or shape[1] == 0:
        if 0 in wshape and shape[1] != 0:
            raise ShapeIndexError(
                "select(): index 0 out of range for tensor of size [0] at dimension 0",
                "argument",
                argument="kernel_size",
            )
        return _of_nothing(input, shape, weight, channels, sizes)
    if 0 in shape:
        raise ShapeError(
            f"Only zero batch or zero channel inputs are supported, but got input shape: {list(shape)}",
            "empty-input",
            shape=tuple(shape),
        )
    if 0 in wshape:
        raise _empty_kernel(wshape)
    if not settings.transposed:
        if 0 in dilation:
            raise ShapeError("non-positive dilation is not supported", "argument", actual=0, argument="dilation")
    else:
        _check_transposed_window(shape, wshape, sizes, settings, input)
    if input.dtype is not weight.dtype or (bias is not None and bias.dtype is not input.dtype):
        raise _dtypes_differ(input, weight, bias, shape, settings)
    if input.dtype.category <= INTEGER and input.dtype is not int64:
        _check_integer_kernel(input.dtype, len(sizes), settings)
    result = (shape[0], channels, *sizes)
    strides = None
    if input._strides is not None or weight._strides is not None:
        strides = _layout(input, weight, shape, settings, result)
    return make(result, input.dtype, strides)


def _check_settings(settings: _Settings) -> None:
    for name, sizes, least in (
        ("padding", settings.padding, 0),
        ("output_padding", settings.output_padding, 0),
        ("stride", settings.stride, 1),
    ):
        for size in sizes:
            if size < least:
                raise ShapeError(
                    f"{'non-positive' if least else 'negative'} {name} is not supported",
                    "argument",
                    actual=size,
                    argument=name,
                )
    for size in settings.dilation:
        if size < 0:
            raise ShapeError("dilation should be greater than zero", "argument", actual=size, argument="dilation")


def _check_channels(shape: Sequence[int], wshape: Sequence[int], bias: Tensor | None, settings: _Settings) -> None:
    groups = settings.groups
    if len(shape) != len(wshape):
        message = f"Expected {len(wshape)}-dimensional input for {len(wshape)}-dimensional weight {list(wshape)}, but got {len(shape)}-dimensional input of size {list(shape)} instead"
        raise ShapeError(message, "input-dimensions", expected=len(wshape), actual=len(shape), shape=tuple(shape))
    if wshape[0] < groups:
        raise ShapeError(
            f"Given groups={groups}, expected weight to be at least {groups} at dimension 0, but got weight of size {list(wshape)} instead",
            "groups",
        )
    if wshape[0] % groups != 0:
        message = f"Given groups={groups}, expected weight to be divisible by {groups} at dimension 0, but got weight of size [{list(wshape)}] instead"
        raise ShapeError(message, "groups", actual=wshape[0], argument="groups")
    if settings.transposed:
        expected, given, outputs = wshape[0], "transposed=1", wshape[1] * groups
    else:
        expected, given, outputs = wshape[1] * groups, f"groups={groups}", wshape[0]
    if shape[1] != expected:
        message = f"Given {given}, weight of size {list(wshape)}, expected input{list(shape)} to have {expected} channels, but got {shape[1]} channels instead"
        raise ShapeError(
            message, "conv-channels", expected=expected, actual=shape[1], shape=tuple(shape), argument="in_channels"
        )
    if bias is not None and (len(bias.shape) != 1 or bias.shape[0] != outputs):
        lead = "Given transposed=1, weight" if settings.transposed else "Given weight"
        message = f"{lead} of size {list(wshape)}, expected bias to be 1-dimensional with {outputs} elements, but got bias of size {list(bias.shape)} instead"
        raise ShapeError(message, "argument", expected=outputs, actual=tuple(bias.shape))


def _no_room(shape: Sequence[int], wshape: Sequence[int], settings: _Settings) -> ShapeError:
    rooms = [size + 2 * p for size, p in zip(shape[2:], settings.padding)]
    spans = [window_span(k, d) for k, d in zip(wshape[2:], settings.dilation)]
    message = f"Calculated padded input size per channel: ({_by(rooms)}). Kernel size: ({_by(spans)}). Kernel size can't be greater than actual input size"
    return ShapeError(
        message,
        "kernel-larger-than-input",
        expected=tuple(spans),
        actual=tuple(rooms),
        shape=tuple(shape),
        argument="kernel_size",
    )


def _of_nothing(input: Tensor, shape: Sequence[int], weight: Tensor, channels: int, sizes: list[int]) -> Tensor:
    """The result for an empty batch or for no channels: no kernel runs, so element types may mix."""
    result = (shape[0], 0 if shape[1] == 0 else channels, *sizes)
    for i, size in enumerate(sizes):
        if size < 0:
            raise ShapeError(
                f"invalid shape dimension {size} at index {i + 2} of shape {list(result)}",
                "kernel-larger-than-input",
                actual=tuple(sizes),
            )
    # with channels the batch is multiplied by one element of the weight, which counts as a scalar in type promotion
    return make(
        result, result_dtype((input, make((), weight.dtype))) if shape[1] != 0 else promote(input.dtype, weight.dtype)
    )


def _empty_kernel(wshape: Sequence[int]) -> ShapeError:
    names = AXES.get(len(wshape) - 2, ())
    kernel = " ".join(f"kernel_{name}: {size}" for name, size in zip(names, wshape[2:]))
    return ShapeError(f"kernel size should be greater than zero, but got {kernel}", "argument", argument="kernel_size")


def _takes_no_dilation(
    sizes: Sequence[int], kernel: Sequence[int], stride: Sequence[int], dilation: Sequence[int]
) -> bool:
    """Whether oneDNN transposes with a dilation of 0: where that dimension has one tap or one place, and no windows meet.

    Found by trying: 4,216 combinations of settings, in one and in two dimensions.
    """
    for size, taps, step, gap in zip(sizes, kernel, stride, dilation):
        if gap != 1 and taps != 1 and (taps > step or (gap == 0 and size != 1)):
            return False
    return True


def _check_transposed_window(
    shape: Sequence[int], wshape: Sequence[int], sizes: list[int], settings: _Settings, input: Tensor
) -> None:
    stride, dilation, extra = settings.stride, settings.dilation, settings.output_padding
    # PyTorch computes one dimension as two of which the first has size 1, and its messages show that.
    lead = (1,) if len(sizes) == 1 else ()
    onednn = _runs_on_onednn(shape, input, settings, None)
    if 0 in dilation and not (
        onednn and len(sizes) < 3 and _takes_no_dilation(shape[2:], wshape[2:], stride, dilation)
    ):
        values = _named("dilation", (*lead, *dilation), ", ")
        raise ShapeError(f"dilation should be greater than zero, but got {values}", "argument", argument="dilation")
    for d in range(len(sizes)):
        if extra[d] >= stride[d]:
            if extra[d] >= dilation[d]:
                values = " ".join(
                    [
                        _named("output_padding", ((0,) if lead else ()) + tuple(extra)),
                        _named("stride", (*lead, *stride)),
                        _named("dilation", (*lead, *dilation)),
                    ]
                )
                message = f"output padding must be smaller than either stride or dilation, but got {values}"
                raise ShapeError(message, "argument", expected=stride[d], actual=extra[d], argument="output_padding")
    least = 0 if onednn else 1
    if any(size < least for size in sizes):
        message = f"Given input size per channel: ({_by((*lead, *shape[2:]))}). Calculated output size per channel: ({_by((*lead, *sizes))}). Output size is too small"
        raise ShapeError(
            message, "kernel-larger-than-input", actual=tuple(sizes), shape=tuple(shape), argument="padding"
        )


def _dtypes_differ(
    input: Tensor, weight: Tensor, bias: Tensor | None, shape: Sequence[int], settings: _Settings
) -> ShapeError:
    kind, other = ("weight", weight) if weight.dtype is not input.dtype or bias is None else ("bias", bias)
    ours, theirs = LEGACY_NAMES[input.dtype], LEGACY_NAMES[other.dtype]
    if input.dtype.category == COMPLEX:
        message = f"Input type (CPU{ours}Type) and {kind} type (torch.{theirs}Tensor) should be the same"
    elif _runs_on_onednn(shape, input, settings, weight):
        message = f"Input type (torch.{ours}Tensor) and {kind} type (torch.{theirs}Tensor) should be the same or input should be a MKLDNN tensor and {kind} is a dense tensor"
    else:
        message = f"expected scalar type {ours} but found {theirs}"
    return ShapeError(message, "dtype", expected=other.dtype.name, actual=input.dtype.name)


def _check_integer_kernel(dtype: DType, dims: int, settings: _Settings) -> None:
    """PyTorch's CPU kernels for dilated and transposed windows know one integer type, the others all, none knows bool."""
    if settings.transposed:
        raise no_kernel(f"slow_conv_transpose{max(dims, 2)}d_out_cpu", dtype)
    if any(d != 1 for d in settings.dilation):
        raise no_kernel("slow_conv_dilated<>", dtype)
    if dtype is bool_:
        raise no_kernel("compute_columns3d" if dims == 3 else "slow_conv2d_cpu", dtype)


def _layout(
    input: Tensor, weight: Tensor, shape: Sequence[int], settings: _Settings, result: Sequence[int]
) -> tuple[int, ...] | None:
    """Channels-last if the input or the weight is; oneDNN alone keeps it over three dimensions.

    One dimension is computed as two of which the first has size 1, after the input was made contiguous.
    """
    dims = len(shape) - 2
    if dims == 1:
        if not _flat_channels_last(weight.shape, weight._strides):
            if not _flat_channels_last(shape, _batch_strides(input, shape), True) or _has_single_elements(
                input, weight, shape, settings
            ):
                return None
        kept = channels_last_strides((*result[:2], 1, result[2]))
        return (*kept[:2], kept[3])
    strides = _batch_strides(input, shape)
    by_input = strides is not None and is_channels_last(shape, strides)
    if not by_input and not weight.is_channels_last:
        return None
    if dims == 3 and not _runs_on_onednn(shape, input, settings, weight):
        return None
    if not weight.is_channels_last and _has_single_elements(input, weight, shape, settings):
        return None
    return channels_last_strides(result)


def _has_single_elements(input: Tensor, weight: Tensor, shape: Sequence[int], settings: _Settings) -> bool:
    """Whether groups run one by one, which oneDNN alone does not do, on one element of each of several images: no layout."""
    if settings.groups == 1 or shape[0] == 1 or math.prod(shape[1:]) != settings.groups:
        return False
    if settings.transposed and weight.shape[1] > 1 and math.prod(weight.shape[2:]) > 1:
        return False  # then the group's part of the weight has one
    return not _runs_on_onednn(shape, input, settings, weight)


def _batch_strides(input: Tensor, shape: Sequence[int]) -> tuple[int, ...] | None:
    """The input's strides, with that of the batch dimension that a single input gets."""
    strides = input._strides
    if strides is None or len(strides) == len(shape):
        return strides
    return (shape[1] * strides[0], *strides)


def _flat_channels_last(shape: Sequence[int], strides: tuple[int, ...] | None, copied: bool = False) -> bool:
    """Whether a 1-D tensor counts as channels-last once it has a height of 1; `copied`: it is made contiguous before."""
    if strides is None or (copied and not is_contiguous(shape, strides)):
        return False
    return is_channels_last((*shape[:2], 1, shape[2]), (*strides[:2], shape[2] * strides[2], strides[2]))


def _runs_on_onednn(shape: Sequence[int], input: Tensor, settings: _Settings, weight: Tensor | None) -> bool:
    """Whether PyTorch on a CPU of several threads gives a float convolution to oneDNN.

    Source: ConvParams::use_mkldnn
    """
    if input.dtype is not float32:
        return False
    if settings.transposed and any(extra >= step for extra, step in zip(settings.output_padding, settings.stride)):
        return False
    if settings.groups > 1 or shape[0] > 1:
        return True
    kernel = weight.shape[-2:] if weight is not None and len(weight.shape) > 3 else ()
    if len(kernel) == 2 and all(k > 3 for k in kernel):
        return True
    return math.prod(shape[:4]) > 20480


def _by(sizes: Sequence[int]) -> str:
    return " x ".join(map(str, sizes))


def _named(name: str, sizes: Sequence[int], separator: str = " ") -> str:
    return separator.join(f"{name}_{axis}: {size}" for axis, size in zip(AXES[len(sizes)], sizes))


def _matching(value: Any, dims: int, function: str, argument: str, count: int) -> tuple[int, ...]:
    """A setting of a `dims`-dimensional function for a weight that has `count` window dimensions."""
    if value.__class__ is int and dims == count:
        return (value,) * count
    if isinstance(value, int) or (isinstance(value, (tuple, list)) and len(value) == 1):
        value = [value[0] if isinstance(value, (tuple, list)) else value] * dims
    shown = list(value) if isinstance(value, (tuple, list)) else value
    wrong = f"expected {argument} to be a single integer value or a list of {count} values to match the convolution dimensions, but got {argument}={shown}"
    return setting(value, count, function, argument, wrong)


def _batched(input: Tensor, weight: Tensor, bias: Any, function: str, dims: int) -> tuple[int, ...]:
    """The input's shape with a batch dimension."""
    check_tensor(input, function)
    check_tensor(weight, function, "weight", 2)
    if bias is not None:
        check_tensor(bias, function, "bias", 3)
    shape = input.shape
    if len(shape) == dims + 2:
        return shape
    if len(shape) == dims + 1:
        return (1, *shape)
    message = f"Expected {dims + 1}D (unbatched) or {dims + 2}D (batched) input to {function}, but got input of size: {list(shape)}"
    raise ShapeError(message, "input-dimensions", expected=(dims + 1, dims + 2), actual=len(shape), shape=tuple(shape))


def _check_groups(groups: Any, weight: Tensor, function: str) -> int:
    groups = single_setting(groups, function, "groups")
    if len(weight.shape) < 3:
        raise ShapeError("weight should have at least three dimensions", "input-dimensions", shape=tuple(weight.shape))
    if groups <= 0:
        raise ShapeError("non-positive groups is not supported", "groups", actual=groups, argument="groups")
    return groups  # type: ignore[no-any-return]


def _without_batch(result: Tensor, input: Tensor, dims: int) -> Tensor:
    if len(input.shape) == dims + 2:
        return result
    return make(result.shape[1:], result.dtype, None if result._strides is None else result._strides[1:])


def _string_padding(
    padding: str, shape: Sequence[int], weight: Tensor, stride: Sequence[int], dilation: Sequence[int]
) -> tuple[Any, Any]:
    """What `padding="same"` or `"valid"` means: the padding of both sides, and the shape after the odd element was added."""
    dims = len(weight.shape) - 2
    if padding == "valid":
        return (0,) * dims, shape
    if padding != "same":
        raise ShapeError(f"Invalid padding string: '{padding}'", "argument", actual=padding, argument="padding")
    if any(step != 1 for step in stride):
        raise ShapeError(
            "padding='same' is not supported for strided convolutions",
            "argument",
            actual=tuple(stride),
            argument="stride",
        )
    if 0 in weight.shape[2:]:
        if any(k == 0 and d > 1 for k, d in zip(weight.shape[2:], dilation)):
            raise ShapeError("negative padding is not supported", "argument", argument="kernel_size")
        return (0,) * dims, shape
    sides = [same_padding(k, d) for k, d in zip(weight.shape[2:], dilation)]
    if len(shape) == dims + 2:
        shape = (*shape[:2], *[size + right - left for size, (left, right) in zip(shape[2:], sides)])
    return tuple(left for left, _ in sides), shape


def _padded(input: Tensor, shape: Sequence[int], padded: Sequence[int]) -> Tensor:
    """The input after PyTorch padded one side with zeros, which keeps a channels-last layout and no other."""
    strides = _batch_strides(input, shape)
    keeps = strides is not None and is_channels_last(shape, strides)
    return make(padded, input.dtype, channels_last_strides(padded) if keeps else None)


def _convolution(dims: int) -> Any:
    name = f"conv{dims}d"

    def rule(
        input: Tensor,
        weight: Tensor,
        bias: Tensor | None = None,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
    ) -> Tensor:
        shape = _batched(input, weight, bias, name, dims)
        source = input
        if bias is not None and bias.dtype is not input.dtype and not isinstance(padding, str):
            message = f"Input type ({_c_name(input)}) and bias type ({_c_name(bias)}) should be the same"
            raise ShapeError(message, "dtype", expected=bias.dtype.name, actual=input.dtype.name)
        groups = _check_groups(groups, weight, name)
        count = len(weight.shape) - 2
        if count != dims and isinstance(padding, str):
            ndim = count + 2
            message = f"Expected {ndim}-dimensional input for {ndim}-dimensional weight{list(weight.shape)}, but got {len(shape)}-dimensional input of size {list(shape)} instead"
            raise ShapeError(message, "input-dimensions", expected=ndim, actual=len(shape), shape=tuple(shape))
        stride = _matching(stride, dims, name, "stride", count)
        dilation = _matching(dilation, dims, name, "dilation", count)
        if isinstance(padding, str):
            padding, padded = _string_padding(padding, shape, weight, stride, dilation)
            if padded != shape:
                source, shape = _padded(input, shape, padded), padded
        else:
            padding = _matching(padding, dims, name, "padding", count)
        result = _convolve(
            source, shape, weight, bias, _Settings(stride, padding, dilation, False, (0,) * count, groups)
        )
        return _without_batch(result, input, dims)

    rule.__doc__ = _CONVOLUTION_DOC.format(dims=dims, sizes=_SIZES[dims], results=_RESULTS[dims])
    return _register(rule, name, _window_macs)


def _transposed_convolution(dims: int) -> Any:
    name = f"conv_transpose{dims}d"

    def rule(
        input: Tensor,
        weight: Tensor,
        bias: Tensor | None = None,
        stride: Any = 1,
        padding: Any = 0,
        output_padding: Any = 0,
        groups: int = 1,
        dilation: Any = 1,
    ) -> Tensor:
        shape = _batched(input, weight, bias, name, dims)
        groups = _check_groups(groups, weight, name)
        count = len(weight.shape) - 2
        if isinstance(padding, str):
            raise ShapeTypeError(
                f"{name}(): argument 'padding' must be tuple of ints, not str", "argument", argument="padding"
            )
        settings = _Settings(
            _matching(stride, dims, name, "stride", count),
            _matching(padding, dims, name, "padding", count),
            _matching(dilation, dims, name, "dilation", count),
            True,
            _matching(output_padding, dims, name, "output_padding", count),
            groups,
        )
        result = _convolve(input, shape, weight, bias, settings)
        return _without_batch(result, input, dims)

    rule.__doc__ = _TRANSPOSED_DOC.format(dims=dims, sizes=_SIZES[dims], results=_RESULTS[dims])
    return _register(rule, name, _transposed_macs)


def _register(rule: Callable[..., Any], name: str, macs: Callable[..., Any]) -> Any:
    rule.__name__ = name
    weight = 0 if macs is _transposed_macs else 1  # of a transposed one the channels that go in come first
    stated = operation(f"F.{name}", f"torch.{name}", kind="convolution", unit="channels", axis=1, weight=weight)
    function = stated(rule)
    function.cost(macs)  # type: ignore[attr-defined]
    return function


def _window_macs(output: Tensor, input: Tensor, weight: Tensor, *settings: Any, **named: Any) -> int:
    return output.numel() * math.prod(weight.shape[1:])  # type: ignore[no-any-return]


def _transposed_macs(output: Tensor, input: Tensor, weight: Tensor, *settings: Any, **named: Any) -> int:
    return input.numel() * math.prod(weight.shape[1:])  # type: ignore[no-any-return]


def _c_name(tensor: Tensor) -> str:
    from convcalc.tensor.dtypes import C_NAMES

    return C_NAMES.get(tensor.dtype, tensor.dtype.name)


_SIZES = {1: "L", 2: "H, W", 3: "D, H, W"}
_RESULTS = {1: "L'", 2: "H', W'", 3: "D', H', W'"}
_CONVOLUTION_DOC = """Slide `C_out` filters over the last {dims} dimension(s).

    Shapes:  input: (N, C_in, {sizes}) or (C_in, {sizes}); weight: (C_out, C_in/groups, *kernel_size); bias: (C_out);
             y: (N, C_out, {results}) or (C_out, {results})
    Formula: `size' = (size + 2*padding - dilation*(kernel_size - 1) - 1) // stride + 1`; padding="same" keeps the size
    Units:   macs = numel(y) * C_in/groups * prod(kernel_size)
    Errors:  C_in differs; groups does not divide C_out; no room for the window; a setting is out of range
    Source:  torch.nn.functional.conv{dims}d; Dumoulin and Visin, 2016
    """
_TRANSPOSED_DOC = """The transpose of a convolution: every input element spreads over a window of the output.

    Shapes:  input: (N, C_in, {sizes}) or (C_in, {sizes}); weight: (C_in, C_out/groups, *kernel_size); bias: (C_out);
             y: (N, C_out, {results}) or (C_out, {results})
    Formula: `size' = (size - 1)*stride - 2*padding + dilation*(kernel_size - 1) + output_padding + 1`
    Units:   macs = numel(input) * C_out/groups * prod(kernel_size)
    Errors:  C_in differs; groups does not divide C_in; output_padding is not below stride or dilation; nothing is left
    Source:  torch.nn.functional.conv_transpose{dims}d; Dumoulin and Visin, 2016
    """

conv1d, conv2d, conv3d = [_convolution(dims) for dims in (1, 2, 3)]
conv_transpose1d, conv_transpose2d, conv_transpose3d = [_transposed_convolution(dims) for dims in (1, 2, 3)]


@operation("torch.convolution", kind="convolution", unit="channels", axis=1)
def convolution(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    stride: Any,
    padding: Any,
    dilation: Any,
    transposed: bool,
    output_padding: Any,
    groups: int,
) -> Tensor:
    """The convolution behind all of them; the input has a batch, the weight tells the number of dimensions.

    Shapes:  input: (N, C_in, *); weight: as for the convolution or its transpose; y: (N, C_out, *')
    Units:   macs as for the convolution or its transpose
    Errors:  as theirs
    Source:  aten/src/ATen/native/Convolution.cpp
    """
    check_tensor(input, "convolution")
    check_tensor(weight, "convolution", "weight", 2)
    groups = _check_groups(groups, weight, "convolution")
    count = len(weight.shape) - 2
    given = (("stride", stride), ("padding", padding), ("dilation", dilation), ("output_padding", output_padding))
    steps, pads, gaps, extra = [_matching(value, count, "convolution", name, count) for name, value in given]
    settings = _Settings(steps, pads, gaps, bool(transposed), extra, groups)
    return _convolve(input, input.shape, weight, bias, settings)


@convolution.cost  # type: ignore[attr-defined, untyped-decorator]
def _convolution_macs(
    output: Tensor,
    input: Tensor,
    weight: Tensor,
    bias: Any,
    stride: Any,
    padding: Any,
    dilation: Any,
    transposed: bool,
    output_padding: Any,
    groups: int,
) -> int:
    return _transposed_macs(output, input, weight) if transposed else _window_macs(output, input, weight)


@operation("torch.conv_tbc", "F.conv_tbc")
def conv_tbc(input: Tensor, weight: Tensor, bias: Tensor, pad: int = 0) -> Tensor:
    """A convolution over the first dimension of a sequence laid out as time, batch, channels.

    Shapes:  input: (T, N, C_in); weight: (kernel_size, C_in, C_out); bias: (C_out); y: (T', N, C_out)
    Formula: `T' = T + 2*pad - kernel_size + 1`
    Units:   macs = numel(y) * C_in * kernel_size
    Errors:  not 3-D; the channels differ
    Source:  aten/src/ATen/native/ConvolutionTBC.cpp
    """
    for tensor, ndim, text in ((input, 3, "Input must have 3 dims: time, batch, in_channel"), (weight, 3, "Weight tensor must have 3 dims: kernel_width, in_channels, out_channels."), (bias, 1, "Bias must be 1-D")):  # fmt: skip
        if len(tensor.shape) != ndim:
            raise ShapeError(text, "input-dimensions", expected=ndim, actual=len(tensor.shape))
    if input.shape[2] != weight.shape[1]:
        raise ShapeError(
            "Input dim 2 (input channels) is not == dim 1 in the weight tensor",
            "conv-channels",
            expected=weight.shape[1],
            actual=input.shape[2],
        )
    if bias.shape[0] != weight.shape[2]:
        raise ShapeError(
            "Bias size must equal dim 2 in the weight tensor (output channels).",
            "argument",
            expected=weight.shape[2],
            actual=bias.shape[0],
        )
    length = window_count(input.shape[0], weight.shape[0], 1, pad)
    if length < 0:
        raise ShapeError(
            f"Trying to create tensor with negative dimension {length}: {[length, input.shape[1], weight.shape[2]]}",
            "kernel-larger-than-input",
        )
    return make((length, input.shape[1], weight.shape[2]), input.dtype)


@conv_tbc.cost  # type: ignore[attr-defined, untyped-decorator]
def _conv_tbc_macs(output: Tensor, input: Tensor, weight: Tensor, bias: Tensor, pad: int = 0) -> int:
    return output.numel() * weight.shape[0] * weight.shape[1]  # type: ignore[no-any-return]
