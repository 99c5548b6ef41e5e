"""Tensors joined and taken apart: cat, stack, split, chunk, unbind, meshgrid and their kin.

Source: aten/src/ATen/native/TensorShape.cpp
"""

from __future__ import annotations

import math

from convcalc.tensor import (
    ShapeError,
    ShapeIndexError,
    ShapeTypeError,
    ShapeValueError,
    Size,
    Tensor,
    Unknown,
    UnknownValue,
    make,
    wrap_dim,
)
from convcalc.tensor.dtypes import result_dtype
from convcalc.tensor.size import differ
from convcalc.tensor.strides import channels_last_strides
from convcalc.tensor.values import LIMIT, Values, known

from .arguments import broadcast_shapes, int_of
from .elementwise import to_out
from .indexing import selected, slice_bounds
from .rearranging import sliced, transpose
from .registry import operation
from .repetition import broadcast_to
from .reshaping import _reshape, unsqueeze

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any


def read_tensors(tensors: Any, function: str) -> list[Tensor]:
    if type(tensors) is Unknown:
        raise UnknownValue(tensors.reason)
    if isinstance(tensors, Tensor):
        raise ShapeTypeError(f"{function}(): argument 'tensors' (position 1) must be tuple of Tensors, not Tensor")
    items = list(tensors)
    for i, item in enumerate(items):
        if type(item) is Unknown:
            raise UnknownValue(item.reason)
        if not isinstance(item, Tensor):
            raise ShapeTypeError(f"expected Tensor as element {i} in argument 0, but got {type(item).__name__}")
    return items


def _without_rest(tensors: Any) -> tuple[Any, Unknown | None]:
    """A list without the mark of what it may have beyond the items known, which are like these; and that mark.

    Where none is known, the mark stays and so says that nothing is known.
    """
    if isinstance(tensors, list) and tensors and type(tensors[-1]) is Unknown and tensors[-1].is_rest:
        known_items = [item for item in tensors if not (type(item) is Unknown and item.is_rest)]
        if known_items:
            return known_items, tensors[-1]
    return tensors, None


def _of_all(items: Any, rest: Unknown, dim: int) -> Any:
    """The size of what is put together where nobody knows of how many parts: a multiple, where they are all alike."""
    size = items[0].shape[dim]
    if rest._facts is None or "alike" not in rest._facts or any(item.shape[dim] is not size for item in items):
        return Unknown(rest.reason, int)
    from convcalc.tensor.symbols import length_of_list

    return size * length_of_list([*items, rest])


@operation("torch.cat", "torch.concat", "torch.concatenate")
def cat(tensors: Any, dim: int = 0, *, out: Tensor | None = None) -> Tensor:
    """Tensors one after the other along `dim`.

    Shapes:  x_i: (*, d_i, *); y: (*, sum of d_i, *)
    Errors:  no tensors; another number of dimensions; sizes that differ apart from `dim`
    Source:  torch.cat
    """
    tensors, rest = _without_rest(tensors)
    items = read_tensors(tensors, "cat")
    if not items:
        raise ShapeValueError("expected a non-empty list of Tensors", of_values=True)
    for i, item in enumerate(items):
        if not item.shape:
            raise ShapeError(f"zero-dimensional tensor (at position {i}) cannot be concatenated", "concat")
    counted = _counted(items)
    first = counted[0][1] if counted else items[0]
    shape = first.shape
    at = wrap_dim(dim, len(shape))
    total: Any = 0
    for i, item in counted:
        other = item.shape
        if len(other) != len(shape):
            raise ShapeError(
                f"Tensors must have same number of dimensions: got {len(shape)} and {len(other)}",
                "concat",
                shape=tuple(other),
            )
        for d, size in enumerate(shape):
            if d == at or other[d] is size:
                continue
            if type(size) is Unknown:
                shape = Size((*shape[:d], other[d], *shape[d + 1 :]))
            elif type(other[d]) is not Unknown and other[d] != size:
                raise ShapeError(
                    f"Sizes of tensors must match except in dimension {at}. Expected size {size} but got size {other[d]} for tensor number {i} in the list.",
                    "concat", expected=size, actual=other[d], shape=tuple(other),
                )  # fmt: skip
        total = total + other[at]
    if rest is not None:
        total = _of_all(items, rest, dim)
    dtype = first.dtype
    if any(item.dtype is not dtype for item in items):
        dtype = result_dtype(items)
    result = make((*shape[:at], total, *shape[at + 1 :]), dtype, None, first.device)
    if all(item._strides is not None for item in items) and all(_in_channels_last(item) for item in items):
        result._strides = channels_last_strides(result.shape)
    if rest is None and first.values is not None and all(item.values is not None for item in items):
        result.values = _joined_values([item for _, item in counted], at, dtype)
    return to_out(out, result)


