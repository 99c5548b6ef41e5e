"""Arrays joined, stacked, split, padded, and with parts put in or left out."""

from __future__ import annotations

import math

from convcalc.tensor import Tensor, Unknown, dtypes, make
from convcalc.tensor.strides import unknown_strides
from convcalc.tensor.values import Values

from ..numpy_arrays import ndarray, of_torch
from ..numpy_types import OBJECT, all_together, element_of, is_other, text_type, together
from . import operands as of
from .operands import to_out
from .registry import NotModelled, rule
from .shapes import reshaped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from convcalc.tensor.dtypes import DType


def common_element(parts: Sequence[Tensor]) -> DType:
    """The type that arrays have when they are joined."""
    element = parts[0].dtype
    if not any(is_other(part.dtype) for part in parts):
        return all_together([part.dtype for part in parts])
    for part in parts[1:]:
        if is_other(element) or is_other(part.dtype):
            if element == part.dtype:
                continue
            kinds = {getattr(kind, "kind", "number") for kind in (element, part.dtype)}
            if "O" in kinds:
                element = OBJECT
            elif kinds == {"U"}:
                element = text_type(max(element.itemsize, part.dtype.itemsize) // 4)
            else:
                raise NotModelled
        else:
            element = together(element, part.dtype)
    return element


def joined(parts: Sequence[Tensor], axis: Any, dtype: Any = None, casting: Any = "same_kind", out: Any = None) -> Any:
    """`concatenate`: along an axis that all have, or of all elements in a row."""
    if not parts:
        raise ValueError("need at least one array to concatenate")
    element = common_element(parts)
    if axis is None:
        parts = [reshaped(part, (-1,))._tensor for part in parts]
        axis = 0
    ndim = parts[0].ndim
    if not ndim:
        raise ValueError("zero-dimensional arrays cannot be concatenated")
    at = of.axis_of(axis, ndim)
    size: Any = 0
    shape = list(parts[0].shape)
    for i, part in enumerate(parts):
        if part.ndim != ndim:
            raise ValueError(f"all the input arrays must have same number of dimensions, but the array at index 0 has {ndim} dimension(s) and the array at index {i} has {part.ndim} dimension(s)")  # fmt: skip
        for d in range(ndim):
            if d != at and shape[d] is not part.shape[d]:
                if type(shape[d]) is Unknown:
                    shape[d] = part.shape[d]
                elif type(part.shape[d]) is not Unknown and shape[d] != part.shape[d]:
                    raise ValueError(
                        f"all the input array dimensions except for the concatenation axis must match exactly, but along dimension {d}, "
                        f"the array at index 0 has size {shape[d]} and the array at index {i} has size {part.shape[d]}"
                    )
        size = size + part.shape[at]
    if dtype is not None:
        asked = element_of(dtype)
        if (
            not is_other(asked)
            and not is_other(element)
            and not all(of.can_cast(part.dtype, asked, casting) for part in parts)
        ):
            raise TypeError(
                f"Cannot cast array data from dtype('{element.name}') to dtype('{asked.name}') according to the rule '{casting}'"
            )
        if is_other(asked) != is_other(element):
            raise NotModelled
        element = asked
    shape[at] = size
    made = ndarray(
        make(shape, element, of.layout(shape, *parts) if ndim > 1 else None, values=_values(parts, at, element, shape))
    )
    return to_out(out, made, "concatenate", casting)


def _values(parts: Sequence[Tensor], at: int, element: DType, shape: Any) -> Any:
    columns = [of.values_of(part) for part in parts]
    if any(column is None for column in columns) or not of.is_few(shape) or isinstance(element, dtypes.UnknownDType):
        return None
    outer = math.prod(shape[:at])
    blocks = [math.prod(part.shape[at:]) for part in parts]
    found = [
        v
        for i in range(outer)
        for column, block in zip(columns, blocks)
        for v in (column or ())[i * block : (i + 1) * block]
    ]
    return Values(found) if is_other(element) else of.held_values(found, element)


@rule("np.concatenate", "np.concat")
def concatenate(
    arrays: Any, /, axis: Any = 0, out: Any = None, *, dtype: Any = None, casting: Any = "same_kind"
) -> Any:
    if isinstance(arrays, Tensor):
        arrays = list(arrays)
    if isinstance(arrays, (int, float)):
        raise TypeError("The first input argument needs to be a sequence")
    return joined(of.tensors_of(arrays, other=True), axis, dtype, casting, out)


def _listed(items: Any) -> list[Tensor]:
    if isinstance(items, Tensor):
        items = list(items)
    if (
        hasattr(items, "__next__")
        or isinstance(items, (map, filter, zip))
        or (hasattr(type(items), "__iter__") and not hasattr(type(items), "__getitem__") and type(items) is not Unknown)
    ):
        raise TypeError('arrays to stack must be passed as a "sequence" type such as list or tuple.')
    return of.tensors_of(items, other=True)


def unsqueezed(held: Tensor, at: int) -> Tensor:
    made = of_torch("torch.unsqueeze", held, at)
    if not isinstance(made, Tensor):
        raise NotModelled
    return made


@rule("np.stack")
def stack(arrays: Any, axis: Any = 0, out: Any = None, *, dtype: Any = None, casting: Any = "same_kind") -> Any:
    parts = _listed(arrays)
    if not parts:
        raise ValueError("need at least one array to stack")
    for part in parts[1:]:
        if len(part.shape) != len(parts[0].shape) or any(
            a is not b and type(a) is not Unknown and type(b) is not Unknown and a != b
            for a, b in zip(part.shape, parts[0].shape)
        ):
            raise ValueError("all input arrays must have the same shape")
    at = of.axis_of(axis, parts[0].ndim + 1)
    return joined([unsqueezed(part, at) for part in parts], at, dtype, casting, out)


def at_least(held: Tensor, count: int) -> Tensor:
    from .shapes import _at_least

    return _at_least(count)(ndarray(held))._tensor  # type: ignore[no-any-return]


@rule("np.vstack", "np.row_stack")
def vstack(tup: Any, *, dtype: Any = None, casting: Any = "same_kind") -> Any:
    return joined([at_least(part, 2) for part in _listed(tup)], 0, dtype, casting)


@rule("np.hstack")
def hstack(tup: Any, *, dtype: Any = None, casting: Any = "same_kind") -> Any:
    parts = [at_least(part, 1) for part in _listed(tup)]
    return joined(parts, 0 if parts and parts[0].ndim == 1 else 1, dtype, casting)


@rule("np.dstack")
def dstack(tup: Any) -> Any:
    return joined([at_least(part, 3) for part in _listed(tup)], 2)


@rule("np.column_stack")
def column_stack(tup: Any) -> Any:
    parts = []
    for part in _listed(tup):
        if part.ndim < 2:
            flat = at_least(part, 1)
            part = make((flat.shape[0], 1), flat.dtype, values=flat.values)
        parts.append(part)
    return joined(parts, 1)


@rule("np.append")
def append(arr: Any, values: Any, axis: Any = None) -> Any:
    first, second = of.tensor_of(arr, other=True), of.tensor_of(values, other=True)
    return joined([first, second], axis)


@rule("np.block")
def block(arrays: Any) -> Any:
    """Blocks joined along the last axis first, one axis for each level of lists."""
    if type(arrays) is tuple:
        raise TypeError("arrays is a tuple. Only lists can be used to arrange blocks, and np.block does not allow implicit conversion from tuple to ndarray.")  # fmt: skip

    def depth_of(part: Any) -> int:
        if isinstance(part, list):
            if not part:
                raise NotModelled
            return 1 + depth_of(part[0])
        return 0

    depth = depth_of(arrays)
    most = [0]

    def leaves(part: Any, level: int) -> None:
        if isinstance(part, list):
            if level == 0:
                raise ValueError("List depths are mismatched.")
            if not part:
                raise NotModelled
            for one in part:
                leaves(one, level - 1)
        elif level:
            raise ValueError("List depths are mismatched.")
        else:
            most[0] = max(most[0], of.tensor_of(part).ndim)

    leaves(arrays, depth)
    ndim = max(most[0], depth)

    def built(part: Any, level: int) -> Tensor:
        if not isinstance(part, list):
            held = of.tensor_of(part)
            return reshaped(held, (*[1] * (ndim - held.ndim), *held.shape))._tensor  # type: ignore[no-any-return]
        return joined([built(one, level - 1) for one in part], ndim - level)._tensor  # type: ignore[no-any-return]

    made = built(arrays, depth)
    return ndarray(
        make(made.shape, made.dtype, of.layout(made.shape, made) if made.ndim > 1 else None, values=made.values)
    )


# splitting


def pieces(held: Tensor, indices_or_sections: Any, axis: Any, name: str) -> list[Any]:
    """The parts of an array along an axis: so many, or cut at places."""
    sections = indices_or_sections
    at = of.known_whole(axis)
    if not -held.ndim <= at < held.ndim:
        raise IndexError("tuple index out of range")
    at %= held.ndim
    total = held.shape[at]
    if isinstance(sections, (list, tuple, range)) or (type(sections) is ndarray and sections.ndim):
        cuts = [of.known_whole(cut) for cut in sections]
        if type(total) is not int:
            raise NotModelled
        ends = [0, *cuts, total]
    else:
        count = of.known_whole(sections)
        if count <= 0:
            if name == "split" and count == 0:
                raise ZeroDivisionError("integer modulo by zero")
            raise ValueError("number sections must be larger than 0.")
        if type(total) is not int:
            if type(total) is Unknown:
                sizes: Any = [Unknown("a part of an array", int)] * count
            else:
                sizes = [total // count] * count
                if name != "split":
                    raise NotModelled
            return [
                ndarray(make((*held.shape[:at], size, *held.shape[at + 1 :]), held.dtype, held._strides))
                for size in sizes
            ]
        if name == "split" and total % count:
            raise ValueError("array split does not result in an equal division")
        each, extra = divmod(total, count)
        ends = [0]
        for i in range(count):
            ends.append(ends[-1] + each + (1 if i < extra else 0))
    key: list[Any] = [slice(None)] * held.ndim
    made = []
    for i in range(len(ends) - 1):
        key[at] = slice(ends[i], ends[i + 1])
        made.append(ndarray(held)[tuple(key)])
    return made


def _of_list(ary: Any, sections: Any, axis: Any, name: str) -> None:
    """numpy reads the shape of what may be a list."""
    if isinstance(sections, (list, tuple)) or type(sections) is ndarray:
        if axis != 0 and isinstance(ary, (list, tuple)):
            raise NotModelled
    elif name == "split":
        of.needs_array(ary, "shape")
    elif axis != 0 and isinstance(ary, (list, tuple)):
        raise NotModelled
    if ary.__class__ in (bool, int, float, complex):
        raise NotModelled


@rule("np.split")
def split(ary: Any, indices_or_sections: Any, axis: Any = 0) -> Any:
    _of_list(ary, indices_or_sections, axis, "split")
    return pieces(of.tensor_of(ary, other=True), indices_or_sections, axis, "split")


@rule("np.array_split")
def array_split(ary: Any, indices_or_sections: Any, axis: Any = 0) -> Any:
    _of_list(ary, indices_or_sections, axis, "array_split")
    return pieces(of.tensor_of(ary, other=True), indices_or_sections, axis, "array_split")


def _split_along(name: str, least: int, axis: int) -> Any:
    def function(ary: Any, indices_or_sections: Any) -> Any:
        if isinstance(ary, (list, tuple)) or ary.__class__ in (bool, int, float, complex):
            raise NotModelled
        held = of.tensor_of(ary, other=True)
        if held.ndim < least:
            raise ValueError(f"{name} only works on arrays of {least} or more dimensions")
        return pieces(held, indices_or_sections, 0 if name == "hsplit" and held.ndim == 1 else axis, "split")

    return function


for _name, _least, _axis in (("vsplit", 2, 0), ("hsplit", 1, 1), ("dsplit", 3, 2)):
    rule(f"np.{_name}")(_split_along(_name, _least, _axis))


# padding


PAD_OPTIONS = {
    "empty": "", "edge": "", "wrap": "", "constant": "constant_values", "linear_ramp": "end_values", "maximum": "stat_length", "mean": "stat_length",
    "median": "stat_length", "minimum": "stat_length", "reflect": "reflect_type", "symmetric": "reflect_type",
}  # fmt: skip


@rule("np.pad")
def pad(array: Any, pad_width: Any, mode: Any = "constant", **kwargs: Any) -> Any:
    """Wider on both sides of each axis."""
    held = of.tensor_of(array)
    if isinstance(pad_width, dict):
        raise NotModelled
    given = of.tensor_of(pad_width)
    if given.dtype.category > dtypes.INTEGER:
        raise TypeError("`pad_width` must be of integral type.")
    if given.ndim > 2:
        raise ValueError("operands could not be broadcast together with remapped shapes")
    of_each = of.broadcast([given.shape, (held.ndim, 2)])
    if len(of_each) != 2 or any(type(a) is int and a != b for a, b in zip(of_each, (held.ndim, 2))):
        raise ValueError(f"operands could not be broadcast together with remapped shapes [original->remapped]: {tuple(given.shape)}  and requested shape {(held.ndim, 2)}")  # fmt: skip
    widths = _widths(pad_width, given, held.ndim)
    if any(type(w) is int and w < 0 for pair in widths for w in pair):
        raise ValueError("index can't contain negative values")
    if not callable(mode) and type(mode) is not Unknown:
        if mode not in PAD_OPTIONS:
            raise ValueError(f"mode '{mode}' is not supported")
        if any(key != PAD_OPTIONS[mode] for key in kwargs):
            raise ValueError(f"unsupported keyword arguments for mode '{mode}': {set(kwargs)}")
        if mode not in ("constant", "empty"):
            for size, pair in zip(held.shape, widths):
                if type(size) is int and size == 0:
                    if any(type(w) is not int for w in pair):
                        raise NotModelled
                    if any(pair):
                        raise ValueError("can't extend empty axis using modes other than 'constant' or 'empty'")
        if kwargs and mode in ("maximum", "mean", "median", "minimum", "reflect", "symmetric"):
            raise NotModelled
        if (mode == "constant" and "constant_values" in kwargs) or mode == "linear_ramp":
            _check_values(kwargs.get("constant_values", kwargs.get("end_values", 0)), held.ndim)
    shape = [size + before + after for size, (before, after) in zip(held.shape, widths)]
    values = None
    own = of.values_of(held)
    if own is not None and mode == "constant" and not kwargs and held.ndim == 1 and of.is_few(shape):
        values = of.held_values([0] * widths[0][0] + own + [0] * widths[0][1], held.dtype)
    return ndarray(make(shape, held.dtype, None if of.is_plain(held) else unknown_strides(shape), values=values))


def _check_values(given: Any, ndim: int) -> None:
    held = of.tensor_of(given)
    if held.ndim > 2:
        raise NotModelled
    shape = of.broadcast([held.shape, (ndim, 2)])
    if len(shape) != 2 or any(type(a) is int and a != b for a, b in zip(shape, (ndim, 2))):
        raise NotModelled


def _widths(given: Any, held: Tensor, ndim: int) -> list[Any]:
    """The widths before and after, for each axis, of a number, a pair, or a pair for each axis."""
    if not held.ndim:
        width = of.values_of(held)
        one = width[0] if width else of.whole(given)
        return [(one, one)] * ndim
    rows = list(given) if not isinstance(given, Tensor) else [*ndarray(held)]
    if held.ndim == 1:
        pair = [of.whole(x) for x in rows]
        return [(pair[0], pair[-1])] * ndim if len(pair) <= 2 else []
    pairs = []
    for row in rows:
        pair = [of.whole(x) for x in row]
        pairs.append((pair[0], pair[-1]))
    return pairs * ndim if len(pairs) == 1 and ndim != 1 else pairs


# parts put in and left out


@rule("np.delete")
def delete(arr: Any, obj: Any, axis: Any = None) -> Any:
    """The array without some places along an axis."""
    held = of.tensor_of(arr, other=True)
    if axis is None:
        held = reshaped(held, (-1,))._tensor
        axis = 0
    at = of.axis_of(axis, held.ndim)
    total = held.shape[at]
    if isinstance(obj, slice):
        if type(total) is not int:
            raise NotModelled
        gone = {*range(*obj.indices(total))}
    else:
        places = of.tensor_of(obj)
        if places.dtype is dtypes.bool_:
            if places.ndim != 1 or tuple(places.shape) != (total,):
                raise ValueError(
                    f"boolean array argument obj to delete must be one dimensional and match the axis length of {total}"
                )
            mask = of.values_of(places)
            gone = None if mask is None else {i for i, v in enumerate(mask) if v}  # type: ignore[assignment]
        else:
            if places.dtype.category > dtypes.INTEGER:
                if places.numel() == 0 and places.ndim == 1:
                    return ndarray(make(held.shape, held.dtype, values=held.values))
                raise IndexError("arrays used as indices must be of integer (or boolean) type")
            known = of.values_of(places)
            if type(total) is int and known is not None:
                for place in known:
                    if not -total <= place < total:
                        raise IndexError(f"index {place} is out of bounds for axis {at} with size {total}")
                gone = {place % total for place in known}
            elif places.ndim == 0 or places.numel() == 1:
                size = total - 1
                return ndarray(make((*held.shape[:at], size, *held.shape[at + 1 :]), held.dtype))
            else:
                gone = None
    if gone is None:
        return ndarray(
            make((*held.shape[:at], Unknown("how many places are left", int), *held.shape[at + 1 :]), held.dtype)
        )
    shape = (*held.shape[:at], total - len(gone), *held.shape[at + 1 :])
    values = of.values_of(held) if held.ndim == 1 else None
    found = None if values is None else Values([v for i, v in enumerate(values) if i not in gone])
    return ndarray(make(shape, held.dtype, of.layout(shape, held), values=found))


@rule("np.insert")
def insert(arr: Any, obj: Any, values: Any, axis: Any = None) -> Any:
    """The array with some more in front of some places along an axis."""
    held = of.tensor_of(arr)
    given = of.tensor_of(values)
    if axis is None:
        held = reshaped(held, (-1,))._tensor
        axis = 0
    at = of.axis_of(axis, held.ndim)
    total = held.shape[at]
    if isinstance(obj, slice):
        raise NotModelled
    places = of.tensor_of(obj)
    if any(type(size) is int and size == 0 for size in held.shape):
        raise NotModelled
    if places.dtype.category != dtypes.INTEGER or places.ndim > 1 or type(total) is not int:
        raise NotModelled
    if held.dtype.category == dtypes.INTEGER and not isinstance(values, ndarray):
        if not (type(values) is int and 0 <= values < 128):
            raise NotModelled
    known = of.values_of(places)
    if known is not None:
        for place in known:
            if not -total <= place <= total:
                raise IndexError(f"index {place} is out of bounds for axis {at} with size {total}")
    count = of.count_of(places.shape)
    if type(count) is not int:
        raise NotModelled
    if count == 1 and places.ndim == 0:
        if given.ndim == held.ndim and held.ndim == 1:
            count = given.shape[0]
        elif given.ndim:
            raise NotModelled
    elif given.ndim > 1 or (given.ndim == 1 and held.ndim > 1):
        raise NotModelled
    elif given.ndim == 1 and given.shape[0] not in (1, count):
        if count != 1:
            raise ValueError(
                f"shape mismatch: value array of shape {tuple(given.shape)} could not be broadcast to indexing result of shape ({count},)"
            )
        count = given.shape[0]
    return ndarray(
        make((*held.shape[:at], total + count, *held.shape[at + 1 :]), held.dtype, of.layout(held.shape, held))
    )


@rule("np.trim_zeros")
def trim_zeros(filt: Any, trim: Any = "fb", axis: Any = None) -> Any:
    held = of.tensor_of(filt)
    if held.ndim != 1 or type(filt) is not ndarray:
        raise NotModelled
    return ndarray(make((Unknown("how many elements are left without the zeros at the ends", int),), held.dtype))
