"""`x[key]` and `x[key] = value`: ints, slices, None, Ellipsis, masks and tensors of indices.

Source: torch/csrc/autograd/python_variable_indexing.cpp, aten/src/ATen/native/TensorAdvancedIndexing.cpp
"""

from __future__ import annotations

import math

from convcalc.tensor import (
    ShapeError,
    ShapeIndexError,
    ShapeTypeError,
    ShapeValueError,
    Tensor,
    Unknown,
    UnknownValue,
    make,
    wrap_dim,
)
from convcalc.tensor.dtypes import FLOATING, INTEGER, LEGACY_NAMES, bool_, int64
from convcalc.tensor.size import greater, lesser
from convcalc.tensor.strides import contiguous_strides, elementwise_strides
from convcalc.tensor.unknown import index_of, is_array, kind_of, torch_number
from convcalc.tensor.values import Values, few, known, overwrite, overwrite_one, picked, rounded

from .arguments import broadcast_shapes
from .elementwise import broadcast_values, certain_number, check_writable
from .layout import viewed
from .registry import operation
from .reshaping import unsqueeze

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


def selected(input: Tensor, dim: int, index: Any) -> Tensor:
    """One slice along `dim`, without that dimension: a view."""
    shape = input.shape
    new = shape[:dim] + shape[dim + 1 :]
    if type(index) is Unknown:
        input = make(shape, input.dtype, input._strides, input.device)
        index = 0
    return viewed(input, new, lambda strides: strides[:dim] + strides[dim + 1 :], lambda strides: index * strides[dim])


def _element(input: Tensor, dim: int, index: Any, place: int) -> Tensor:
    if not input.shape:
        raise ShapeIndexError(
            "invalid index of a 0-dim tensor. Use `tensor.item()` in Python or `tensor.item<T>()` in C++ to convert a 0-dim tensor to a number"
        )
    size = input.shape[dim]
    if type(index) is not Unknown:
        if index >= size or index < -size:
            raise ShapeIndexError(
                f"index {index} is out of bounds for dimension {place} with size {size}",
                "index-range",
                expected=size,
                actual=index,
            )
        if index < 0:
            index = index + size
    return selected(input, dim, index)


def _slice(input: Tensor, dim: int, key: slice) -> Tensor:
    if not input.shape:
        raise ShapeIndexError("slice() cannot be applied to a 0-dim tensor.")
    size = input.shape[dim]
    step = 1 if key.step is None else _whole(key.step)
    if type(step) is Unknown:
        raise UnknownValue(step.reason)
    if step <= 0:
        raise ShapeValueError("step must be greater than zero")
    start = 0 if key.start is None else _whole(key.start)
    stop = size if key.stop is None else _whole(key.stop)
    if key.start is None and key.stop is None and step == 1:
        return input
    start, length = slice_bounds(size, start, stop, step)
    if type(length) is Unknown:
        length = _length_of_part(size, key, step, length)
    from .rearranging import sliced

    return sliced(input, dim, start, length, step)


def _length_of_part(size: Any, key: slice, step: int, otherwise: Any) -> Any:
    """The length of a slice with something unknown in it, where that is certain or an expression in symbols."""
    from convcalc.tensor.sums import length_of_part

    found = length_of_part(size, 0 if key.start is None else key.start, size if key.stop is None else key.stop, step)
    return otherwise if found is None else found


def slice_bounds(size: Any, start: Any, stop: Any, step: int) -> tuple[Any, Any]:
    """Where a slice starts and how long it is, as Python counts."""
    if type(start) is Unknown or type(stop) is Unknown or type(size) is Unknown:
        if type(size) is Unknown and type(start) is int and start == 0 and type(stop) is int and stop >= 0:
            return 0, Unknown("the length of a slice", int)
        return start, Unknown("the length of a slice", int)
    if start < 0:
        start = greater(start + size, 0)
    start = lesser(start, size)
    if stop < 0:
        stop = stop + size
    stop = lesser(greater(stop, start), size)
    return start, (stop - start + step - 1) // step