def _counted(items: list[Tensor]) -> list[tuple[int, Tensor]]:
    """The tensors to join with their places: a vector without elements is passed over, whatever the others' shape.

    A vector of unknown size is one of these beside a tensor that is no vector: it would be refused otherwise.
    """
    all_vectors = all(len(item.shape) == 1 for item in items)
    counted = []
    for i, item in enumerate(items):
        if len(item.shape) == 1:
            size = item.shape[0]
            if (size.__class__ is int and size == 0) or (type(size) is Unknown and not all_vectors):
                continue
        counted.append((i, item))
    return counted


def _in_channels_last(tensor: Tensor) -> bool:
    """Whether `suggest_memory_format` says channels-last."""
    return tensor.is_channels_last


def _joined_values(items: Sequence[Tensor], at: int, dtype: Any) -> Values | None:
    columns = [known(item) for item in items]
    if any(column is None for column in columns) or sum(len(column or ()) for column in columns) > LIMIT:
        return None
    outer = math.prod(items[0].shape[:at]) if items else 0
    widths = [math.prod(item.shape[at:]) for item in items]
    joined: list[Any] = []
    for row in range(outer):
        for column, width in zip(columns, widths):
            joined += (column or [])[row * width : (row + 1) * width]
    from convcalc.tensor.values import rounded

    return rounded(joined, dtype)


@operation("torch.stack")
def stack(tensors: Any, dim: int = 0, *, out: Tensor | None = None) -> Tensor:
    """Tensors of one shape side by side in a new dimension.

    Shapes:  x_i: (*); y: (*, number of tensors, *)
    Errors:  no tensors; shapes that differ
    Source:  torch.stack
    """
    tensors, rest = _without_rest(tensors)
    items = read_tensors(tensors, "stack")
    if not items:
        raise ShapeError("stack expects a non-empty TensorList", "concat", of_values=True)
    at = wrap_dim(dim, len(items[0].shape) + 1)
    for i, item in enumerate(items):
        if differ(item.shape, items[0].shape):
            raise ShapeError(
                f"stack expects each tensor to be equal size, but got {list(items[0].shape)} at entry 0 and {list(item.shape)} at entry {i}",
                "concat", expected=tuple(items[0].shape), actual=tuple(item.shape),
            )  # fmt: skip
    parts: list[Any] = [unsqueeze(t, at) for t in items]
    joined: Tensor = cat(parts if rest is None else [*parts, rest], at)
    dtype = items[0].dtype
    if any(item.dtype is not dtype for item in items):
        joined.dtype = result_dtype(items)
    return to_out(out, joined)


def _stacked(name: str, raised: Callable[[Tensor], Tensor], dim: Callable[[list[Tensor]], int], *names: str) -> None:
    def rule(tensors: Any, *, out: Tensor | None = None) -> Tensor:
        items = [raised(t) for t in read_tensors(tensors, name)]
        if not items:
            raise ShapeError(f"{name} expects a non-empty TensorList", "concat", of_values=True)
        return cat(items, dim(items), out=out)

    rule.__name__ = rule.__qualname__ = name
    rule.__doc__ = f"Tensors joined: `{name}`."
    operation(*names)(rule)


def _at_least(rank: int) -> Callable[[Tensor], Tensor]:
    def raised(tensor: Tensor) -> Tensor:
        from .registry import find

        return find(f"torch.atleast_{rank}d")(tensor)  # type: ignore[misc, no-any-return]

    return raised


def _column(tensor: Tensor) -> Tensor:
    return _reshape(tensor, (math.prod(tensor.shape), 1)) if tensor.ndim <= 1 else tensor


_stacked("hstack", _at_least(1), lambda items: 0 if items[0].ndim == 1 else 1, "torch.hstack")
_stacked("vstack", _at_least(2), lambda items: 0, "torch.vstack", "torch.row_stack")
_stacked("dstack", _at_least(3), lambda items: 2, "torch.dstack")
_stacked("column_stack", _column, lambda items: 1, "torch.column_stack")


