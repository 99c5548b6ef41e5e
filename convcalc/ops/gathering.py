"""Reading and writing at places given by tensors: gather, scatter, index_select, masked_fill, take and their kin.

Source: aten/src/ATen/native/TensorAdvancedIndexing.cpp, ScatterGatherChecks.h
"""

from __future__ import annotations

import math

from convcalc.tensor import ShapeError, ShapeIndexError, Tensor, Unknown, UnknownValue, make, wrap_dim
from convcalc.tensor.dtypes import FLOATING, LEGACY_NAMES, bool_
from convcalc.tensor.size import differ
from convcalc.tensor.values import Values, known, overwrite

from .arguments import broadcast_shapes, tensor_argument
from .elementwise import check_fits, check_writable, to_out
from .indexing import _gathered, select, slice_bounds
from .registry import operation
from .reshaping import clone_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convcalc.tensor import DType

LARGEST_HALF = 65504  # of the finite numbers of 16 bits


def _written(rule: Any, *names: str) -> None:
    """Registers the form that writes to its first argument."""

    def inplace(self: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        result = rule(self, *args, **kwargs)
        check_writable(self)
        if isinstance(result, Tensor):
            check_fits(self, result)
        overwrite(self, None if self.values is None else known(result))
        return self

    inplace.__name__ = rule.__name__ + "_"
    inplace.__module__ = rule.__module__
    inplace.__doc__ = f"{(rule.__doc__ or '').partition(chr(10))[0]} In place."
    inplace.__wrapped__ = rule  # type: ignore[attr-defined]
    operation(*names)(inplace)


def _fresh(input: Tensor, keeps_layout: bool = False) -> Tensor:
    if not keeps_layout:
        return make(input.shape, input.dtype, None, input.device)
    copy = clone_of(input)
    copy.values = None
    if copy._strides is not None:
        from convcalc.tensor.strides import is_dense

        if not is_dense(copy.shape, copy._strides):
            copy._strides = None
    return copy


@operation("torch.index_select", "Tensor.index_select")
def index_select(input: Tensor, dim: int, index: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The slices of `input` that a vector of indices names.

    Shapes:  input: (*, d, *); index: (n) or (); y: (*, n, *)
    Errors:  index is not int32 or int64, or has more than one dimension
    """
    tensor_argument(index, "index_select", 3, "index")
    at = wrap_dim(dim, input.ndim)
    if index.ndim > 1:
        raise ShapeIndexError("index_select(): Index is supposed to be a vector")
    if index.dtype.name not in ("int32", "int64"):
        raise ShapeError("index_select(): Expected dtype int32 or int64 for index", "dtype")
    if not input.ndim:
        if index.numel() != 1:
            raise ShapeError(
                "index_select(): Index to scalar can have only 1 value, got " + str(index.numel()) + " value(s)"
            )
        return to_out(out, _fresh(input))
    if out is not None and out.dtype is not input.dtype:
        raise ShapeError("index_select(): self and result must have the same scalar type", "dtype")
    count = index.shape[0] if index.ndim else 1
    result = make((*input.shape[:at], count, *input.shape[at + 1 :]), input.dtype, None, input.device)
    if input.values is not None and index.ndim and known(index) is not None:
        result.values = _gathered(input, [(at, index)]).values
    return to_out(out, result)


def _check_gather(input: Tensor, dim: int, index: Tensor, function: str) -> int:
    at = wrap_dim(dim, input.ndim)
    count = index.numel()
    if isinstance(count, Unknown) and (
        index.dtype.name not in ("int32", "int64") or (index.ndim or 1) != (input.ndim or 1)
    ):
        return at  # which is refused unless there are no indices
    if count == 0:
        return at
    if index.dtype.name not in ("int32", "int64"):
        raise ShapeError(f"{function}(): Expected dtype int32/int64 for index", "dtype")
    if (index.ndim or 1) != (input.ndim or 1):
        raise ShapeError("Index tensor must have the same number of dimensions as input tensor", "index-shapes")
    return at


@operation("torch.gather", "Tensor.gather")
def gather(input: Tensor, dim: int, index: Tensor, *, sparse_grad: bool = False, out: Tensor | None = None) -> Tensor:
    """Elements picked along `dim`: the result has the shape of `index`.

    Shapes:  input: any; index: as many dimensions, none longer than input's save `dim`; y: that of index
    Errors:  index is not integer; another number of dimensions; a size greater than input's
    Source:  torch.gather
    """
    at = _check_gather(input, dim, index, "gather")
    if index.numel() != 0:
        for d, (have, room) in enumerate(zip(index.shape, input.shape)):
            if d != at and have > room:
                raise ShapeError(
                    f"Size does not match at dimension {d} expected index {list(index.shape)} to be no larger than self {list(input.shape)} apart from dimension {at}",
                    "index-shapes", expected=room, actual=have,
                )  # fmt: skip
    return to_out(out, make(index.shape, input.dtype, None, input.device), cast=False)


def _scatter(input: Tensor, dim: int, index: Tensor, src: Any, function: str) -> Tensor:
    at = _check_gather(input, dim, index, function)
    if isinstance(src, Tensor):
        if index.numel() != 0:
            if (src.ndim or 1) != (index.ndim or 1):
                raise ShapeError("Index tensor must have the same number of dimensions as src tensor", "index-shapes")
            for d, have in enumerate(index.shape):
                if (d != at and have > (input.shape[d] if input.ndim else 1)) or have > (
                    src.shape[d] if src.ndim else 1
                ):
                    raise ShapeError(
                        f"Expected index {list(index.shape)} to be no larger than self {list(input.shape)} apart from dimension {at} and to be no larger size than src {list(src.shape)}",
                        "index-shapes",
                    )
        if src.dtype is not input.dtype:
            raise ShapeError(f"{function}(): Expected self.dtype to be equal to src.dtype", "dtype")
    elif index.numel() != 0:
        for d, have in enumerate(index.shape):
            if d != at and have > (input.shape[d] if input.ndim else 1):
                raise ShapeError(
                    f"Expected index {list(index.shape)} to be no larger than self {list(input.shape)} apart from dimension {at}",
                    "index-shapes",
                )
    return _fresh(input)


@operation("torch.scatter", "Tensor.scatter")
def scatter(
    input: Tensor,
    dim: int,
    index: Tensor,
    src: Tensor | Any = None,
    *,
    value: Any = None,
    reduce: str | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """`input` with elements of `src` (or one value) written to the places of `index` along `dim`.

    Errors:  index is not integer, or larger than input or src; src of another type
    """
    if reduce is not None and reduce not in ("add", "multiply"):
        raise ShapeError("reduce argument must be either add or multiply.")
    return to_out(out, _scatter(input, dim, index, src if src is not None else value, "scatter"), cast=False)


@operation("torch.scatter_add", "Tensor.scatter_add")
def scatter_add(input: Tensor, dim: int, index: Tensor, src: Tensor, *, out: Tensor | None = None) -> Tensor:
    """`input` with elements of `src` added at the places of `index` along `dim`."""
    return to_out(
        out, _scatter(input, dim, index, tensor_argument(src, "scatter_add", 4, "src"), "scatter_add"), cast=False
    )


@operation("torch.scatter_reduce", "Tensor.scatter_reduce")
def scatter_reduce(
    input: Tensor,
    dim: int,
    index: Tensor,
    src: Tensor,
    reduce: str,
    *,
    include_self: bool = True,
    out: Tensor | None = None,
) -> Tensor:
    """`input` with elements of `src` combined at the places of `index` by sum, prod, mean, amax or amin."""
    if reduce not in ("sum", "prod", "mean", "amax", "amin"):
        raise ShapeError(f"reduce argument must be either sum, prod, mean, amax or amin, got {reduce}")
    return to_out(out, _scatter(input, dim, index, src, "scatter"), cast=False)


@operation("torch.masked_fill", "Tensor.masked_fill")
def masked_fill(input: Tensor, mask: Tensor, value: Any) -> Tensor:
    """`value` where the mask holds, else `input`.

    Shapes:  input and mask broadcast together
    Errors:  the mask is not bool; a tensor value with dimensions; a number that the element type cannot hold
    """
    if isinstance(mask, Unknown):
        raise UnknownValue(mask.reason)
    tensor_argument(mask, "masked_fill", 2, "mask")
    _check_mask(mask, "masked_fill_", "masked_fill_ only supports boolean masks, but got mask with dtype {}")
    if isinstance(value, Tensor) and value.ndim:
        raise ShapeError(
            f"masked_fill_ only supports a 0-dimensional value tensor, but got tensor with {value.ndim} dimension(s)."
        )
    if not _holds(input.dtype, value):
        raise ShapeError(f"value cannot be converted to type {_c_name(input)} without overflow", "dtype")
    from .elementwise import pointwise

    result = pointwise((input, mask), input.dtype)
    result._strides = None
    if known(input) is not None and known(mask) is not None and isinstance(value, (int, float)):
        from .pointwise import _chosen

        result.values = _chosen(mask, value, input, input.dtype).values
    return result


def _holds(dtype: DType, value: Any) -> bool:
    """Whether a number, or that of a tensor, can be written to elements of the type. Of one that is not known nothing is said
    against it, but that a complex one will have an imaginary part.

    Source: c10/util/overflows.h
    """
    if dtype is bool_ or dtype.is_complex:
        return True
    if isinstance(value, Tensor):
        numbers = known(value)
        if not numbers:
            return not value.is_complex()
        value = numbers[0]
    if type(value) not in (int, float, complex):
        return True
    if type(value) is complex:
        if value.imag != 0:
            return False
        value = value.real
    if dtype.category == FLOATING:
        return dtype.name != "float16" or not math.isfinite(value) or abs(value) <= LARGEST_HALF
    bits = 8 * dtype.itemsize - dtype.is_signed
    least = -(1 << bits) if dtype.is_signed else 1 - (1 << bits)  # what has no sign counts on from its end
    return math.isfinite(value) and least <= value < 1 << bits


def _c_name(tensor: Tensor) -> str:
    from convcalc.tensor.dtypes import C_NAMES

    whole = {"int64": "int64_t", "int32": "int", "int16": "int16_t", "int8": "int8_t", "uint8": "uint8_t"}
    return whole.get(tensor.dtype.name, C_NAMES[tensor.dtype])


def _check_mask(mask: Tensor, function: str, message: str) -> None:
    if mask.dtype is not bool_:
        raise ShapeError(message.format(str(mask.dtype)), "dtype")


@operation("Tensor.masked_fill_")
def masked_fill_(self: Tensor, mask: Tensor, value: Any) -> Tensor:
    """`value` where the mask holds, in place: the mask must broadcast to self."""
    result = masked_fill(self, mask, value)
    check_writable(self)
    check_fits(self, result)
    overwrite(self, known(result))
    return self


@operation("torch.masked_scatter", "Tensor.masked_scatter")
def masked_scatter(input: Tensor, mask: Tensor, source: Tensor) -> Tensor:
    """`input` with the elements of `source` where the mask holds."""
    _check_mask(mask, "masked_scatter", "masked_scatter_ only supports boolean masks, but got mask with dtype {}")
    if source.dtype is not input.dtype:
        raise ShapeError(
            f"masked_scatter: expected self and source to have same dtypes but got {LEGACY_NAMES[input.dtype]} and {LEGACY_NAMES[source.dtype]}",
            "dtype",
        )
    shape = broadcast_shapes(input.shape, mask.shape)
    return make(shape, input.dtype, None, input.device)


@operation("torch.masked_select", "Tensor.masked_select")
def masked_select(input: Tensor, mask: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The elements where the mask holds: how many, is not known."""
    _check_mask(mask, "masked_select", "masked_select: expected BoolTensor for mask")
    broadcast_shapes(input.shape, mask.shape)
    values, held = known(mask), known(input)
    if values is not None and mask.shape == input.shape:
        size: Any = sum(map(bool, values))
        picks = None if held is None else Values([v for v, m in zip(held, values) if m])
        return to_out(out, make((size,), input.dtype, None, input.device, picks))
    shape = broadcast_shapes(input.shape, mask.shape)
    if 0 in shape:
        size = 0
    elif all(
        a is b or (type(a) is int and type(b) is int and a == b) for a, b in zip(mask.shape[::-1], shape[::-1])
    ) and len(mask.shape) == len(shape):
        from .counting import count_of

        size = count_of(mask)
    else:
        size = Unknown("the number of elements that a mask selects", int)
    return to_out(out, make((size,), input.dtype, None, input.device))


@operation("torch.take", "Tensor.take")
def take(input: Tensor, index: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Elements by their place in the flattened input: the result has the shape of `index`."""
    if index.dtype.name != "int64":
        raise ShapeError(f"take(): Expected a long tensor for index, but got {LEGACY_NAMES[index.dtype]}", "dtype")
    if input.numel() == 0 and index.numel() != 0:
        raise ShapeIndexError("take(): tried to take from an empty tensor")
    return to_out(out, make(index.shape, input.dtype, None, input.device))


@operation("torch.take_along_dim", "Tensor.take_along_dim")
def take_along_dim(input: Tensor, indices: Tensor, dim: int | None = None, *, out: Tensor | None = None) -> Tensor:
    """`gather`, with input and indices broadcast apart from `dim`."""
    if indices.dtype.name != "int64":
        raise ShapeError(
            f"torch.take_along_dim(): dtype of indices should be Long but got {LEGACY_NAMES[indices.dtype]}", "dtype"
        )
    if dim is None:
        return to_out(out, make((math.prod(indices.shape),), input.dtype))
    if input.ndim != indices.ndim:
        raise ShapeError(
            f"torch.take_along_dim(): input and indices should have the same number of dimensions, but got {input.ndim} dimensions for input, and {indices.ndim} dimensions for indices"
        )
    at = wrap_dim(dim, input.ndim)
    shape = (
        broadcast_shapes([*input.shape[:at], *input.shape[at + 1 :]], [*indices.shape[:at], *indices.shape[at + 1 :]])
        if input.ndim
        else ()
    )
    return to_out(out, make((*shape[:at], *indices.shape[at : at + 1], *shape[at:]), input.dtype))


def _index_of(input: Tensor, dim: int, index: Tensor, function: str) -> int:
    tensor_argument(index, function, 3, "index")
    at = wrap_dim(dim, input.ndim)
    if index.ndim > 1:
        raise ShapeIndexError(
            f"{function}(): Index is supposed to be a vector, but got dim: {index.ndim} with type: {LEGACY_NAMES[index.dtype]} and size: {list(index.shape)}"
        )
    return at


def _index_combine(input: Tensor, dim: int, index: Tensor, source: Tensor, function: str) -> Tensor:
    at = _index_of(input, dim, index, function)
    if index.dtype.name not in ("int32", "int64"):
        raise ShapeIndexError(
            f"{function}(): Expected dtype int32/int64 for index but got: {LEGACY_NAMES[index.dtype]}", "dtype"
        )
    if source.dtype is not input.dtype:
        raise ShapeError(
            f"{function}(): self ({LEGACY_NAMES[input.dtype]}) and source ({LEGACY_NAMES[source.dtype]}) must have the same scalar type",
            "dtype",
        )
    if source.ndim and at >= source.ndim:
        raise ShapeError(
            f"{function}(): Indexing dim {at} is out of bounds of the source tensor with dim {source.ndim}"
        )
    count = index.shape[0] if index.ndim else 1
    length = source.shape[at] if source.ndim else 1
    if count != length:
        raise ShapeError(
            f"{function}(): Number of indices ({count}) should be equal to source.size(dim): ({length}), for dim: {at}"
        )
    mine, theirs = [*input.shape], [*source.shape]
    if mine and theirs:
        del mine[at], theirs[at]
        if differ(mine, theirs):
            raise ShapeError(
                f"source tensor shape must match self tensor shape, excluding the specified dimension. Got self.shape = {list(input.shape)} source.shape = {list(source.shape)}"
            )
    return _fresh(input)


@operation("torch.index_add", "Tensor.index_add")
def index_add(
    input: Tensor, dim: int, index: Tensor, source: Tensor, *, alpha: Any = 1, out: Tensor | None = None
) -> Tensor:
    """`input` with the slices of `source` added at the indices."""
    return to_out(out, _index_combine(input, dim, index, source, "index_add"), cast=False)


@operation("torch.index_reduce", "Tensor.index_reduce")
def index_reduce(
    input: Tensor,
    dim: int,
    index: Tensor,
    source: Tensor,
    reduce: str,
    *,
    include_self: bool = True,
    out: Tensor | None = None,
) -> Tensor:
    """`input` with the slices of `source` combined at the indices by prod, mean, amax or amin."""
    if reduce not in ("prod", "mean", "amax", "amin"):
        raise ShapeError(f"index_reduce(): Expected reduce to be one of prod, mean, amax or amin but got {reduce}.")
    return to_out(out, _index_combine(input, dim, index, source, "index_reduce"), cast=False)


@operation("torch.index_copy", "Tensor.index_copy")
def index_copy(input: Tensor, dim: int, index: Tensor, source: Tensor, *, out: Tensor | None = None) -> Tensor:
    """`input` with the slices of `source` written at the indices."""
    at = wrap_dim(dim, input.ndim)
    if index.ndim >= 2:
        raise ShapeIndexError(f"index_copy_(): Index should have dimension 1 or 0 (got {index.ndim})")
    count = index.shape[0] if index.ndim else 1
    if not source.ndim and count != 1:
        raise ShapeIndexError(f"index_copy_(): When source is scalar, index should have one element (got {count})")
    if source.ndim and input.ndim and source.ndim != input.ndim:
        raise ShapeIndexError(
            f"index_copy_(): When source and destination are not scalars, their dimensionality must match. Source dimensionality ({source.ndim}), destination dimensionality ({input.ndim})"
        )
    if index.dtype.name != "int64":
        raise ShapeIndexError(
            f"index_copy_(): Expected a long tensor for index, but got {LEGACY_NAMES[index.dtype]}", "dtype"
        )
    if source.dtype is not input.dtype:
        raise ShapeError(
            f"index_copy_(): self and source expected to have the same dtype, but got (self) {LEGACY_NAMES[input.dtype]} and (source) {LEGACY_NAMES[source.dtype]}",
            "dtype",
        )
    if source.ndim and input.ndim:
        mine, theirs = [*input.shape], [*source.shape]
        del mine[at], theirs[at]
        if differ(mine, theirs):
            raise ShapeError(
                f"index_copy_(): Source/destination tensor must have same slice shapes. Destination slice shape: {mine} at dimension {at} and source slice shape: {theirs} at dimension 0."
            )
        if source.shape[at] != count:
            raise ShapeIndexError(
                f"index_copy_(): Number of indices ({count}) should be equal to source.size(dim) ({source.shape[at]})"
            )
    return to_out(out, _fresh(input))


@operation("torch.index_fill", "Tensor.index_fill")
def index_fill(input: Tensor, dim: int, index: Tensor, value: Any) -> Tensor:
    """`input` with one value at the indices."""
    _index_of(input, dim, index, "index_fill_")
    if index.dtype.name != "int64":
        raise ShapeIndexError("index_fill_(): Expected dtype int64 for index.", "dtype")
    if isinstance(value, Tensor) and value.ndim:
        raise ShapeError(
            f"index_fill_ only supports a 0-dimensional value tensor, but got tensor with {value.ndim} dimension(s)."
        )
    is_complex = value.is_complex() if isinstance(value, Tensor) else isinstance(value, complex)
    if is_complex and not input.dtype.is_complex:
        raise ShapeError("index_fill_(): Converting complex Scalar to non-complex type is not supported", "dtype")
    return _fresh(input, True)


@operation("torch.index_put", "Tensor.index_put")
def index_put(input: Tensor, indices: Any, values: Tensor, accumulate: bool = False) -> Tensor:
    """`input` with `values` written at `indices`, a tuple of tensors or None."""
    key = tuple([slice(None) if i is None else i for i in indices])
    region = _region(input, key)
    if values.dtype is not input.dtype:
        raise ShapeError(
            f"Index put requires the source and destination dtypes match, got {LEGACY_NAMES[input.dtype]} for the destination and {LEGACY_NAMES[values.dtype]} for the source.",
            "dtype",
        )
    lead = region.ndim - values.ndim
    if lead < 0 or any(have != want and have != 1 for have, want in zip(values.shape, region.shape[lead:])):
        raise ShapeError(
            f"shape mismatch: value tensor of shape {list(values.shape)} cannot be broadcast to indexing result of shape {list(region.shape)}",
            "broadcast",
        )
    return _fresh(input, True)


def _region(input: Tensor, key: Any) -> Tensor:
    from .indexing import getitem

    return getitem(make(input.shape, input.dtype), key)


@operation("torch.put", "Tensor.put")
def put(input: Tensor, index: Tensor, source: Tensor, accumulate: bool = False) -> Tensor:
    """`input` with `source` written by place in the flattened tensor."""
    if index.dtype.name != "int64":
        raise ShapeError(f"put_(): Expected a long tensor for index, but got {LEGACY_NAMES[index.dtype]}", "dtype")
    if source.dtype is not input.dtype:
        raise ShapeError(
            f"put_(): self and source expected to have the same dtype, but got self.dtype = {LEGACY_NAMES[input.dtype]} and source.dtype = {LEGACY_NAMES[source.dtype]}",
            "dtype",
        )
    if index.numel() != source.numel():
        raise ShapeError(
            f"put_(): Expected source and index to have the same number of elements, but got source.numel() = {source.numel()}, index.numel() = {index.numel()}"
        )
    if input.numel() == 0 and index.numel() != 0:
        raise ShapeIndexError("put_(): tried to put elements into an empty tensor")
    return _fresh(input, True)


@operation("torch.select_scatter", "Tensor.select_scatter")
def select_scatter(input: Tensor, src: Tensor, dim: int, index: int) -> Tensor:
    """`input` with one slice replaced."""
    return _embedded(input, src, select(make(input.shape, input.dtype), dim, index))


@operation("torch.slice_scatter", "Tensor.slice_scatter")
def slice_scatter(
    input: Tensor, src: Tensor, dim: int = 0, start: Any = None, end: Any = None, step: int = 1
) -> Tensor:
    """`input` with some slices replaced."""
    at = wrap_dim(dim, input.ndim)
    size = input.shape[at]
    _, length = slice_bounds(size, 0 if start is None else start, size if end is None else end, step)
    return _embedded(input, src, make((*input.shape[:at], length, *input.shape[at + 1 :]), input.dtype))


@operation("torch.diagonal_scatter", "Tensor.diagonal_scatter")
def diagonal_scatter(input: Tensor, src: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Tensor:
    """`input` with a diagonal replaced."""
    from .rearranging import diagonal

    return _embedded(input, src, diagonal(make(input.shape, input.dtype), offset, dim1, dim2))


def _embedded(input: Tensor, src: Tensor, region: Tensor) -> Tensor:
    if differ(src.shape, region.shape):
        raise ShapeError(
            f"expected src to have a size equal to the slice of self. src size = {list(src.shape)}, slice size = {list(region.shape)}"
        )
    return _fresh(input, True)


_written(index_add, "Tensor.index_add_")
_written(index_reduce, "Tensor.index_reduce_")
_written(index_copy, "Tensor.index_copy_")
_written(index_fill, "Tensor.index_fill_")
_written(index_put, "Tensor.index_put_", "torch.index_put_")
_written(put, "Tensor.put_")
_written(scatter, "Tensor.scatter_")
_written(scatter_add, "Tensor.scatter_add_")
_written(scatter_reduce, "Tensor.scatter_reduce_")
_written(masked_scatter, "Tensor.masked_scatter_")
