"""How many windows fit: convolution, pooling, their transposes, and the blocks of unfold and fold."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def window_span(kernel_size: int, dilation: int = 1) -> int:
    """How many elements a dilated kernel reaches across.

    Formula: `dilation * (kernel_size - 1) + 1`
    Units:   elements of one dimension
    Source:  Dumoulin and Visin, A guide to convolution arithmetic for deep learning, 2016, section 5.1
    """
    return dilation * (kernel_size - 1) + 1


def window_count(size: int, kernel_size: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    """At how many places a window stands; below 1 where it has no room. The bare formula, without refusals.

    Formula: `(size + 2*padding - dilation*(kernel_size - 1) - 1) // stride + 1`
    Units:   windows along one dimension
    Source:  torch.nn.Conv1d; Dumoulin and Visin, 2016, relationship 14
    """
    return (size + 2 * padding - dilation * (kernel_size - 1) - 1) // stride + 1


def pool_window_count(
    size: int, kernel_size: int, stride: int, padding: int = 0, dilation: int = 1, ceil_mode: bool = False
) -> int:
    """`window_count` for pooling: `ceil_mode` adds a last, incomplete window unless it would start in the right padding.

    Formula: `count = (size + 2*padding - dilation*(kernel_size - 1) - 1 + stride - 1) // stride + 1`, and
             `count - 1` if `(count - 1) * stride >= size + padding`
    Units:   windows along one dimension
    Source:  aten/src/ATen/native/Pool.h, pooling_output_shape_pad_lr
    """
    room = size + 2 * padding - dilation * (kernel_size - 1) - 1
    if not ceil_mode:
        return room // stride + 1
    count = (room + stride - 1) // stride + 1
    if type(count) is int:
        return count - 1 if (count - 1) * stride >= size + padding else count
    return _without_late_window(count, (size + padding - 1) // stride + 1)  # type: ignore[no-any-return]


def _without_late_window(count: Any, inside: Any) -> Any:
    """`count`, or one less where only `inside` windows start before the right padding; for sizes that are no numbers."""
    lesser = getattr(count, "lesser", None)
    return count if lesser is None else lesser(inside).greater(count - 1)


def transposed_size(
    size: int, kernel_size: int, stride: int = 1, padding: int = 0, output_padding: int = 0, dilation: int = 1
) -> int:
    """How many elements the windows of a transposed convolution cover together. The bare formula, without refusals.

    Formula: `(size - 1) * stride - 2*padding + dilation*(kernel_size - 1) + output_padding + 1`
    Units:   elements of one dimension
    Source:  torch.nn.ConvTranspose1d; Dumoulin and Visin, 2016, relationship 15
    """
    return (size - 1) * stride - 2 * padding + dilation * (kernel_size - 1) + output_padding + 1


def conv_output_size(size: int, kernel_size: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    """The output size of a convolution along one dimension.

    Formula: `(size + 2*padding - dilation*(kernel_size - 1) - 1) // stride + 1`
    Units:   elements of one dimension
    Errors:  ValueError: a setting is out of range; the window is larger than the padded input
    Source:  torch.nn.Conv1d; Dumoulin and Visin, 2016, relationship 14
    """
    _check_window(kernel_size, stride, dilation)
    _check_not_negative("padding", padding)
    _check_room(size, kernel_size, padding, dilation)
    return window_count(size, kernel_size, stride, padding, dilation)


def pool_output_size(
    size: int, kernel_size: int, stride: int | None = None, padding: int = 0, dilation: int = 1, ceil_mode: bool = False
) -> int:
    """The output size of max or average pooling along one dimension; `stride` is `kernel_size` unless given.

    Formula: `(size + 2*padding - dilation*(kernel_size - 1) - 1) // stride + 1`; with `ceil_mode` the division rounds up,
             and a last window that would start in the right padding is dropped
    Units:   elements of one dimension
    Errors:  ValueError: a setting is out of range; padding is more than half the kernel; no room for a window
    Source:  torch.nn.MaxPool1d; aten/src/ATen/native/Pool.h
    """
    step = kernel_size if stride is None else stride
    _check_window(kernel_size, step, dilation)
    _check_not_negative("padding", padding)
    if padding > kernel_size // 2:
        raise ValueError(
            f"padding {padding} is more than half of kernel_size {kernel_size}: use at most {kernel_size // 2}"
        )
    count = pool_window_count(size, kernel_size, step, padding, dilation, ceil_mode)
    if count < 1:
        _check_room(size, kernel_size, padding, dilation)
        raise ValueError(f"a window of {kernel_size} has no room in an input of size {size}")
    return count


def conv_transpose_output_size(
    size: int, kernel_size: int, stride: int = 1, padding: int = 0, output_padding: int = 0, dilation: int = 1
) -> int:
    """The output size of a transposed convolution along one dimension.

    Formula: `(size - 1) * stride - 2*padding + dilation*(kernel_size - 1) + output_padding + 1`
    Units:   elements of one dimension
    Errors:  ValueError: a setting is out of range; output_padding is not below stride or dilation; padding eats it all
    Source:  torch.nn.ConvTranspose1d; Dumoulin and Visin, 2016, relationship 15
    """
    _check_window(kernel_size, stride, dilation)
    _check_not_negative("padding", padding)
    _check_not_negative("output_padding", output_padding)
    if size < 1:
        raise ValueError(f"size must be at least 1, got {size}")
    if output_padding >= stride:
        if output_padding >= dilation:
            raise ValueError(
                f"output_padding {output_padding} must be smaller than stride {stride} or dilation {dilation}"
            )
    result = transposed_size(size, kernel_size, stride, padding, output_padding, dilation)
    if result < 1:
        raise ValueError(f"padding {padding} leaves nothing of the output (size {result}): use a smaller padding")
    return result


def same_padding(kernel_size: int, dilation: int = 1) -> tuple[int, int]:
    """The padding (left, right) with which a convolution of stride 1 keeps the size; an odd one has its extra on the right.

    Formula: `total = dilation * (kernel_size - 1)`; `left = total // 2`; `right = total - left`
    Units:   elements of one dimension
    Source:  torch.nn.Conv2d, padding="same"
    """
    total = dilation * (kernel_size - 1)
    left = total // 2
    return left, total - left


def unfold_output_size(size: int, kernel_size: int, dilation: int = 1, padding: int = 0, stride: int = 1) -> int:
    """How many blocks `unfold` cuts along one dimension; the blocks of all dimensions multiply. Its arguments' order is theirs.

    Formula: `(size + 2*padding - dilation*(kernel_size - 1) - 1) // stride + 1`
    Units:   blocks along one dimension
    Errors:  ValueError: a setting is out of range; the window is larger than the padded input
    Source:  torch.nn.Unfold
    """
    return conv_output_size(size, kernel_size, stride, padding, dilation)


def fold_block_count(output_size: int, kernel_size: int, dilation: int = 1, padding: int = 0, stride: int = 1) -> int:
    """How many blocks `fold` needs along one dimension to lay out `output_size` elements.

    Formula: `(output_size + 2*padding - dilation*(kernel_size - 1) - 1) // stride + 1`
    Units:   blocks along one dimension
    Errors:  ValueError: a setting is out of range; the window is larger than the padded output
    Source:  torch.nn.Fold
    """
    return conv_output_size(output_size, kernel_size, stride, padding, dilation)


def max_unpool_output_size(size: int, kernel_size: int, stride: int | None = None, padding: int = 0) -> int:
    """The size that max unpooling restores along one dimension when no `output_size` is asked for.

    Formula: `(size - 1) * stride - 2*padding + kernel_size`
    Units:   elements of one dimension
    Errors:  ValueError: the result is negative
    Source:  torch.nn.MaxUnpool1d
    """
    step = kernel_size if stride is None else stride
    result = (size - 1) * step + kernel_size - 2 * padding
    if result < 0:
        raise ValueError(f"padding {padding} leaves nothing of the output (size {result}): use a smaller padding")
    return result


def _check_window(kernel_size: int, stride: int, dilation: int) -> None:
    for name, value in (("kernel_size", kernel_size), ("stride", stride), ("dilation", dilation)):
        if value < 1:
            raise ValueError(f"{name} must be at least 1, got {value}")


def _check_not_negative(name: str, value: int) -> None:
    if value < 0:
        raise ValueError(f"{name} must not be negative, got {value}")


def _check_room(size: int, kernel_size: int, padding: int, dilation: int) -> None:
    span = window_span(kernel_size, dilation)
    room = size + 2 * padding
    if room < span:
        dilated = f" ({span} with dilation {dilation})" if dilation != 1 else ""
        padded = f" ({room} with padding {padding})" if padding != 0 else ""
        raise ValueError(f"kernel_size {kernel_size}{dilated} is larger than the input of size {size}{padded}")
