"""Windows as columns (`unfold`, `fold`), and channels as pixels (`pixel_shuffle`, `channel_shuffle`).

Source: aten/src/ATen/native/im2col_shape_check.h, PixelShuffle.cpp, ChanelShuffle.cpp.
"""

from __future__ import annotations

from convcalc.formulas.windows import window_count
from convcalc.tensor import ShapeError, ShapeIndexError, Tensor, make
from convcalc.tensor.dtypes import COMPLEX, bool_

from .registry import operation
from .window_settings import check_floating, check_tensor, kept_layout, setting, single_setting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    Pair = tuple[int, ...]


def _settings(function: str, **given: Any) -> list[Pair]:
    """The settings as pairs, in the order given; a list must have two items."""
    pairs = []
    for name, value in given.items():
        wrong = f"It is expected {name} equals to 2, but got size {{got}}"
        if isinstance(value, (tuple, list)) and len(value) != 2:
            raise ShapeError(
                wrong.replace("{got}", str(len(value))), "argument", expected=2, actual=len(value), argument=name
            )
        pairs.append(setting(value, 2, function, name, wrong))
    return pairs


def _check_least(checks: Sequence[tuple[str, str, Pair, int]]) -> None:
    for name, mark, pair, least in checks:
        if any(value < least for value in pair):
            bound = "greater than zero" if least else "non-negative"
            message = f"{name} should be {bound}, but got {mark}_height: {pair[0]} {mark}_width: {pair[1]}"
            raise ShapeError(message, "argument", actual=pair, argument=name.replace(" ", "_"))


def _show(pair: Sequence[int]) -> str:
    return f"({pair[0]}, {pair[1]})"


def _check_type(input: Tensor, kernel: str) -> None:
    if input.dtype is not bool_ and input.dtype.category != COMPLEX:
        check_floating(input, kernel)


@operation("F.unfold")
def unfold(input: Tensor, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1) -> Tensor:
    """Each window over the last two dimensions as a column.

    Shapes:  input: (N, C, H, W) or (C, H, W); y: (N, C*prod(kernel_size), blocks) or (C*prod(kernel_size), blocks)
    Formula: `blocks = prod((size + 2*padding - dilation*(kernel_size - 1) - 1) // stride + 1)`
    Errors:  not 3-D or 4-D; no room for the window; a setting is out of range
    Source:  torch.nn.functional.unfold
    """
    check_tensor(input, "im2col")
    kernel, dilations, pads, steps = _settings(
        "im2col", kernel_size=kernel_size, dilation=dilation, padding=padding, stride=stride
    )
    _check_least(
        [
            ("kernel size", "kernel", kernel, 1),
            ("dilation", "dilation", dilations, 1),
            ("padding", "pad", pads, 0),
            ("stride", "stride", steps, 1),
        ]
    )
    shape, ndim = input.shape, len(input.shape)
    if ndim < 3:
        raise ShapeIndexError(
            f"Dimension out of range (expected to be in range of [{-max(ndim, 1)}, {max(ndim, 1) - 1}], but got {1 if ndim < 2 else 2})",
            "dimension-range",
        )
    if ndim > 4 or 0 in shape[ndim - 3 :]:
        message = f"Expected 3D or 4D (batch mode) tensor with possibly 0 batch size and other non-zero dimensions for input, but got: {list(shape)}"
        raise ShapeError(message, "input-dimensions", expected=(3, 4), actual=ndim, shape=tuple(shape))
    blocks = [window_count(shape[d - 2], kernel[d], steps[d], pads[d], dilations[d]) for d in (0, 1)]
    if any(count < 1 for count in blocks):
        message = (
            f"Given input with spatial size {_show(shape[-2:])}, kernel_size={_show(kernel)}, dilation={_show(dilations)}, padding={_show(pads)}, "
            f"calculated shape of the array of sliding blocks as {_show(blocks)}, but its components must be at least one."
        )
        raise ShapeError(
            message,
            "kernel-larger-than-input",
            expected=kernel,
            actual=tuple(shape[-2:]),
            shape=tuple(shape),
            argument="kernel_size",
        )
    _check_type(input, "im2col_out_cpu")
    return make((*shape[:-3], shape[-3] * kernel[0] * kernel[1], blocks[0] * blocks[1]), input.dtype)


