"""Padding: `F.pad` with a constant, by reflection, by repeating the border, or around.

Source: aten/src/ATen/native/PadNd.cpp, ReflectionPad.cpp, ReplicationPadding.cpp, Padding.h.
"""

from __future__ import annotations

from convcalc.tensor import ShapeError, ShapeNotImplementedError, ShapeTypeError, Tensor, Unknown, make
from convcalc.tensor.dtypes import INTEGER, bool_, int32
from convcalc.tensor.strides import elementwise_strides

from .registry import operation
from .window_settings import check_tensor, kept_layout, no_kernel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from convcalc.tensor import DType

KERNELS = {"reflect": "reflection_pad", "replicate": "replication_pad"}


@operation("F.pad")
def pad(input: Tensor, pad: Sequence[int], mode: str = "constant", value: float | None = None) -> Tensor:
    """Adds elements before and after, from the last dimension on; a negative padding takes away.

    Shapes:  input: (*, size); pad: (left, right, top, bottom, …), for the last dimensions first; y: (*, size')
    Formula: `size' = size + left + right`
    Errors:  an odd number of paddings, or more than fit the input; for reflect, one not smaller than the size; for
             circular, one larger than the size; nothing is left
    Source:  torch.nn.functional.pad
    """
    check_tensor(input, "pad")
    sizes = _paddings(pad)
    ndim = len(input.shape)
    if mode not in ("constant", "reflect", "replicate", "circular"):
        raise ShapeNotImplementedError(f"Unrecognised padding mode {mode}", "argument", actual=mode, argument="mode")
    if len(sizes) % 2 != 0:
        raise ShapeError("Padding length must be divisible by 2", "pad-size", actual=len(sizes), argument="pad")
    if len(sizes) > 2 * ndim:
        message = f"Padding length should be less than or equal to two times the input dimension but got padding length {len(sizes)} and input of dimension {ndim}"
        raise ShapeError(message, "pad-size", expected=2 * ndim, actual=len(sizes), argument="pad")
    if isinstance(value, str):
        raise ShapeTypeError(
            f"pad(): argument 'value' (position 4) must be float, not {type(value).__name__}",
            "argument",
            argument="value",
        )
    if mode == "constant":
        return _pad_constant(input, sizes, 0.0 if value is None else value)
    if value is not None and value != 0:
        raise ShapeError(f'Padding mode "{mode}" doesn\'t take in value argument', "argument", argument="value")
    dims = len(sizes) // 2
    if dims not in (1, 2, 3) or ndim not in (dims + 1, dims + 2):
        message = (
            f"Padding size {len(sizes)} is not supported for {ndim}D input tensor.\nSupported combinations for non-constant padding:\n"
            "  - 2D or 3D input: padding size = 2 (pads last dimension)\n"
            "  - 3D or 4D input: padding size = 4 (pads last 2 dimensions)\n"
            "  - 4D or 5D input: padding size = 6 (pads last 3 dimensions)"
        )
        raise ShapeNotImplementedError(message, "input-dimensions", actual=ndim, shape=tuple(input.shape))
    return _pad_circular(input, sizes) if mode == "circular" else _pad_mirrored(input, sizes, mode)


@operation("torch.constant_pad_nd")
def constant_pad_nd(input: Tensor, pad: Sequence[int], value: float = 0) -> Tensor:
    """`F.pad` with a constant.

    Shapes:  input: (*, size); y: (*, size')
    Source:  aten/src/ATen/native/PadNd.cpp
    """
    check_tensor(input, "constant_pad_nd")
    sizes = _paddings(pad)
    if len(sizes) % 2 != 0:
        raise ShapeError(
            f"Length of pad must be even but instead it equals {len(sizes)}",
            "pad-size",
            actual=len(sizes),
            argument="pad",
        )
    if len(sizes) > 2 * len(input.shape):
        message = f"Length of pad should be no more than twice the number of dimensions of the input. Pad length is {len(sizes)} while the input has {len(input.shape)} dimensions."
        raise ShapeError(message, "pad-size", expected=2 * len(input.shape), actual=len(sizes), argument="pad")
    return _pad_constant(input, sizes, None)


def _paddings(pad: Any) -> tuple[int, ...]:
    if not isinstance(pad, (tuple, list)):
        raise ShapeTypeError(
            f"pad(): argument 'pad' (position 2) must be tuple of ints, not {type(pad).__name__}",
            "argument",
            argument="pad",
        )
    for i, size in enumerate(pad):
        if size.__class__ is not int:
            if (
                isinstance(size, (float, str))
                or size is None
                or not (isinstance(size, Unknown) or hasattr(size, "__index__"))
            ):
                message = f"pad(): argument 'pad' (position 2) must be tuple of ints, but found element of type {type(size).__name__} at pos {i}"
                raise ShapeTypeError(message, "argument", argument="pad")
    taken: list[Any] = [size if size.__class__ is int or type(size) is Unknown else size.__index__() for size in pad]
    return tuple(taken)


