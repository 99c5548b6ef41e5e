"""Max unpooling: the maxima go back to where the indices say, all else is zero.

Source: torch/nn/functional.py, _unpool_output_size; aten/src/ATen/native/MaxUnpooling.cpp.
"""

from __future__ import annotations

from convcalc.formulas.windows import transposed_size
from convcalc.tensor import ShapeError, ShapeIndexError, ShapeTypeError, ShapeValueError, Tensor, make
from convcalc.tensor.dtypes import LEGACY_NAMES, int64
from convcalc.tensor.size import differ

from .registry import operation
from .window_settings import check_floating, check_tensor, kept_layout

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


def _restored_sizes(
    shape: Sequence[int], kernel: Sequence[int], stride: Sequence[int], padding: Sequence[int], output_size: Any
) -> tuple[int, ...]:
    """The output's sizes; one that is asked for must lie within a stride of the natural one."""
    dims = len(kernel)
    if len(stride) < dims or len(padding) < dims or len(shape) < dims:
        raise ShapeIndexError("tuple index out of range", "argument")
    sizes = [transposed_size(shape[d - dims], kernel[d], stride[d], padding[d]) for d in range(dims)]
    if output_size is not None:
        if not isinstance(output_size, (tuple, list)):
            raise ShapeTypeError(
                f"object of type '{type(output_size).__name__}' has no len()", "argument", argument="output_size"
            )
        if len(output_size) == dims + 2:
            output_size = output_size[2:]
        if len(output_size) != dims:
            message = f"output_size should be a sequence containing {dims} or {dims + 2} elements, but it has a length of '{len(output_size)}'"
            raise ShapeValueError(message, "argument", expected=dims, actual=len(output_size), argument="output_size")
        for d, size in enumerate(output_size):
            low, high = sizes[d] - stride[d], sizes[d] + stride[d]
            if size <= low or size >= high:
                message = f'invalid output_size "{output_size}" (dim {d} must be between {low} and {high})'
                raise ShapeValueError(message, "argument", expected=(low, high), actual=size, argument="output_size")
        sizes = list(output_size)
    for d, size in enumerate(sizes):
        if size < 0:
            message = f"max_unpooling: output_size must contain non-negative spatial dimensions, but got output_size[{d}]={size}"
            raise ShapeValueError(message, "kernel-larger-than-input", actual=size, argument="padding")
    return tuple(sizes)


def _check_input(shape: Sequence[int], input: Tensor, indices: Tensor, indices_shape: Sequence[int], dims: int) -> None:
    """`dims` windowed dimensions, 2 or 3; the shapes are as PyTorch sees them (a 1-D input has a last size of 1)."""
    if indices.dtype is not int64:
        but = "" if dims == 3 else f" but got: {LEGACY_NAMES[indices.dtype]}"
        raise ShapeError(
            f"elements in indices should be type int64{but}", "dtype", expected="int64", actual=indices.dtype.name
        )
    ndim = len(shape)
    if ndim not in (dims + 1, dims + 2):
        message = f"Input to max_unpooling{dims}d should be a {dims + 1}d or {dims + 2}d Tensor, but got a tensor with {ndim} dimensions."
        raise ShapeError(message, "input-dimensions", expected=(dims + 1, dims + 2), actual=ndim, shape=tuple(shape))
    if differ(indices_shape, shape):
        message = f"Expected shape of indices to be same as that of the input tensor ({list(shape)}) but got indices tensor with shape: {list(indices_shape)}"
        raise ShapeError(
            message, "index-shapes", expected=tuple(shape), actual=tuple(indices_shape), argument="indices"
        )
    for d in range(1, ndim):
        if shape[d] == 0:
            function = f"max_unpooling{dims}d_forward_out_cpu()"
            message = f"{function}: Expected input to have non-zero size for non-batch dimensions, but got {list(shape)} with dimension {d} being empty."
            raise ShapeError(message, "empty-input", shape=tuple(shape))
    if 0 not in shape:
        check_floating(input, f"max_unpool{dims}d")


def _sizes(value: Any, dims: int) -> tuple[int, ...]:
    return tuple(value) if isinstance(value, (tuple, list)) else (value,) * dims


def _unpooling(dims: int) -> Any:
    name = f"max_unpool{dims}d"

    def rule(
        input: Tensor, indices: Tensor, kernel_size: Any, stride: Any = None, padding: Any = 0, output_size: Any = None
    ) -> Tensor:
        check_tensor(input, name)
        check_tensor(indices, name, "indices", 2)
        kernel = _sizes(kernel_size, dims)
        stride = kernel if stride is None else _sizes(stride, dims)
        padding = _sizes(padding, dims)
        sizes = _restored_sizes(input.shape, kernel, stride, padding, output_size)
        last = (1,) if dims == 1 else ()
        _check_input((*input.shape, *last), input, indices, (*indices.shape, *last), max(dims, 2))
        if len(sizes) != dims:
            raise ShapeError(
                f"There should be exactly {max(dims, 2)} elements in output_size, but got {len(sizes)} elements.",
                "argument",
            )
        if dims == 3 and any(step <= 0 for step in stride):
            raise ShapeError(
                f"strides should be greater than zero, but got stride: {list(stride)}",
                "argument",
                argument="stride",
            )
        result = (*input.shape[:-dims], *sizes)
        return make(result, input.dtype, kept_layout(input, result) if dims == 2 else None)

    rule.__name__ = name
    rule.__doc__ = _DOC.format(dims=dims)
    return operation(f"F.{name}")(rule)


_DOC = """Puts the maxima of a pool over the last {dims} dimension(s) back in their places.

    Shapes:  input, indices: (N, C, *) or (C, *); y: (N, C, *') or (C, *')
    Formula: `size' = (size - 1)*stride - 2*padding + kernel_size`, or output_size, which may differ by less than a stride
    Errors:  indices of another shape or not int64; output_size out of range; a wrong number of dimensions
    Source:  torch.nn.functional.max_unpool{dims}d
    """

max_unpool1d, max_unpool2d, max_unpool3d = [_unpooling(dims) for dims in (1, 2, 3)]