@operation("F.fold")
def fold(
    input: Tensor, output_size: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1
) -> Tensor:
    """Columns back as windows, added up where they overlap.

    Shapes:  input: (N, C*prod(kernel_size), blocks) or (C*prod(kernel_size), blocks); y: (N, C, *output_size) or (C, *output_size)
    Formula: `blocks = prod((output_size + 2*padding - dilation*(kernel_size - 1) - 1) // stride + 1)`
    Errors:  the channels do not divide; another number of blocks; a setting is out of range
    Source:  torch.nn.functional.fold
    """
    check_tensor(input, "col2im")
    size, kernel, dilations, pads, steps = _settings(
        "col2im", output_size=output_size, kernel_size=kernel_size, dilation=dilation, padding=padding, stride=stride
    )
    _check_least(
        [
            ("kernel size", "kernel", kernel, 1),
            ("stride", "stride", steps, 1),
            ("dilation", "dilation", dilations, 1),
            ("padding", "pad", pads, 0),
        ]
    )
    shape, ndim = input.shape, len(input.shape)
    if ndim not in (2, 3) or 0 in shape[ndim - 2 :]:
        message = f"Expected 2D or 3D (batch mode) tensor for input with possibly 0 batch size and non-zero dimensions for input, but got: {list(shape)}"
        raise ShapeError(message, "input-dimensions", expected=(2, 3), actual=ndim, shape=tuple(shape))
    columns, length = shape[-2:]
    if columns % (kernel[0] * kernel[1]) != 0:
        message = f"Expected size of input's dimension 1 to be divisible by the product of kernel_size, but got input.size(1)={columns} and kernel_size={_show(kernel)}."
        raise ShapeError(
            message,
            "channel-multiple",
            expected=kernel[0] * kernel[1],
            actual=columns,
            shape=tuple(shape),
            argument="kernel_size",
        )
    blocks = [window_count(size[d], kernel[d], steps[d], pads[d], dilations[d]) for d in (0, 1)]
    given = f"Given output_size={_show(size)}, kernel_size={_show(kernel)}, dilation={_show(dilations)}, padding={_show(pads)}, stride={_show(steps)}, "
    if length != blocks[0] * blocks[1]:
        message = (
            f"{given}expected size of input's dimension 2 to match the calculated number of sliding blocks "
            f"{blocks[0]} * {blocks[1]} = {blocks[0] * blocks[1]}, but got input.size(2)={length}."
        )
        raise ShapeError(
            message,
            "channel-multiple",
            expected=blocks[0] * blocks[1],
            actual=length,
            shape=tuple(shape),
            argument="output_size",
        )
    if any(count < 1 for count in blocks):
        message = f"{given}calculated shape of the array of sliding blocks as {_show(blocks)}, which is too small (non-positive)"
        raise ShapeError(message, "kernel-larger-than-input", actual=tuple(blocks), argument="kernel_size")
    if any(s < 1 for s in size):
        raise ShapeError(
            f"Expected output spatial size to be positive, but got: output_size={_show(size)}.",
            "kernel-larger-than-input",
            actual=size,
            argument="output_size",
        )
    _check_type(input, "col2im_out_cpu")
    return make((*shape[:-2], columns // (kernel[0] * kernel[1]), *size), input.dtype)


def _check_shuffle(input: Tensor, factor: Any, function: str, argument: str) -> int:
    check_tensor(input, function)
    factor = single_setting(factor, function, argument)
    if len(input.shape) < 3:
        message = f"{function} expects input to have at least 3 dimensions, but got input with {len(input.shape)} dimension(s)"
        raise ShapeError(message, "input-dimensions", expected=3, actual=len(input.shape), shape=tuple(input.shape))
    if factor <= 0:
        raise ShapeError(
            f"{function} expects a positive {argument}, but got {factor}", "argument", actual=factor, argument=argument
        )
    return factor  # type: ignore[no-any-return]


@operation("F.pixel_shuffle", "torch.pixel_shuffle")
def pixel_shuffle(input: Tensor, upscale_factor: int) -> Tensor:
    """Channels become pixels: r*r channels make one channel r times as high and as wide.

    Shapes:  input: (*, C*r*r, H, W); y: (*, C, H*r, W*r)
    Errors:  r*r does not divide the channels; fewer than 3 dimensions
    Source:  torch.nn.functional.pixel_shuffle
    """
    r = _check_shuffle(input, upscale_factor, "pixel_shuffle", "upscale_factor")
    shape = input.shape
    if shape[-3] % (r * r) != 0:
        message = (
            "pixel_shuffle expects its input's 'channel' dimension to be divisible by the square of upscale_factor, "
            f"but input.size(-3)={shape[-3]} is not divisible by {r * r}"
        )
        raise ShapeError(
            message, "channel-multiple", expected=r * r, actual=shape[-3], shape=tuple(shape), argument="upscale_factor"
        )
    return _shuffled(input, (*shape[:-3], shape[-3] // (r * r), shape[-2] * r, shape[-1] * r))


@operation("F.pixel_unshuffle", "torch.pixel_unshuffle")
def pixel_unshuffle(input: Tensor, downscale_factor: int) -> Tensor:
    """Pixels become channels: the reverse of `pixel_shuffle`.

    Shapes:  input: (*, C, H*r, W*r); y: (*, C*r*r, H, W)
    Errors:  r does not divide height and width; fewer than 3 dimensions
    Source:  torch.nn.functional.pixel_unshuffle
    """
    r = _check_shuffle(input, downscale_factor, "pixel_unshuffle", "downscale_factor")
    shape = input.shape
    for axis, d in (("height", -2), ("width", -1)):
        if shape[d] % r != 0:
            message = f"pixel_unshuffle expects {axis} to be divisible by downscale_factor, but input.size({d})={shape[d]} is not divisible by {r}"
            raise ShapeError(
                message,
                "channel-multiple",
                expected=r,
                actual=shape[d],
                shape=tuple(shape),
                argument="downscale_factor",
            )
    if 0 in shape:
        return make(shape, input.dtype)  # PyTorch hands an empty input back as it is
    return _shuffled(input, (*shape[:-3], shape[-3] * r * r, shape[-2] // r, shape[-1] // r))


def _shuffled(input: Tensor, shape: Sequence[int]) -> Tensor:
    """The layout is kept for images; all else is copied row by row."""
    return make(shape, input.dtype, kept_layout(input, shape) if len(shape) == 4 else None)


def _channel_shuffling(name: str, *names: str) -> Any:
    def rule(input: Tensor, groups: int) -> Tensor:
        check_tensor(input, name)
        groups = single_setting(groups, name, "groups")
        shape = input.shape
        if len(shape) < 3:
            message = f"channel_shuffle expects input with > 2 dims, but got input with sizes {list(shape)}"
            raise ShapeError(message, "input-dimensions", expected=3, actual=len(shape), shape=tuple(shape))
        if groups <= 0:
            raise ShapeError(
                f"Number of groups to divide channels in must be positive. Value of groups:{groups}",
                "groups",
                actual=groups,
                argument="groups",
            )
        if shape[1] % groups != 0:
            message = f"Number of channels must be divisible by groups. Got {shape[1]} channels and {groups} groups."
            raise ShapeError(message, "groups", expected=groups, actual=shape[1], shape=tuple(shape), argument="groups")
        return make(shape, input.dtype, kept_layout(input, shape))

    rule.__name__ = name
    rule.__doc__ = """Takes the channels of the groups by turns.

    Shapes:  input: (N, C, *); y: the same
    Errors:  groups does not divide the second size; fewer than 3 dimensions
    Source:  torch.nn.functional.channel_shuffle
    """
    return operation(*names)(rule)


channel_shuffle = _channel_shuffling("channel_shuffle", "F.channel_shuffle", "torch.channel_shuffle")
native_channel_shuffle = _channel_shuffling(
    "native_channel_shuffle", "F.native_channel_shuffle", "torch.native_channel_shuffle"
)
