"""The same elements in another order or several times: permute, expand, repeat, flip, unfold and their kin.

Source: aten/src/ATen/native/TensorShape.cpp, TensorTransformations.cpp
"""

from __future__ import annotations

from convcalc.tensor import ShapeError, ShapeIndexError, Tensor, Unknown, UnknownValue, make, wrap_dim
from convcalc.tensor.dtypes import FLOATING, int64
from convcalc.tensor.size import greater, lesser
from convcalc.tensor.values import Values, known, picked

from .arguments import int_of, tensor_argument
from .layout import copied, viewed
from .registry import operation
from .reshaping import read_sizes, spelled, unsqueeze, view

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


def _permuted(input: Tensor, order: Sequence[int]) -> Tensor:
    shape = input.shape
    return viewed(input, [shape[d] for d in order], lambda strides: tuple([strides[d] for d in order]))


@operation("torch.permute", "Tensor.permute", kind="view")
def permute(input: Tensor, *dims: Any, **named: Any) -> Tensor:
    """The dimensions in another order: a view.

    Shapes:  input: (s_0, ..., s_n); y: (s_dims[0], ..., s_dims[n])
    Errors:  dims is not as long as the shape; a dimension twice or out of range
    Source:  torch.permute
    """
    dims = spelled(dims, named, "permute", "dims")
    tensor_argument(input, "permute", 1, "input")
    dims = read_sizes(dims, "permute", "dims")
    ndim = len(input.shape)
    if len(dims) != ndim:
        raise ShapeError(
            f"permute(sparse_coo): number of dimensions in the tensor input does not match the length of the desired ordering of dimensions "
            f"i.e. input.dim() = {ndim} is not equal to len(dims) = {len(dims)}", "dimension-range",
        )  # fmt: skip
    order = [wrap_dim(d, ndim) for d in dims]
    if len(set(order)) != ndim:
        raise ShapeError("permute(): duplicate dims are not allowed.", "dimension-range")
    return _permuted(input, order)


@operation(
    "torch.transpose",
    "torch.swapaxes",
    "torch.swapdims",
    "Tensor.transpose",
    "Tensor.swapaxes",
    "Tensor.swapdims",
    kind="view",
)
def transpose(input: Tensor, dim0: int, dim1: int) -> Tensor:
    """Two dimensions exchanged: a view."""
    ndim = len(tensor_argument(input, "transpose", 1, "input").shape)
    a, b = wrap_dim(dim0, ndim), wrap_dim(dim1, ndim)
    if a == b:
        return input
    order = list(range(ndim))
    order[a], order[b] = b, a
    return _permuted(input, order)


@operation("torch.t", "Tensor.t", kind="view")
def t(input: Tensor) -> Tensor:
    """The transpose of a matrix."""
    if input.ndim > 2:
        raise ShapeError(f"t() expects a tensor with <= 2 dimensions, but self is {input.ndim}D")
    return transpose(input, 0, 1) if input.ndim == 2 else input


@operation("Tensor.T", kind="view")
def T(self: Tensor) -> Tensor:
    """All dimensions reversed."""
    return _permuted(self, range(self.ndim - 1, -1, -1))


@operation("Tensor.mT", "Tensor.mH", "torch.adjoint", "Tensor.adjoint", kind="view")
def mT(self: Tensor) -> Tensor:
    """The last two dimensions exchanged."""
    if self.ndim < 2:
        raise ShapeError(f"tensor.mT is only supported on matrices or batches of matrices. Got {self.ndim}-D tensor.")
    return transpose(self, -2, -1)


@operation("Tensor.H")
def H(self: Tensor) -> Tensor:
    """The conjugate transpose of a matrix."""
    if self.ndim not in (0, 2):
        raise ShapeError(f"tensor.H is only supported on matrices (2-D tensors). Got {self.ndim}-D tensor.")
    return t(self)


