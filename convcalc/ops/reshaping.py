"""Other shapes of the same elements: view, reshape, flatten, squeeze and their kin.

Source: aten/src/ATen/native/TensorShape.cpp, aten/src/ATen/InferSize.h, aten/src/ATen/TensorUtils.cpp
"""

from __future__ import annotations

import math

from convcalc.tensor import (
    DType,
    ShapeError,
    ShapeTypeError,
    Tensor,
    Unknown,
    UnknownValue,
    make,
    wrap_dim,
)
from convcalc.tensor.strides import is_row_major, is_surely_contiguous, view_strides
from convcalc.tensor.unknown import is_number
from convcalc.tensor.values import Values, known

from .arguments import int_of, tensor_argument
from .registry import operation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


def spelled(values: tuple[Any, ...], named: dict[str, Any], function: str, argument: str) -> tuple[Any, ...]:
    """The arguments of `f(*values)`, which PyTorch also takes by name, as in `f(shape=(2, 3))`."""
    if not named:
        return values
    if values or list(named) != [argument]:
        name = next((n for n in named if n != argument), argument)
        raise ShapeTypeError(f"{function}() got an unexpected keyword argument '{name}'")
    return (named[argument],)


def read_sizes(sizes: tuple[Any, ...], function: str, argument: str = "size") -> tuple[Any, ...]:
    """Sizes given as `f(2, 3)` or `f((2, 3))`, each an int."""
    if len(sizes) == 1:
        only = sizes[0]
        if isinstance(only, (tuple, list)):
            sizes = tuple(only)
        elif type(only) is Unknown and not is_number(only):
            raise UnknownValue(only.reason)
    for size in sizes:
        if size.__class__ is not int:
            return tuple([size if size.__class__ is int else int_of(size, function, argument) for size in sizes])
    return sizes