def _pieces(input: Tensor, dim: int, lengths: Sequence[Any]) -> tuple[Tensor, ...]:
    result, start = [], 0
    for length in lengths:
        result.append(sliced(input, dim, start, length, 1))
        start = start + length
    return tuple(result)


@operation("torch.split", "Tensor.split", "torch.unsafe_split", "Tensor.unsafe_split", kind="view")
def split(
    tensor: Tensor, split_size_or_sections: Any = None, dim: int = 0, *, split_size: Any = None
) -> tuple[Tensor, ...]:
    """Pieces of a given length along `dim`, the last one maybe shorter; or pieces of given lengths.

    Errors:  lengths that do not add up; a length of 0 where the dimension is not 0
    Source:  torch.split
    """
    sections = split_size if split_size_or_sections is None else split_size_or_sections
    if isinstance(sections, (tuple, list)):
        return split_with_sizes(tensor, sections, dim)
    if not tensor.shape:
        raise ShapeError("split expects at least a 1-dimensional tensor")
    at = wrap_dim(dim, tensor.ndim)
    if hasattr(sections.__class__, "torch_number") and not isinstance(
        sections, int
    ):  # PyTorch asks whether it is an int of Python's
        raise ShapeTypeError(f"split_with_sizes(): argument 'split_sizes' (position 2) must be tuple of ints, not {sections.__class__.__name__}")  # fmt: skip
    length = int_of(sections, "split", "split_size")
    if length < 0:
        raise ShapeError(f"split expects split_size be non-negative, but got split_size={length}")
    size = tensor.shape[at]
    for number in (length, size):
        if isinstance(number, Unknown):
            raise UnknownValue(number.reason)
    if length == 0:
        if size != 0:
            raise ShapeError(f"split_size can only be 0 if dimension size is 0, but got dimension size of {size}")
        return (sliced(tensor, at, 0, 0, 1),)
    count = max(int((size + length - 1) // length), 1)
    return _pieces(tensor, at, [length] * (count - 1) + [size - length * (count - 1)])


@operation(
    "torch.split_with_sizes",
    "Tensor.split_with_sizes",
    "torch.unsafe_split_with_sizes",
    "Tensor.unsafe_split_with_sizes",
)
def split_with_sizes(input: Tensor, split_sizes: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """Pieces of the given lengths along `dim`."""
    if not input.shape:
        raise ShapeError("split expects at least a 1-dimensional tensor")
    at = wrap_dim(dim, input.ndim)
    sizes = [s if s.__class__ is int else int_of(s, "split_with_sizes", "split_sizes") for s in split_sizes]
    total: Any = 0
    for size in sizes:
        if size < 0:
            raise ShapeError(
                f"split_with_sizes expects split_sizes have only non-negative entries, but got split_sizes={sizes}"
            )
        total = total + size
    if total != input.shape[at]:
        raise ShapeError(
            f"split_with_sizes expects split_sizes to sum exactly to {input.shape[at]} (input tensor's size at dimension {dim}), but got split_sizes={sizes}",
            "split", expected=input.shape[at], actual=total,
        )  # fmt: skip
    return _pieces(input, at, sizes)


@operation("torch.chunk", "Tensor.chunk", "torch.unsafe_chunk", "Tensor.unsafe_chunk", kind="view")
def chunk(input: Tensor, chunks: int, dim: int = 0) -> tuple[Tensor, ...]:
    """At most `chunks` pieces of equal length along `dim`, the last one maybe shorter.

    Formula: length = ceil(size / chunks)
    """
    if not input.shape:
        raise ShapeError("chunk expects at least a 1-dimensional tensor")
    chunks = int_of(chunks, "chunk", "chunks")
    if chunks <= 0:
        raise ShapeError(f"chunk expects `chunks` to be greater than 0, got: {chunks}")
    at = wrap_dim(dim, input.ndim)
    size = input.shape[at]
    length = (size + chunks - 1) // chunks
    if size.__class__ is int and size == 0:
        return _pieces(input, at, [0] * chunks)
    if type(length) is Unknown:
        raise UnknownValue(length.reason)
    return split(input, length, at)


@operation("torch.tensor_split", "Tensor.tensor_split", kind="view")
def tensor_split(
    input: Tensor, indices_or_sections: Any = None, dim: int = 0, *, indices: Any = None, sections: Any = None
) -> tuple[Tensor, ...]:
    """As many pieces as asked for, or pieces between the given indices."""
    given: Any = next((v for v in (indices_or_sections, indices, sections) if v is not None), None)
    if not input.shape:
        raise ShapeError("tensor_split expected at least a 1-dimensional tensor, but got a tensor with 0 dims")
    at = wrap_dim(dim, input.ndim)
    size = input.shape[at]
    if isinstance(given, Tensor):
        if given.dtype.name != "int64":
            raise ShapeError(
                "tensor_split expected tensor_indices_or_sections to have dtype of long, but got " + given.dtype.name
            )
        if given.ndim > 1:
            raise ShapeError(
                f"tensor_split expected tensor_indices_or_sections to be a zero-dimensional or one-dimensional tensor, but got a tensor with {given.ndim} dims"
            )
        given = given.tolist()
    if type(given) is Unknown:
        raise UnknownValue(given.reason)
    if isinstance(given, (tuple, list)):
        bounds = [0, *given, size]
        if any(type(b) is Unknown for b in bounds):
            return tuple(
                [
                    sliced(input, at, Unknown("a split", int), Unknown("the length of a piece", int), 1)
                    for _ in range(len(bounds) - 1)
                ]
            )
        pieces = [slice_bounds(size, bounds[i], bounds[i + 1], 1) for i in range(len(bounds) - 1)]
        return tuple([sliced(input, at, start, length, 1) for start, length in pieces])
    if given <= 0:
        raise ShapeError(f"number of sections must be larger than 0, got {given}")
    least, more = size // given, size % given
    return _pieces(input, at, [least + 1 if i < more else least for i in range(given)])


def _split_at(name: str, rank: int, dim: int) -> None:
    def rule(
        input: Tensor, indices_or_sections: Any = None, *, sections: Any = None, indices: Any = None
    ) -> tuple[Tensor, ...]:
        given = next(v for v in (indices_or_sections, sections, indices) if v is not None)
        if input.ndim < rank:
            raise ShapeError(
                f"torch.{name} requires a tensor with at least {rank} dimension{'s' if rank > 1 else ''}, but got a tensor with {input.ndim} dimensions!"
            )
        at = 0 if name == "hsplit" and input.ndim == 1 else dim
        if isinstance(given, int) and given <= 0:
            raise ShapeError(f"number of sections must be larger than 0, got {given}")
        if isinstance(given, int) and input.shape[at] % given != 0:
            raise ShapeError(
                f"torch.{name} attempted to split along dimension {at}, but the size of the dimension {input.shape[at]} is not divisible by the split_size {given}!"
            )
        return tensor_split(input, given, at)

    rule.__name__ = rule.__qualname__ = name
    rule.__doc__ = f"Pieces along one dimension: `{name}`."
    operation(f"torch.{name}", f"Tensor.{name}")(rule)


for _row in (("hsplit", 1, 1), ("vsplit", 2, 0), ("dsplit", 3, 2)):
    _split_at(*_row)


@operation("torch.unbind", "Tensor.unbind", kind="view")
def unbind(input: Tensor, dim: int = 0) -> tuple[Tensor, ...]:
    """Every slice along `dim`, without that dimension."""
    if not input.shape:
        raise ShapeIndexError("Dimension specified as 0 but tensor has no dimensions")
    at = wrap_dim(dim, input.ndim)
    size = input.shape[at]
    if type(size) is Unknown:
        raise UnknownValue(size.reason)
    return tuple([selected(input, at, i) for i in range(size)])


def _copying(name: str, rule: Any) -> None:
    def copy(input: Tensor, *args: Any, out: Any = None, **kwargs: Any) -> Any:
        from .layout import copied

        return tuple([copied(part) for part in rule(input, *args, **kwargs)])

    copy.__name__ = copy.__qualname__ = name
    copy.__doc__ = f"`{rule.__name__}`, copied."
    operation(f"torch.{name}")(copy)


_copying("unbind_copy", unbind)
_copying("split_with_sizes_copy", split_with_sizes)
_copying("split_copy", split)


def _one_list(tensors: tuple[Any, ...]) -> list[Tensor]:
    return read_tensors(
        tensors[0] if len(tensors) == 1 and isinstance(tensors[0], (tuple, list)) else tensors, "meshgrid"
    )


@operation("torch.meshgrid")
def meshgrid(*tensors: Any, indexing: str | None = None) -> tuple[Tensor, ...]:
    """Grids of coordinates: each vector along its own dimension, expanded along the others.

    Shapes:  x_i: (n_i) or (); y_i: (n_0, n_1, ...), with indexing='xy' the first two exchanged
    """
    items = _one_list(tensors)
    if not items:
        raise ShapeError("meshgrid expects a non-empty TensorList", of_values=True)
    for item in items:
        if item.ndim > 1:
            raise ShapeError(f"torch.meshgrid: Expected 0D or 1D tensor in the tensor list but got: {item}")
        if item.dtype is not items[0].dtype:
            raise ShapeError("torch.meshgrid expects all tensors to have the same dtype", "dtype")
    if indexing not in (None, "ij", "xy"):
        raise ShapeError(f'torch.meshgrid: indexing must be one of "xy" or "ij", but received: {indexing}')
    shape = tuple([item.shape[0] if item.ndim else 1 for item in items])
    grids = [
        broadcast_to(_reshape(item, (1,) * i + (shape[i],) + (1,) * (len(items) - i - 1)), shape)
        for i, item in enumerate(items)
    ]
    if indexing == "xy" and len(items) > 1:
        grids = [transpose(grid, 0, 1) for grid in grids]
    return tuple(grids)


@operation("torch.cartesian_prod")
def cartesian_prod(*tensors: Any) -> Tensor:
    """Every combination of elements of vectors, one a row."""
    items = _one_list(tensors)
    if not items:
        raise ShapeError("cartesian_prod expects a non-empty TensorList", of_values=True)
    for item in items:
        if item.ndim != 1:
            raise ShapeError(f"Expect a 1D vector, but got shape {list(item.shape)}")
    if len(items) == 1:
        return items[0]
    count: Any = 1
    for item in items:
        count = count * item.shape[0]
    return make((count, len(items)), items[0].dtype, None, items[0].device)


@operation("torch.combinations")
def combinations(input: Tensor, r: int = 2, with_replacement: bool = False) -> Tensor:
    """Every choice of r elements of a vector, one a row."""
    if input.ndim != 1:
        raise ShapeError(f"Expect a 1D vector, but got shape {list(input.shape)}")
    if r < 0:
        raise ShapeError(f"Expect a non-negative number, but got {r}")
    if r == 0:
        return make((0,), input.dtype)
    n = input.shape[0]
    return make((math.comb(n + r - 1, r) if with_replacement else math.comb(n, r), r), input.dtype)


@operation("torch.block_diag")
def block_diag(*tensors: Tensor) -> Tensor:
    """Matrices along the diagonal of a larger one."""
    rows: Any = 0
    columns: Any = 0
    items = read_tensors(
        tensors[0] if len(tensors) == 1 and isinstance(tensors[0], (tuple, list)) else tensors, "block_diag"
    )
    for i, item in enumerate(items):
        if item.ndim > 2:
            raise ShapeError(
                f"torch.block_diag: Input tensors must have 2 or fewer dimensions. Input {i} has {item.ndim} dimensions"
            )
        shape = (1,) * (2 - item.ndim) + tuple(item.shape)
        rows, columns = rows + shape[0], columns + shape[1]
    return make((rows, columns) if items else (1, 0), result_dtype(items))


@operation("torch.broadcast_tensors")
def broadcast_tensors(*tensors: Any) -> tuple[Tensor, ...]:
    """Tensors expanded to their common shape."""
    items = read_tensors(
        tensors[0] if len(tensors) == 1 and isinstance(tensors[0], (tuple, list)) else tensors, "broadcast_tensors"
    )
    shape = broadcast_shapes(*[item.shape for item in items])
    return tuple([broadcast_to(item, shape) if (item.shape == shape) is not True else item for item in items])


@operation("torch.broadcast_shapes")
def broadcast_shapes_(*shapes: Any) -> Any:
    """The common shape of several."""
    from convcalc.tensor import Size

    sizes = [(s,) if isinstance(s, int) else tuple(s) for s in shapes]
    for shape in sizes:
        for size in shape:
            if size < 0:
                raise ShapeError(f"Trying to create tensor with negative dimension ({size}): ({size})")
    try:
        return Size(broadcast_shapes(*sizes) if sizes else ())
    except ShapeError as error:
        raise ShapeError("Shape mismatch: objects cannot be broadcast to a single shape", "broadcast") from error