@operation("torch.movedim", "torch.moveaxis", "Tensor.movedim", "Tensor.moveaxis", kind="view")
def movedim(input: Tensor, source: Any, destination: Any) -> Tensor:
    """Dimensions moved to other positions; the others keep their order."""
    ndim = input.ndim
    sources = tuple(source) if isinstance(source, (tuple, list)) else (source,)
    targets = tuple(destination) if isinstance(destination, (tuple, list)) else (destination,)
    if len(sources) != len(targets):
        raise ShapeError(
            f"movedim: Invalid source or destination dims: source ({list(sources)} dims) should contain the same number of dims as destination ({list(targets)} dims)"
        )
    sources = tuple([wrap_dim(d, ndim) for d in sources])
    targets = tuple([wrap_dim(d, ndim) for d in targets])
    if len(set(sources)) < len(sources):
        raise ShapeError(f"movedim: repeated dim in `source` ({list(sources)})")
    if len(set(targets)) < len(targets):
        raise ShapeError(f"movedim: repeated dim in `destination` ({list(targets)})")
    rest = iter([d for d in range(ndim) if d not in sources])
    return (
        _permuted(input, [sources[targets.index(d)] if d in targets else next(rest) for d in range(ndim)])
        if ndim
        else input
    )


@operation("torch.narrow", "Tensor.narrow", kind="view")
def narrow(input: Tensor, dim: int, start: Any, length: int) -> Tensor:
    """`length` slices along `dim` from `start` on: a view."""
    if not input.shape:
        raise ShapeError("narrow() cannot be applied to a 0-dim tensor.")
    length = int_of(length, "narrow", "length")
    if length < 0:
        raise ShapeError("narrow(): length must be non-negative.")
    at = wrap_dim(dim, input.ndim)
    size = input.shape[at]
    if isinstance(start, Tensor):
        if start.ndim or start.dtype.category != 1:
            raise ShapeError("start must be an 0-dim integral Tensor.")
        start = start.item()
    if type(start) is not Unknown:
        if start < -size or start > size:
            raise ShapeIndexError(f"start out of range (expected to be in range of [-{size}, {size}], but got {start})")
        start = start + size if start < 0 else start
        if start > size - length:
            raise ShapeError(f"start ({start}) + length ({length}) exceeds dimension size ({size}).", "index-range")
    elif length > size:
        raise ShapeError(f"start ({start}) + length ({length}) exceeds dimension size ({size}).", "index-range")
    return sliced(input, at, start, length, 1)


def sliced(input: Tensor, dim: int, start: Any, length: Any, step: int) -> Tensor:
    """A view of `length` slices along `dim`, from `start` on, `step` apart."""
    shape = input.shape
    new = (*shape[:dim], length, *shape[dim + 1 :])
    if type(start) is Unknown or type(length) is Unknown:
        input = make(shape, input.dtype, input._strides, input.device)
        start = 0

    def relayout(strides: tuple[int, ...]) -> tuple[int, ...]:
        return strides if step == 1 else (*strides[:dim], strides[dim] * step, *strides[dim + 1 :])

    return viewed(input, new, relayout, lambda strides: start * strides[dim])


@operation("torch.narrow_copy", "Tensor.narrow_copy")
def narrow_copy(input: Tensor, dim: int, start: int, length: int) -> Tensor:
    """`narrow`, copied."""
    return copied(narrow(input, dim, start, length))


@operation("Tensor.unfold", kind="view")
def unfold(self: Tensor, dimension: int, size: int, step: int) -> Tensor:
    """Windows of `size` along a dimension, `step` apart, in a new last dimension: a view.

    Formula: number of windows = (d - size) // step + 1
    Errors:  size is greater than the dimension; step is not positive
    Source:  torch.Tensor.unfold
    """
    size, step = int_of(size, "unfold", "size"), int_of(step, "unfold", "step")
    ndim = len(self.shape)
    at = wrap_dim(dimension, ndim)
    have = self.shape[at] if ndim else 1
    if size < 0:
        raise ShapeError(f"size is {size} but must be >= 0")
    if size > have:
        raise ShapeError(
            f"maximum size for tensor at dimension {at} is {have} but size is {size}", "kernel-larger-than-input"
        )
    if step <= 0:
        raise ShapeError(f"step is {step} but must be > 0")
    count = (have - size) // step + 1
    if not ndim:
        return viewed(self, (size,), lambda strides: (1,))
    new = (*self.shape[:at], count, *self.shape[at + 1 :], size)
    return viewed(self, new, lambda strides: (*strides[:at], strides[at] * step, *strides[at + 1 :], strides[at]))


