"""Places in a tensor as flat indices and as coordinates; results of a size that the caller fixes."""

from __future__ import annotations

from convcalc.tensor import ShapeError, ShapeTypeError, ShapeValueError, Tensor, make
from convcalc.tensor.dtypes import INTEGER, int64
from convcalc.tensor.size import differ

from .arguments import tensor_argument
from .registry import operation
from .results import like

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@operation("torch.unravel_index")
def unravel_index(indices: Tensor, shape: Any) -> tuple[Tensor, ...]:
    """The coordinates of flat indices: a tensor for each dimension of `shape`.

    Errors:  indices that are not integers; a shape of anything but ints, or of a negative one
    Source:  torch.unravel_index
    """
    tensor_argument(indices, "unravel_index", 1, "indices")
    if indices.dtype.category != INTEGER:
        raise ShapeTypeError(f"expected 'indices' to be integer dtype, but got {indices.dtype}", "dtype")
    if isinstance(shape, (float, str, complex)) or shape is None or isinstance(shape, Tensor):
        raise ShapeTypeError(f"expected 'shape' to be int or sequence of ints, but got {type(shape)}")
    sizes = tuple(shape) if isinstance(shape, (tuple, list)) else (shape,)
    for size in sizes:
        if isinstance(size, (float, str)) or size is None or isinstance(size, Tensor):
            raise ShapeTypeError(f"expected 'shape' sequence to only contain ints, but got {type(size)}")
    if any(size < 0 for size in sizes):
        raise ShapeValueError(f"'shape' cannot have negative values, but got {sizes}")
    return tuple(make(indices.shape, int64) for _ in sizes)


@operation("torch.nonzero_static", "Tensor.nonzero_static")
def nonzero_static(input: Tensor, *, size: int, fill_value: int = -1) -> Tensor:
    """The coordinates of the first `size` elements that are not zero, filled up where there are fewer."""
    if size < 0:
        raise ShapeError("nonzero_static: 'size' must be an non-negative integer", "argument")
    return make((size, input.ndim), int64)


@operation("torch.as_strided_scatter", "Tensor.as_strided_scatter")
def as_strided_scatter(input: Tensor, src: Tensor, size: Any, stride: Any, storage_offset: Any = None) -> Tensor:
    """A copy of the input into which `src` is written at the places of a strided view."""
    if differ(src.shape, size):
        raise ShapeError(
            f"expected src to have a size equal to the slice of self. src size = {list(src.shape)}, slice size = {list(size)}"
        )
    offset = storage_offset or 0
    span = offset + 1 + sum((n - 1) * step for n, step in zip(size, stride))
    if span > input.numel():
        raise ShapeError(
            f"setStorage: sizes {list(size)}, strides {list(stride)}, storage offset {offset}, and itemsize {input.itemsize} "
            f"requiring a storage size of {span * input.itemsize} are out of bounds for storage of size {input.nbytes}"
        )
    return like(input)