def _whole(value: Any) -> Any:
    if value.__class__ is int or value.__class__ is Unknown:
        return value
    if isinstance(value, Tensor):
        if value.numel() != 1 or value.dtype.category > INTEGER:
            raise ShapeTypeError("slice indices must be integers or None or have an __index__ method")
        return value.item()
    if not hasattr(value.__class__, "__index__"):
        raise ShapeTypeError("slice indices must be integers or None or have an __index__ method")
    return index_of(value)


def _as_items(key: Any) -> tuple[Any, ...]:
    if isinstance(key, tuple) or (isinstance(key, (list, range)) and _stands_for_a_tuple(key)):
        return tuple(key)
    return (key,)


def _stands_for_a_tuple(key: Any) -> bool:
    """Whether PyTorch takes a list for a key of several parts, as numpy once did: a short one that holds more than numbers.

    Source: torch/csrc/autograd/python_variable_indexing.cpp, treatSequenceAsTuple
    """
    if len(key) >= 32:
        return False
    for item in key:
        if (
            item is None
            or item is Ellipsis
            or isinstance(item, (slice, Tensor, list, tuple, range, str))
            or is_array(item)
        ):
            return True
        if type(item) is Unknown and kind_of(item) is None:
            raise UnknownValue(item.reason)
    return False


def _consumed(item: Any) -> int:
    if isinstance(item, Tensor):
        return item.ndim if item.dtype is bool_ or item.dtype.name == "uint8" else 1
    return 0 if item is None or item is Ellipsis or isinstance(item, bool) else 1


def _index_of(item: Any) -> Any:
    """A part of a key as it is read: arrays and lists as index tensors, truth values that are not known as tensors of one."""
    if isinstance(item, (list, tuple, range)):
        return _index_tensor(item)
    if hasattr(type(item), "__as_array__"):  # the column of a table
        item = item.__as_array__()
    if is_array(item):
        made = item.__tensor__()
        if made.dtype.category > INTEGER:  # an array of numbers that are not whole is read as one of whole numbers
            return make(made.shape, int64)
        return make(made.shape, made.dtype, made._strides, values=made.values)
    return make((), bool_) if type(item) is Unknown and isinstance(item, bool) else item


_PLAIN = frozenset((int, slice, type(None), type(Ellipsis), Tensor))


def _index_tensor(item: Any) -> Tensor:
    from .creation import tensor

    made: Tensor = tensor(list(item))
    if made.numel() == 0 or made.dtype.category == FLOATING:  # numbers of a list are read as whole ones
        return make(made.shape, int64)
    return made


def _basic(input: Tensor, key: Any) -> tuple[Tensor, list[tuple[int, Tensor]]]:
    """The view that the plain parts of a key make, and the index tensors that remain, each with its dimension."""
    items = [i if type(i) in _PLAIN else _index_of(i) for i in _as_items(key)]
    count = sum([_consumed(item) for item in items])
    if count > input.ndim and isinstance(key, tuple):
        raise ShapeIndexError(f"too many indices for tensor of dimension {input.ndim}", "index-range")
    result, indices, dim = input, [], 0
    for item in items:
        if item.__class__ is int:
            result = _element(result, dim, item, dim)
        elif isinstance(item, slice):
            _room(result, dim, input)
            result = _slice(result, dim, item)
            dim += 1
        elif item is None:
            result = unsqueeze(result, dim)
            dim += 1
        elif item is Ellipsis:
            dim += input.ndim - count
        elif isinstance(item, bool):
            result = unsqueeze(result, dim)
            indices.append((dim, make((1 if item else 0,), int64, values=Values([0] if item else []))))
            dim += 1
        elif isinstance(item, Tensor):
            if item.dtype.category > INTEGER:
                raise ShapeIndexError("tensors used as indices must be long, int, byte or bool tensors", "dtype")
            if not item.ndim and item.dtype.category == INTEGER and item.dtype.name != "uint8":
                result = _element(result, dim, item.item(), dim)
            elif not item.ndim:
                result = unsqueeze(result, dim)
                truth = known(item)
                size: Any = Unknown("the size of a masked selection", int) if truth is None else int(bool(truth[0]))
                indices.append((dim, make((size,), int64, values=None if truth is None else Values([0] * size))))
                dim += 1
            else:
                indices.append((dim, item))
                dim += _consumed(item)
        elif hasattr(item.__class__, "__index__") and not isinstance(item, float):
            result = _element(result, dim, index_of(certain_number(item) if type(item) is Unknown else item), dim)
        else:
            raise ShapeIndexError(
                f"only integers, slices (`:`), ellipsis (`...`), None and long or byte Variables are valid indices (got {type(item).__name__})"
            )
    if count > input.ndim and (input.ndim or indices):
        raise ShapeIndexError(f"too many indices for tensor of dimension {input.ndim}", "index-range")
    return result, indices