@operation("torch.diagonal", "Tensor.diagonal", kind="view")
def diagonal(input: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Tensor:
    """The diagonal of two dimensions, as a new last dimension: a view."""
    offset = int_of(offset, "diagonal", "offset")
    ndim = input.ndim
    a, b = wrap_dim(dim1, ndim), wrap_dim(dim2, ndim)
    if a == b:
        raise ShapeError(f"diagonal dimensions cannot be identical {dim1}, {dim2}")
    rows, columns = input.shape[a], input.shape[b]
    length = greater(lesser(rows, columns - offset) if offset >= 0 else lesser(rows + offset, columns), 0)
    rest = [d for d in range(ndim) if d not in (a, b)]
    return viewed(
        input,
        [*[input.shape[d] for d in rest], length],
        lambda strides: (*[strides[d] for d in rest], strides[a] + strides[b]),
        lambda strides: (offset * strides[b] if offset >= 0 else -offset * strides[a]) if length else 0,
    )


@operation("linalg.diagonal")
def linalg_diagonal(A: Tensor, *, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Tensor:
    """The diagonal of the last two dimensions."""
    return diagonal(A, offset, dim1, dim2)


@operation("torch.as_strided", "Tensor.as_strided", kind="view")
def as_strided(input: Tensor, size: Any, stride: Any, storage_offset: Any = None) -> Tensor:
    """A view with any sizes and strides that stay inside the memory."""
    sizes, strides = tuple(size), tuple(stride)
    if len(sizes) != len(strides):
        raise ShapeError("mismatch in length of strides and shape")
    for step in strides:
        if step < 0:
            raise ShapeError(
                f"as_strided: Negative strides are not supported at the moment, got strides: {list(strides)}"
            )
    if storage_offset is not None and type(storage_offset) is int and storage_offset < 0:
        raise ShapeError(f"Tensor: invalid storage offset {storage_offset}")
    return make(sizes, input.dtype, strides, input.device)


@operation("torch.flip", "Tensor.flip")
def flip(input: Tensor, *dims: Any, **named: Any) -> Tensor:
    """The order reversed along `dims`: a copy."""
    dims = spelled(dims, named, "flip", "dims")
    wrapped = _distinct(read_sizes(dims, "flip", "dims"), input.ndim)
    result = _copy_in_layout(input)
    values = known(input)
    if values is not None and input.ndim:
        from convcalc.tensor.strides import contiguous_strides

        plain = contiguous_strides(input.shape)
        start = sum([(input.shape[d] - 1) * plain[d] for d in wrapped])
        if all(input.shape):
            result.values = Values(
                picked(values, input.shape, [-s if d in wrapped else s for d, s in enumerate(plain)], start)
            )
    return result


def _distinct(dims: Sequence[Any], ndim: int) -> list[int]:
    wrapped = [wrap_dim(d, ndim) for d in dims]
    for i, d in enumerate(wrapped):
        if d in wrapped[:i]:
            raise ShapeError(f"dim {d} appears multiple times in the list of dims")
    return wrapped


def _copy_in_layout(input: Tensor) -> Tensor:
    from convcalc.tensor.strides import elementwise_strides

    strides = None if input._strides is None else elementwise_strides(input.shape, [(input.shape, input._strides)])
    return make(input.shape, input.dtype, strides, input.device)


@operation("torch.fliplr", "Tensor.fliplr")
def fliplr(input: Tensor) -> Tensor:
    """The second dimension reversed."""
    if input.ndim < 2:
        raise ShapeError("Input must be >= 2-d.")
    return flip(input, (1,))


@operation("torch.flipud", "Tensor.flipud")
def flipud(input: Tensor) -> Tensor:
    """The first dimension reversed."""
    if input.ndim < 1:
        raise ShapeError("Input must be >= 1-d.")
    return flip(input, (0,))


@operation("torch.roll", "Tensor.roll")
def roll(input: Tensor, shifts: Any, dims: Any = ()) -> Tensor:
    """The elements moved round along `dims`: a copy of the same shape."""
    if type(shifts) is Unknown:
        shifts = (shifts,) * (len(dims) if isinstance(dims, (tuple, list)) else 1)
    count = len(shifts) if isinstance(shifts, (tuple, list)) else 1
    wanted = len(dims) if isinstance(dims, (tuple, list)) else 1
    if count == 0:
        raise ShapeError("`shifts` required")
    if wanted != count and not (wanted == 0 and count == 1):
        raise ShapeError(f"shifts and dimensions must align. shifts: {count}, dims:{wanted}")
    if wanted:
        for d in dims if isinstance(dims, (tuple, list)) else (dims,):
            wrap_dim(d, input.ndim, scalar_is_vector=input.ndim > 0)
    return make(input.shape, input.dtype, None, input.device)


@operation("torch.rot90", "Tensor.rot90")
def rot90(input: Tensor, k: int = 1, dims: Any = (0, 1)) -> Tensor:
    """A rotation by k right angles in the plane of two dimensions."""
    if len(dims) != 2:
        raise ShapeError(f"expected total rotation dims == 2, but got dims = {len(dims)}")
    if input.ndim < 2:
        raise ShapeError(f"expected total dims >= 2, but got total dims = {input.ndim}")
    if dims[0] == dims[1] or abs(dims[0] - dims[1]) == input.ndim:
        raise ShapeError(f"expected rotation dims to be different, but got dim0 = {dims[0]} and dim1 = {dims[1]}")
    for i, d in enumerate(dims):
        if not -input.ndim <= d < input.ndim:
            raise ShapeError(f"Rotation dim{i} out of range, dim{i} = {d}")
    if isinstance(k, Unknown):
        raise UnknownValue(k.reason)
    turns = k % 4
    if turns == 1:
        return transpose(flip(input, (dims[1],)), dims[0], dims[1])
    if turns == 3:
        flipped = flip(input, (dims[0],))
        return transpose(flipped, dims[0], dims[1])
    return flip(input, tuple(dims)) if turns == 2 else make(input.shape, input.dtype, None, input.device)


@operation("Tensor.sum_to_size")
def sum_to_size(self: Tensor, *size: Any) -> Tensor:
    """The sum down to a shape that would broadcast to this one."""
    sizes = read_sizes(size, "sum_to_size")
    lead = self.ndim - len(sizes)
    if lead < 0 or any(have != want and want != 1 for have, want in zip(self.shape[lead:], sizes)):
        raise ShapeError(f"size {{{list(sizes)}}} is not expandable to size {{{list(self.shape)}}}.", "broadcast")
    if sizes and (self.shape == tuple(sizes)) is True:
        return self
    return make(sizes, int64 if self.dtype.category < FLOATING else self.dtype, None, self.device)


def _copying(name: str, rule: Any) -> None:
    def copy(input: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        return copied(rule(input, *args, **kwargs))

    copy.__name__ = name
    copy.__doc__ = f"`{rule.__name__}`, copied."
    copy.__wrapped__ = rule  # type: ignore[attr-defined]
    operation(f"torch.{name}")(copy)


def _in_place(rule: Any, *names: str) -> None:
    def inplace(self: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        moved = rule(self, *args, **kwargs)
        self.shape, self._strides, self.values = moved.shape, moved._strides, moved.values
        return self

    inplace.__name__ = rule.__name__ + "_"
    inplace.__doc__ = f"{rule.__doc__} In place."
    inplace.__wrapped__ = rule  # type: ignore[attr-defined]
    operation(*names)(inplace)


for _name, _rule in (
    ("permute_copy", permute), ("transpose_copy", transpose), ("t_copy", t), ("diagonal_copy", diagonal),
    ("as_strided_copy", as_strided), ("unfold_copy", unfold), ("unsqueeze_copy", unsqueeze), ("view_copy", view),
):  # fmt: skip
    _copying(_name, _rule)
_in_place(transpose, "Tensor.transpose_", "Tensor.swapaxes_", "Tensor.swapdims_")
_in_place(t, "Tensor.t_")
_in_place(as_strided, "Tensor.as_strided_", "torch.as_strided_")