def inferred_shape(shape: tuple[Any, ...], sizes: Sequence[Any]) -> tuple[Any, ...]:
    """`sizes` with -1 replaced by what is left of the elements of `shape`.

    Formula: size = numel / (product of the others)
    Errors:  two sizes of -1; another negative size; a product that does not divide or is not the number of elements
    """
    numel = math.prod(shape)
    at = None
    rest: Any = 1
    for i, size in enumerate(sizes):
        if size.__class__ is int and size == -1:
            if at is not None:
                raise ShapeError("only one dimension can be inferred", "view-size")
            at = i
        else:
            if size < 0:
                raise ShapeError(f"invalid shape dimension {size} at index {i} of shape {list(sizes)}", "view-size")
            rest = rest * size
    if at is None:
        if rest != numel:
            _refuse_sizes(sizes, numel, shape)
        return tuple(sizes)
    if rest.__class__ is int and rest == 0:
        if numel != 0:
            _refuse_sizes(sizes, numel, shape)
        raise ShapeError(
            f"cannot reshape tensor of 0 elements into shape {list(sizes)} because the unspecified dimension size -1 can be any value and is ambiguous",
            "view-size",
        )
    if numel % rest != 0:
        _refuse_sizes(sizes, numel, shape)
    return (*sizes[:at], numel // rest, *sizes[at + 1 :])


def _refuse_sizes(sizes: Sequence[Any], numel: Any, shape: tuple[Any, ...]) -> None:
    raise ShapeError(
        f"shape '{list(sizes)}' is invalid for input of size {numel}",
        "view-size",
        expected=numel,
        actual=tuple(sizes),
        shape=tuple(shape),
    )


@operation("Tensor.view", kind="view")
def view(self: Tensor, *size: Any, dtype: Any = None, **named: Any) -> Tensor:
    """The same memory in another shape, or read as another element type.

    Shapes:  self: any; y: `size`, with one -1 inferred
    Errors:  another number of elements; strides that do not allow it (after permute, say)
    Source:  torch.Tensor.view; aten/src/ATen/TensorUtils.cpp, computeStride
    """
    if dtype is not None or (len(size) == 1 and isinstance(size[0], (DType, str))):
        from convcalc.tensor import dtype_of

        return _view_as_type(self, dtype_of(dtype or size[0]))
    size = spelled(size, named, "view", "size")
    if not size:
        raise ShapeTypeError(
            "view() received an invalid combination of arguments - got (), but expected one of: (torch.dtype dtype), (tuple of ints size)"
        )
    return _view(self, inferred_shape(self.shape, read_sizes(size, "view")))


def _view(input: Tensor, new: tuple[Any, ...]) -> Tensor:
    strides = input._strides
    if strides is None:
        return make(new, input.dtype, None, input.device, input.values)
    strides = view_strides(input.shape, strides, new)
    if strides is None:
        raise ShapeError(
            "view size is not compatible with input tensor's size and stride (at least one dimension spans across two contiguous "
            "subspaces). Use .reshape(...) instead.", "view-stride", shape=tuple(input.shape),
        )  # fmt: skip
    return make(new, input.dtype, None if is_row_major(new, strides) else strides, input.device, input.values)


def _view_as_type(input: Tensor, dtype: DType) -> Tensor:
    old, new = input.dtype.itemsize, dtype.itemsize
    shape = tuple(input.shape)
    if old != new:
        if not shape:
            raise ShapeError(
                f"self.dim() cannot be 0 to view {_scalar(input.dtype)} as {_scalar(dtype)} (different element sizes)"
            )
        if input._strides is not None and input.strides[-1] != 1:
            raise ShapeError(
                f"self.stride(-1) must be 1 to view {_scalar(input.dtype)} as {_scalar(dtype)} (different element sizes), but got {input.strides[-1]}"
            )
        if old < new and shape[-1] % (new // old) != 0:
            raise ShapeError(
                f"self.size(-1) must be divisible by {new // old} to view {_scalar(input.dtype)} as {_scalar(dtype)} (different element sizes), but got {shape[-1]}"
            )
        for i, stride in enumerate(input._strides[:-1] if old < new and input._strides is not None else ()):
            if stride % (new // old) != 0:
                raise ShapeError(
                    f"self.stride({i}) must be divisible by {new // old} to view {_scalar(input.dtype)} as {_scalar(dtype)} (different element sizes), but got {stride}"
                )
        shape = (*shape[:-1], shape[-1] * old // new)
    strides = None
    if input._strides is not None:
        strides = (*[s * old // new for s in input._strides[:-1]], 1) if old != new else input._strides
    return make(shape, dtype, strides, input.device)


def _scalar(dtype: DType) -> str:
    from convcalc.tensor.dtypes import LEGACY_NAMES

    return LEGACY_NAMES[dtype]


@operation("torch.reshape", "Tensor.reshape", kind="view")
def reshape(input: Tensor, *shape: Any, **named: Any) -> Tensor:
    """The same elements in another shape; copied where the strides do not allow a view.

    Shapes:  input: any; y: `shape`, with one -1 inferred
    Errors:  another number of elements
    Source:  torch.reshape
    """
    return _reshape(
        input, inferred_shape(input.shape, read_sizes(spelled(shape, named, "reshape", "shape"), "reshape", "shape"))
    )


def _reshape(input: Tensor, new: tuple[Any, ...]) -> Tensor:
    strides = input._strides
    values = input.values
    if strides is not None:
        strides = view_strides(input.shape, strides, new)
        if strides is None:
            values = None if values is None else Values(values)
        elif is_row_major(new, strides):
            strides = None
    return make(new, input.dtype, strides, input.device, values)


@operation("Tensor.view_as", kind="view")
def view_as(self: Tensor, other: Tensor) -> Tensor:
    """`self.view(other.size())`."""
    return _view(self, inferred_shape(self.shape, tensor_argument(other, "view_as", 1, "other").shape))


@operation("Tensor.reshape_as", kind="view")
def reshape_as(self: Tensor, other: Tensor) -> Tensor:
    """`self.reshape(other.size())`."""
    return _reshape(self, inferred_shape(self.shape, tensor_argument(other, "reshape_as", 1, "other").shape))


@operation("torch.flatten", "Tensor.flatten", kind="view")
def flatten(input: Tensor, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    """The dimensions from start_dim to end_dim as one.

    Shapes:  input: any; y: input.shape[:start_dim] + (product,) + input.shape[end_dim + 1:]; of no dimensions: (1,)
    Errors:  a dimension out of range; start_dim after end_dim
    Source:  torch.flatten
    """
    shape = tensor_argument(input, "flatten", 1, "input").shape
    ndim = len(shape)
    start, end = wrap_dim(start_dim, ndim), wrap_dim(end_dim, ndim)
    if start > end:
        raise ShapeError("flatten() has invalid args: start_dim cannot come after end_dim")
    if not ndim:
        return _reshape(input, (1,))
    if start == end:
        return input
    return _reshape(input, (*shape[:start], math.prod(shape[start : end + 1]), *shape[end + 1 :]))


@operation("torch.ravel", "Tensor.ravel", kind="view")
def ravel(input: Tensor) -> Tensor:
    """All dimensions as one, contiguous."""
    return _reshape(contiguous(input), (math.prod(input.shape),))


@operation("torch.unflatten", "Tensor.unflatten", kind="view")
def unflatten(input: Tensor, dim: int, sizes: Any) -> Tensor:
    """One dimension as several, one of which may be -1.

    Shapes:  input: (*, d, *); y: (*, *sizes, *)
    Errors:  sizes is empty; its product is not d
    Source:  torch.unflatten
    """
    if type(sizes) is Unknown:
        raise UnknownValue(sizes.reason)
    if isinstance(sizes, int):
        raise ShapeTypeError("unflatten(): argument 'sizes' (position 2) must be tuple of ints, not int")
    if isinstance(dim, str):
        raise ShapeError(f"Name '{dim}' not found in Tensor{list(input.shape)}.")
    sizes = read_sizes((tuple(sizes),), "unflatten", "sizes")
    at = wrap_dim(dim, len(input.shape))
    if not sizes:
        raise ShapeError("unflatten: sizes must be non-empty")
    if not input.shape:
        raise ShapeError("unflatten got an unexpected error: Dimension specified as 0 but tensor has no dimensions")
    try:
        inner = inferred_shape((input.shape[at],), sizes)
    except ShapeError as error:
        if (
            str(error) == "only one dimension can be inferred"
            or "ambiguous" in str(error)
            or "invalid shape" in str(error)
        ):
            raise
        raise ShapeError(
            f"unflatten: Provided sizes {list(sizes)} don't multiply up to the size of dim {at} ({input.shape[at]}) in the input tensor",
            "view-size", expected=input.shape[at], actual=tuple(sizes),
        ) from None  # fmt: skip
    return _view(input, (*input.shape[:at], *inner, *input.shape[at + 1 :]))


@operation("torch.squeeze", "Tensor.squeeze", kind="view")
def squeeze(input: Tensor, *dim: Any, **named: Any) -> Tensor:
    """Without the dimensions of size 1: all of them, or those of `dim` that are of size 1.

    Source: torch.squeeze
    """
    dim = spelled(dim, named, "squeeze", "dim")
    shape = tensor_argument(input, "squeeze", 1, "input").shape
    ndim = len(shape)
    dims: Any
    if not dim:
        dims = range(ndim)
    else:
        dims = dim[0] if len(dim) == 1 and isinstance(dim[0], (tuple, list)) else dim
        wrapped = [wrap_dim(d, ndim) for d in dims]
        if len(set(wrapped)) < len(wrapped):
            twice = next(d for i, d in enumerate(wrapped) if d in wrapped[:i])
            raise ShapeError(f"dim {twice} appears multiple times in the list of dims")
        dims = wrapped
    for d in dims:
        if ndim and type(shape[d]) is Unknown:
            raise UnknownValue(shape[d].reason)
    kept = [d for d in range(ndim) if d not in dims or shape[d] != 1]
    return _kept(input, kept)


def _kept(input: Tensor, kept: list[int]) -> Tensor:
    shape = [input.shape[d] for d in kept]
    strides = None
    if input._strides is not None:
        strides = tuple([input._strides[d] for d in kept])
        if is_row_major(shape, strides):
            strides = None
    return make(shape, input.dtype, strides, input.device, input.values)


@operation("torch.unsqueeze", "Tensor.unsqueeze", kind="view")
def unsqueeze(input: Tensor, dim: int) -> Tensor:
    """With a dimension of size 1 at `dim`.

    Shapes:  input: (*); y: (*, 1, *)
    Source:  torch.unsqueeze
    """
    shape = tensor_argument(input, "unsqueeze", 1, "input").shape
    at = wrap_dim(dim, len(shape) + 1)
    new = (*shape[:at], 1, *shape[at:])
    strides = input._strides
    if strides is not None:
        step = shape[at] * strides[at] if at < len(shape) else 1
        strides = (*strides[:at], step, *strides[at:])
        if is_row_major(new, strides):
            strides = None
    return make(new, input.dtype, strides, input.device, input.values)


@operation("torch.squeeze_copy")
def squeeze_copy(input: Tensor, *dim: Any, **named: Any) -> Tensor:
    """`squeeze`, copied."""
    return contiguous(clone_of(squeeze(input, *dim, **named)))


def clone_of(input: Tensor) -> Tensor:
    return make(
        input.shape, input.dtype, input._strides, input.device, None if input.values is None else Values(input.values)
    )


@operation("Tensor.contiguous", kind="view")
def contiguous(self: Tensor, memory_format: Any = None) -> Tensor:
    """The same elements in row-major order (or channels-last), copied where they are not.

    Errors:  channels_last of other than 4 dimensions, channels_last_3d of other than 5
    """
    return as_format(self, memory_format)


def as_format(input: Tensor, memory_format: Any) -> Tensor:
    """`input` in a memory format; itself where it lies so already."""
    name = format_name(memory_format)
    if name in ("", "contiguous_format"):
        if input._strides is None or is_surely_contiguous(input.shape, input._strides):
            return input
        values = known(input)
        return make(input.shape, input.dtype, None, input.device, None if values is None else Values(values))
    if name == "preserve_format":
        raise ShapeError("preserve memory format is unsupported by the contiguous operator")
    if input.is_contiguous(memory_format=name):
        return input
    return make(
        input.shape,
        input.dtype,
        format_strides(input.shape, name),
        input.device,
        None if input.values is None else Values(input.values),
    )


def format_name(memory_format: Any) -> str:
    """`torch.channels_last` as "channels_last"; "" for None."""
    return "" if memory_format is None else str(memory_format).removeprefix("torch.")


def format_strides(shape: Sequence[Any], name: str) -> tuple[int, ...] | None:
    """The strides of a memory format; None for contiguous."""
    from convcalc.tensor.strides import channels_last_strides

    if name in ("channels_last", "channels_last_3d"):
        rank = 4 if name == "channels_last" else 5
        if len(shape) != rank:
            raise ShapeError(f"required rank {rank} tensor to use {name} format")
        strides = channels_last_strides(shape)
        return None if is_row_major(shape, strides) else strides
    return None


def _at_least(rank: int) -> None:
    def atleast(*tensors: Any) -> Any:
        if len(tensors) == 1 and isinstance(tensors[0], (tuple, list)):
            return tuple([raised(t) for t in tensors[0]])
        return raised(tensors[0]) if len(tensors) == 1 else tuple([raised(t) for t in tensors])

    def raised(input: Tensor) -> Tensor:
        input = tensor_argument(input, f"atleast_{rank}d", 1, "tensors")
        ndim = input.ndim
        if ndim >= rank:
            return input
        for dim in ((0,), (0, 0) if ndim == 0 else (0,), (0, 0, 0) if ndim == 0 else (0, 2) if ndim == 1 else (2,))[
            rank - 1
        ]:
            input = unsqueeze(input, dim)
        return input

    atleast.__name__ = f"atleast_{rank}d"
    atleast.__doc__ = f"Tensors of at least {rank} dimensions."
    operation(f"torch.atleast_{rank}d")(atleast)


for _rank in (1, 2, 3):
    _at_least(_rank)


@operation("torch.view_as_real")
def view_as_real(input: Tensor) -> Tensor:
    """A complex tensor as real pairs, in a last dimension of 2."""
    if not input.dtype.is_complex:
        raise ShapeError(
            f"view_as_real is only supported for complex tensors, got a tensor of type {_scalar(input.dtype)}", "dtype"
        )
    strides = None if input._strides is None else (*[s * 2 for s in input._strides], 1)
    return make((*input.shape, 2), input.dtype.to_real(), strides, input.device)


@operation("torch.view_as_complex")
def view_as_complex(input: Tensor) -> Tensor:
    """Real pairs in a last dimension of 2 as one complex tensor."""
    if input.dtype.name not in ("float16", "float32", "float64"):
        raise ShapeError(
            f"view_as_complex is only supported for half, float and double tensors, but got a tensor of scalar type: {_scalar(input.dtype)}",
            "dtype",
        )
    if not input.shape:
        raise ShapeError("Input tensor must have one or more dimensions")
    if input.shape[-1] != 2:
        raise ShapeError("Tensor must have a last dimension of size 2", "view-size", expected=2, actual=input.shape[-1])
    strides = None
    if input._strides is not None:
        if input._strides[-1] != 1:
            raise ShapeError("Tensor must have a last dimension with stride 1")
        if any(s % 2 != 0 for s in input._strides[:-1]):
            raise ShapeError("Tensor must have a stride divisible by 2 for all but last dimension")
        strides = tuple([s // 2 for s in input._strides[:-1]])
    return make(input.shape[:-1], input.dtype.to_complex(), strides, input.device)


@operation("Tensor.real", "torch.real")
def real(self: Tensor) -> Tensor:
    """The real part: a view; a real tensor itself."""
    if not self.dtype.is_complex:
        return self
    strides = tuple([2 * s for s in self.strides])
    return make(self.shape, self.dtype.to_real(), strides, self.device)


@operation("Tensor.imag", "torch.imag")
def imag(self: Tensor) -> Tensor:
    """The imaginary part: a view; refused for real tensors."""
    if not self.dtype.is_complex:
        raise ShapeError("imag is not implemented for tensors with non-complex dtypes.", "dtype")
    return real(self)


def _in_place(rule: Any, *names: str) -> None:
    def inplace(self: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        moved = rule(self, *args, **kwargs)
        self.shape, self._strides, self.values = moved.shape, moved._strides, moved.values
        return self

    inplace.__name__ = rule.__name__ + "_"
    inplace.__module__ = __name__
    inplace.__doc__ = f"{(rule.__doc__ or '').partition(chr(10))[0]} In place."
    inplace.__wrapped__ = rule  # type: ignore[attr-defined]
    operation(*names)(inplace)


_in_place(squeeze, "Tensor.squeeze_")
_in_place(unsqueeze, "Tensor.unsqueeze_")