def _room(result: Tensor, dim: int, input: Tensor) -> None:
    if dim >= result.ndim and result.ndim:
        raise ShapeIndexError(f"too many indices for tensor of dimension {input.ndim}", "index-range")


def _expanded(input: Tensor, indices: list[tuple[int, Tensor]]) -> list[tuple[int, Tensor]]:
    """The index tensors with each mask replaced by the places where it holds."""
    result: list[tuple[int, Tensor]] = []
    for dim, index in indices:
        if index.dtype is not bool_ and index.dtype.name != "uint8":
            result.append((dim, index))
            continue
        for i, size in enumerate(index.shape):
            if dim + i >= input.ndim:
                raise ShapeIndexError(f"too many indices for tensor of dimension {input.ndim}", "index-range")
            if size != input.shape[dim + i]:
                raise ShapeIndexError(
                    f"The shape of the mask {list(index.shape)} at index {i} does not match the shape of the indexed tensor {list(input.shape)} at index {dim + i}",
                    "index-shapes", expected=input.shape[dim + i], actual=size,
                )  # fmt: skip
        for i, place in enumerate(places_of(index)):
            result.append((dim + i, place))
    return result


def places_of(mask: Tensor) -> list[Tensor]:
    """For each dimension, where the elements are that are not zero: known for a small constant only."""
    values = known(mask)
    if values is None:
        from .counting import count_of

        size = count_of(mask)
        return [make((size,), int64) for _ in mask.shape]
    flat = [i for i, value in enumerate(values) if value]
    steps = contiguous_strides(mask.shape)
    return [
        make((len(flat),), int64, values=Values([i // step % size for i in flat]))
        for size, step in zip(mask.shape, steps)
    ]


def _has_none(shape: Any) -> bool:
    """Whether a size is certainly 0; of what is selected some is taken to be there."""
    return any(type(size) is int and size == 0 for size in shape)


def _gathered(input: Tensor, indices: list[tuple[int, Tensor]]) -> Tensor:
    indices = _expanded(input, indices)
    try:
        inner = broadcast_shapes(*[index.shape for _, index in indices])
    except ShapeError:
        raise ShapeIndexError(
            f"shape mismatch: indexing tensors could not be broadcast together with shapes {', '.join(str(list(index.shape)) for _, index in indices)}",
            "broadcast",
        ) from None
    dims = [dim for dim, _ in indices]
    if dims[-1] >= input.ndim:
        raise ShapeIndexError(f"too many indices for tensor of dimension {input.ndim}", "index-range")
    if not _has_none(inner) and not any(input.shape[d] == 0 for d in range(input.ndim) if d not in dims):
        for dim, index in indices:
            _check_range(input, dim, index)
    front = 0 if dims != list(range(dims[0], dims[0] + len(dims))) else dims[0]
    rest = [d for d in range(input.ndim) if d not in dims]
    before, after = rest[:front], rest[front:]
    shape = (*[input.shape[d] for d in before], *inner, *[input.shape[d] for d in after])
    strides = None
    if input._strides is not None or any(index._strides is not None for _, index in indices):
        step = input.strides
        lead = [0 if input.shape[d] == 1 else step[d] for d in before]
        pairs: list[Any] = [(shape, (*lead, *([0] * len(inner)), *[step[d] for d in after]))]
        for _, index in indices:
            own = [0] * (len(inner) - index.ndim) + [
                s if size != 1 else 0 for size, s in zip(index.shape, index.strides)
            ]
            pairs.append((shape, (*([0] * len(before)), *own, *([0] * len(after)))))
        strides = elementwise_strides(shape, pairs)
    result = make(shape, input.dtype, strides, input.device)
    values = known(input)
    if values is not None and few(math.prod(shape)):
        result.values = _gathered_values(input, values, indices, inner, before, after)
    return result


def _check_range(input: Tensor, dim: int, index: Tensor) -> None:
    values = known(index)
    size = input.shape[dim]
    if values and type(size) is not Unknown:
        for value in values:
            if not -size <= value < size:
                raise ShapeIndexError(
                    f"index {value} is out of bounds for dimension {dim} with size {size}",
                    "index-range",
                    expected=size,
                    actual=value,
                )


def _gathered_values(
    input: Tensor,
    values: list[Any],
    indices: list[tuple[int, Tensor]],
    inner: Sequence[int],
    before: list[int],
    after: list[int],
) -> Values | None:
    steps = contiguous_strides(input.shape)
    places = [0] * math.prod(inner)
    for dim, index in indices:
        own = known(index)
        if own is None:
            return None
        column = broadcast_values(own, index.shape, inner)
        places = [place + value % input.shape[dim] * steps[dim] for place, value in zip(places, column)]
    numbers = range(len(values))
    heads = picked(list(numbers), [input.shape[d] for d in before], [steps[d] for d in before]) if values else []
    tails = picked(list(numbers), [input.shape[d] for d in after], [steps[d] for d in after]) if values else []
    return Values([values[head + place + tail] for head in heads for place in places for tail in tails])


@operation("Tensor.__getitem__", kind="view")
def getitem(self: Tensor, key: Any) -> Tensor:
    """`x[key]`, as NumPy indexes.

    Shapes:  an int drops a dimension, a slice keeps it, None adds one; index tensors put their broadcast shape where they
             stand, in front if they do not stand together; a mask selects a number of elements that is not known
    Errors:  too many indices; an index out of range; a mask of another shape; index tensors that do not broadcast
    Source:  torch.Tensor.__getitem__
    """
    result, indices = _basic(self, key)
    if indices:
        return _gathered(result, indices)
    if result is self:
        return (
            viewed(self, self.shape, lambda strides: strides)
            if self._strides is not None
            else make(self.shape, self.dtype, None, self.device, self.values)
        )
    return result


@operation("Tensor.__setitem__")
def setitem(self: Tensor, key: Any, value: Any) -> None:
    """`x[key] = value`: the value must broadcast to what the key selects.

    Errors:  those of `x[key]`; a value of a shape that does not fit; with index tensors, a value of another type
    """
    if key is False:
        return
    place = _place_of(self, key)
    if place is not None and type(value) in (int, float, bool):
        item = rounded([value], self.dtype)
        if item is not None:
            overwrite_one(self, place, item[0])
            return
    target = make(self.shape, self.dtype, self._strides, self.device)
    overlaps = self._strides is not None and 0 in self._strides  # one memory location is several elements
    if not overlaps and self.values is not None and known(self) is not None and not isinstance(value, Unknown):
        target = make(self.shape, int64, None, values=Values(range(len(self.values))))
    view, indices = _basic(target, key)
    value = torch_number(value)
    if is_array(value) or (
        not isinstance(value, (Tensor, Unknown, int, float, complex)) and not hasattr(value, "__index__")
    ):
        raise ShapeTypeError(f"can't assign a {type(value).__name__} to a torch.{LEGACY_NAMES[self.dtype]}Tensor")
    region = _gathered(view, indices) if indices else view
    if isinstance(value, Tensor):
        _check_assigned(self, value, region, bool(indices))
    if not indices:
        check_writable(view)
    if overlaps:
        overwrite(self)
    else:
        overwrite(self, _assigned(self, known(region), value, region.shape))


def _place_of(tensor: Tensor, key: Any) -> int | None:
    """The place of the element that a key of ints names, in row-major order; None for other keys, layouts, unknown elements."""
    if type(key) is not tuple or len(key) != len(tensor.shape) or tensor._strides is not None or known(tensor) is None:
        return None
    place = 0
    for at, size in zip(key, tensor.shape):
        if type(at) is not int or type(size) is not int or not -size <= at < size:
            return None
        place = place * size + at % size
    return place


def _check_assigned(self: Tensor, value: Tensor, region: Tensor, advanced: bool) -> None:
    given, wanted = list(value.shape), region.shape
    if not advanced:
        while given and len(given) > len(wanted) and given[0].__class__ is int and given[0] == 1:
            given = given[1:]
    fits = len(given) <= len(wanted)
    for have, want in zip(reversed(given), reversed(wanted)):
        if have != want and have != 1:
            fits = False
    if advanced:
        if value.dtype is not self.dtype and value.ndim:
            raise ShapeError(
                f"Index put requires the source and destination dtypes match, got {LEGACY_NAMES[self.dtype]} for the destination and {LEGACY_NAMES[value.dtype]} for the source.",
                "dtype",
            )
        if not fits:
            raise ShapeError(
                f"shape mismatch: value tensor of shape {list(value.shape)} cannot be broadcast to indexing result of shape {list(wanted)}",
                "broadcast",
            )
    elif not fits:
        from .repetition import broadcast_to

        broadcast_to(make(given, value.dtype), tuple(wanted))


def _assigned(self: Tensor, places: list[int] | None, value: Any, wanted: Sequence[int]) -> Values | None:
    held = known(self)
    if held is None or places is None or type(value) is Unknown:
        return None
    if isinstance(value, Tensor):
        own = known(value)
        if own is None:
            return None
        shape = value.shape
        while len(shape) > len(wanted):
            shape = shape[1:]
        column = broadcast_values(own, shape, wanted)
    else:
        column = [value] * len(places)
    new_values = rounded(column, self.dtype)
    if new_values is None:
        return None
    items = Values(held)
    for place, item in zip(places, new_values):
        items[place] = item
    return items


@operation("torch.select", "Tensor.select", kind="view")
def select(input: Tensor, dim: int, index: Any) -> Tensor:
    """One slice along `dim`: a view without that dimension."""
    if not input.shape:
        raise ShapeIndexError("select() cannot be applied to a 0-dim tensor.")
    at = wrap_dim(dim, input.ndim)
    size = input.shape[at]
    if type(index) is not Unknown:
        index = index.__index__()
        if index < -size or index >= size:
            raise ShapeIndexError(
                f"select(): index {index} out of range for tensor of size {list(input.shape)} at dimension {at}",
                "index-range",
            )
        index = index + size if index < 0 else index
    return selected(input, at, index)


@operation("torch.nonzero", "Tensor.nonzero")
def nonzero(input: Tensor, *, out: Tensor | None = None, as_tuple: bool = False) -> Any:
    """The places of the elements that are not zero: how many, is known for small constants only.

    Shapes:  input: (*); y: (count, input.ndim), or with as_tuple one (count,) for each dimension
    """
    places = places_of(input)
    if as_tuple:
        return tuple(places) if input.ndim else (places_of(unsqueeze(input, 0))[0],)
    if not input.ndim:
        value = known(input)
        count: Any = Unknown("the number of elements that are not zero", int) if value is None else int(bool(value[0]))
        return make((count, 0), int64)
    columns = [known(place) for place in places]
    values = None
    if all(column is not None for column in columns):
        values = Values([column[i] for i in range(places[0].shape[0]) for column in columns if column is not None])
    size = places[0].shape[0]
    strides = None if size == 1 or type(size) is Unknown or input.ndim == 1 else (1, size)
    return make((size, input.ndim), int64, strides if size else None, input.device, values)


@operation("torch.argwhere", "Tensor.argwhere")
def argwhere(input: Tensor) -> Tensor:
    """`nonzero`."""
    return nonzero(input)  # type: ignore[no-any-return]