def _padded(shape: Sequence[int], sizes: Sequence[int]) -> tuple[int, ...]:
    """The padded shape; the first two paddings are for the last dimension."""
    result = list(shape)
    for i in range(len(sizes) // 2):
        result[-1 - i] = shape[len(shape) - 1 - i] + sizes[2 * i] + sizes[2 * i + 1]
    return tuple(result)


def _pad_constant(input: Tensor, sizes: Sequence[int], value: float | None) -> Tensor:
    shape, strides = input.shape, input._strides
    grows = False
    asked = strides is not None or bool(value)  # else it makes no difference
    for i in range(len(sizes) // 2):
        left = shape[len(shape) - 1 - i]
        for size in sizes[2 * i : 2 * i + 2]:
            if size < 0:
                left = left + size
                if left < 0:
                    message = "narrow(): length must be non-negative."
                    raise ShapeError(
                        message, "kernel-larger-than-input", actual=tuple(sizes), shape=tuple(shape), argument="pad"
                    )
            elif not grows and asked and size != 0:
                grows = True
    result = _padded(shape, sizes)
    if grows:
        if value:
            _check_value(value, input.dtype)
        return make(result, input.dtype, kept_layout(input, result))
    # nothing is added: PyTorch copies the part that remains, in the order of the input's dimensions
    return make(result, input.dtype, None if strides is None else elementwise_strides(result, [(result, strides)]))


def _check_value(value: float, dtype: DType) -> None:
    """A value that the element type cannot hold is refused."""
    if dtype.category != INTEGER or not isinstance(value, (int, float)):
        return
    bits = 8 * dtype.itemsize
    low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if dtype.is_signed else (0, 2**bits - 1)
    if value != value or value < low or value > high:
        name = "int" if dtype is int32 else f"{dtype.name}_t"
        raise ShapeError(
            f"value cannot be converted to type {name} without overflow", "argument", actual=value, argument="value"
        )


def _pad_circular(input: Tensor, sizes: Sequence[int]) -> Tensor:
    shape = input.shape
    result = _padded(shape, sizes)
    dims = len(sizes) // 2
    for d in range(dims):
        at = len(shape) - dims + d
        before, after = sizes[2 * (dims - 1 - d) : 2 * (dims - d)]
        if before > shape[at] or after > shape[at]:
            raise ShapeError("Padding value causes wrapping around more than once.", "pad-size", expected=shape[at], actual=(before, after), shape=tuple(shape), argument="pad")  # fmt: skip
        if result[at] < 0:
            raise ShapeError("Negative padding value is resulting in an empty dimension", "kernel-larger-than-input", actual=(before, after), shape=tuple(shape), argument="pad")  # fmt: skip
        if 0 not in result and all(size == 1 for size in result[:at]):
            _check_overlap(shape[at], before, after)
    return make(result, input.dtype)


def _check_overlap(size: int, before: int, after: int) -> None:
    """PyTorch copies one end of the padded tensor to the other, and refuses where both are one block that overlaps.

    It can only tell where the dimension is the first that is not 1; only a negative padding brings it about.
    """
    clashes = (after > 0 and 0 < size + min(before, 0) < after) or (before > 0 and 0 < size + min(after, 0) < before)
    if clashes:
        message = (
            "unsupported operation: some elements of the input tensor and the written-to tensor refer to a single memory location. "
            "Please clone() the tensor before performing the operation."
        )
        raise ShapeError(message, "pad-size", expected=size, actual=(before, after), argument="pad")


def _pad_mirrored(input: Tensor, sizes: Sequence[int], mode: str) -> Tensor:
    """Reflection and replication, which differ in how much may be added."""
    shape, ndim = input.shape, len(input.shape)
    dims = len(sizes) // 2
    if 0 in shape[ndim - dims - 1 :]:
        message = f"Expected {dims + 1}D or {dims + 2}D (batch mode) tensor with possibly 0 batch size and other non-zero dimensions for input, but got: {list(shape)}"
        raise ShapeError(message, "empty-input", shape=tuple(shape))
    if mode == "reflect":
        for i in range(dims):
            before, after, at = sizes[2 * i], sizes[2 * i + 1], ndim - 1 - i
            if before >= shape[at] or after >= shape[at]:
                message = (
                    f"Argument #{4 + 2 * i}: Padding size should be less than the corresponding input dimension, "
                    f"but got: padding ({before}, {after}) at dimension {at} of input {list(shape)}"
                )
                raise ShapeError(
                    message,
                    "pad-size",
                    expected=shape[at] - 1,
                    actual=(before, after),
                    shape=tuple(shape),
                    argument="pad",
                )
    result = _padded(shape, sizes)
    if all(size < 1 for size in result[-dims:]):
        raise ShapeError(
            _too_small(shape[-dims:], result[-dims:], mode),
            "kernel-larger-than-input",
            actual=tuple(sizes),
            shape=tuple(shape),
            argument="pad",
        )
    for size in result[-dims:]:
        if size < 0:
            message = f"Trying to create tensor with negative dimension {size}: {list(result)}"
            raise ShapeError(
                message, "kernel-larger-than-input", actual=tuple(sizes), shape=tuple(shape), argument="pad"
            )
    if input.dtype is bool_:
        raise no_kernel(f"{KERNELS[mode]}{dims}d", bool_)
    return make(result, input.dtype, kept_layout(input, result) if dims > 1 and ndim == dims + 2 else None)


def _too_small(sizes: Sequence[int], result: Sequence[int], mode: str) -> str:
    made = " ".join(f"{axis}: {size}" for axis, size in zip("DHW"[-len(sizes) :], result))
    given = [f"{axis}: {size}" for axis, size in zip("DHW"[-len(sizes) :], sizes)]
    shown = ", ".join(given[-2:])
    if len(given) == 3:
        shown = f"{given[0]} {shown}"
    elif len(given) == 2 and mode == "replicate":
        shown += " "
    return f"input ({shown}) is too small. Calculated output {made}"
