"""Choosing, finding, sorting and counting elements; sets of them."""

from __future__ import annotations

import math

from convcalc.tensor import Tensor, Unknown, dtypes, make
from convcalc.tensor.size import differ
from convcalc.tensor.strides import unknown_strides
from convcalc.tensor.values import Values, computed, few, known, overwrite

from ..numpy_arithmetic import operand_elements
from ..numpy_arrays import ndarray, wrapped
from ..numpy_types import all_together, counted, is_other
from . import operands as of
from .operands import to_out
from .registry import NotModelled, rule
from .shapes import reshaped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convcalc.tensor.dtypes import DType


def count_unknown(what: str) -> Unknown:
    return Unknown(what, int)


# choosing


@rule("np.where")
def where(condition: Any, x: Any = of.NO_VALUE, y: Any = of.NO_VALUE, /) -> Any:
    """`where(condition)`, the places where it holds; `where(condition, x, y)`, the elements of the one or the other."""
    if x is of.NO_VALUE and y is of.NO_VALUE:
        return nonzero(condition)
    if x is of.NO_VALUE or y is of.NO_VALUE:
        raise ValueError("either both or neither of x and y should be given")
    asked = of.tensor_of(condition)
    choices = []
    for choice in (x, y):
        if choice.__class__ in (bool, int, float, complex) or isinstance(choice, (ndarray, counted)):
            choices.append(choice)
        else:
            choices.append(wrapped_or_array(choice))
    tensors = [of.tensor_of(choice, other=True) for choice in choices]
    shape = of.broadcast([asked.shape, *[t.shape for t in tensors]])
    if any(is_other(t.dtype) for t in tensors):
        from .joining import common_element

        return ndarray(make(shape, common_element(tensors)))
    element = _promoted(operand_elements(choices))
    values = _chosen(asked, tensors, shape, element)
    return ndarray(make(shape, element, of.keep_order(shape, [asked, *tensors]), values=values))


def wrapped_or_array(x: Any) -> Any:
    return ndarray(of.tensor_of(x, other=True))


def _promoted(elements: list[DType]) -> DType:
    return all_together(elements)


def _chosen(condition: Tensor, choices: list[Tensor], shape: Any, element: DType) -> Values | None:
    from convcalc.ops.elementwise import broadcast_values

    if not of.is_few(shape) or isinstance(element, dtypes.UnknownDType):
        return None
    columns = []
    for held in (condition, *choices):
        values = of.values_of(held)
        if values is None:
            return None
        columns.append(broadcast_values(values, held.shape, shape))
    return of.finite(computed(lambda c, a, b: a if c else b, columns, element), element)


@rule("np.select")
def select(condlist: Any, choicelist: Any, default: Any = 0) -> Any:
    if len(condlist) != len(choicelist):
        raise ValueError("list of cases must be same length as list of conditions")
    if not len(condlist):
        raise ValueError("select with an empty condition list is not possible")
    conditions = [of.tensor_of(c) for c in condlist]
    if any(c.dtype is not dtypes.bool_ for c in conditions):
        raise TypeError("invalid entry in condlist: should be boolean ndarray")
    choices = [*choicelist, default]
    kept = [
        c if c.__class__ in (int, float, complex) or isinstance(c, (ndarray, counted)) else wrapped_or_array(c)
        for c in choices
    ]
    tensors = [of.tensor_of(c) for c in kept]
    if any(c.__class__ in (int, float, complex) for c in kept):
        weak = [c for c in kept if c.__class__ in (int, float, complex)]
        if len(weak) == len(kept):
            element = _promoted([t.dtype for t in tensors])
        else:
            element = _promoted(operand_elements(kept))
    else:
        element = _promoted([t.dtype for t in tensors])
    shape = of.broadcast([t.shape for t in (*conditions, *tensors)])
    made = make(shape, element)
    return ndarray(made)


@rule("np.choose", "ndarray.choose")
def choose(a: Any, choices: Any, out: Any = None, mode: Any = "raise") -> Any:
    held = of.tensor_of(a)
    if held.dtype.category > dtypes.INTEGER or of.values_of(held) is None:
        raise NotModelled
    tensors = of.tensors_of(choices)
    if not tensors or mode != "raise" or any(not 0 <= v < len(tensors) for v in of.values_of(held) or ()):
        raise NotModelled
    shape = of.broadcast([held.shape, *[t.shape for t in tensors]])
    return to_out(out, ndarray(make(shape, _promoted([t.dtype for t in tensors]))), "choose")


@rule("np.extract")
def extract(condition: Any, arr: Any) -> Any:
    held = of.tensor_of(arr, other=True)
    mask = of.tensor_of(condition)
    values = of.values_of(mask)
    count = count_unknown("how many elements of a mask are true") if values is None else sum(map(bool, values))
    if type(mask.numel()) is not int or type(held.numel()) is not int or mask.numel() != held.numel():
        raise NotModelled
    return ndarray(make((count,), held.dtype))


@rule("np.compress")
def compress(condition: Any, a: Any, axis: Any = None, out: Any = None) -> Any:
    return _compressed(a, condition, axis, out)


@rule("ndarray.compress")
def compress_method(a: Any, condition: Any, axis: Any = None, out: Any = None) -> Any:
    return _compressed(a, condition, axis, out)


def _compressed(a: Any, condition: Any, axis: Any, out: Any) -> Any:
    held, mask = of.tensor_of(a, other=True), of.tensor_of(condition)
    if mask.ndim != 1:
        raise ValueError("condition must be a 1-d array")
    if axis is None:
        held, axis = reshaped(held, (-1,))._tensor, 0
    elif not held.ndim:
        held = make((1,), held.dtype, values=held.values)
    at = of.axis_of(axis, held.ndim)
    values = of.values_of(mask)
    count: Any = count_unknown("how many elements of a mask are true")
    if values is not None:
        if type(held.shape[at]) is not int or any(values[held.shape[at] :]):
            raise NotModelled
        count = sum(map(bool, values))
    shape = (*held.shape[:at], count, *held.shape[at + 1 :])
    return to_out(out, ndarray(make(shape, held.dtype)), "compress")


@rule("np.take", "ndarray.take")
def take(a: Any, indices: Any, axis: Any = None, out: Any = None, mode: Any = "raise") -> Any:
    if isinstance(a, Tensor):
        raise NotModelled
    held, places = of.tensor_of(a, other=True), of.tensor_of(indices)
    if places.dtype.category > dtypes.INTEGER or places.dtype is dtypes.uint64:
        if places.dtype.category > dtypes.INTEGER and not isinstance(indices, ndarray) and places.numel() == 0:
            raise NotModelled
        raise TypeError(
            f"Cannot cast array data from dtype('{places.dtype.name}') to dtype('int64') according to the rule 'safe'"
        )
    if mode not in ("raise", "wrap", "clip"):
        raise NotModelled
    if axis is None:
        held, at = reshaped(held, (-1,))._tensor, 0
    else:
        at = of.axis_of(axis, max(1, held.ndim))
        if not held.ndim:
            held = make((1,), held.dtype, values=held.values)
    size = held.shape[at]
    chosen = of.values_of(places)
    if type(size) is int:
        if size == 0 and places.numel() != 0:
            if type(places.numel()) is int and all(type(n) is int and n for d, n in enumerate(held.shape) if d != at):
                raise IndexError("cannot do a non-empty take from an empty axes.")
            raise NotModelled
        if chosen is not None and mode == "raise" and type(held.numel()) is int and held.numel():
            for place in chosen:
                if not -size <= place < size:
                    raise IndexError(
                        f"index {place} is out of bounds for {f'axis {at} with ' if axis is not None else ''}size {size}"
                    )
        elif mode == "raise" and chosen is not None and any(not -size <= place < size for place in chosen):
            raise NotModelled
    shape = (*held.shape[:at], *places.shape, *held.shape[at + 1 :])
    values = None
    own = of.values_of(held)
    if own is not None and chosen is not None and mode == "raise" and of.is_few(shape):
        inner, outer = math.prod(held.shape[at + 1 :]), math.prod(held.shape[:at])
        values = Values(
            [
                own[(o * size + place % size) * inner + i]
                for o in range(outer)
                for place in map(int, chosen)
                for i in range(inner)
            ]
        )
    made = make(shape, held.dtype, values=values)
    return to_out(out, wrapped(made) if not shape else ndarray(made), "take", "unsafe")


@rule("np.take_along_axis")
def take_along_axis(arr: Any, indices: Any, axis: Any = -1) -> Any:
    if arr.__class__ in (bool, int, float, complex, list, tuple):
        raise NotModelled
    held, places = of.tensor_of(arr, other=True), of.tensor_of(indices)
    if axis is not None:
        of.axis_of(axis, held.ndim)
    of.needs_array(indices, "dtype")
    if axis is None:
        if places.ndim != 1:
            raise ValueError("when axis=None, `indices` must have a single dimension.")
        held, at = reshaped(held, (-1,))._tensor, 0
    else:
        at = of.axis_of(axis, held.ndim)
    if places.dtype.category != dtypes.INTEGER:
        raise IndexError("`indices` must be an integer array")
    if held.ndim != places.ndim:
        raise ValueError("`indices` and `arr` must have the same number of dimensions")
    shape = list(places.shape)
    for d in range(held.ndim):
        if d != at:
            a, b = held.shape[d], places.shape[d]
            if a is b or (type(b) is int and b == 1):
                shape[d] = a
            elif type(a) is int and a == 1:
                shape[d] = b
            elif type(a) is not Unknown and type(b) is not Unknown and a != b:
                raise IndexError("shape mismatch: indexing arrays could not be broadcast together")
    size, chosen = held.shape[at], of.values_of(places)
    if any(type(n) is int and n == 0 for n in held.shape):
        raise NotModelled
    if chosen is not None and type(size) is int and type(held.numel()) is int:
        for place in chosen:
            if not -size <= place < size:
                raise IndexError(f"index {place} is out of bounds for axis {at} with size {size}")
    return ndarray(make(shape, held.dtype, unknown_strides(shape) if len(shape) > 1 else None))


def _overwritten(name: str, at: int) -> Any:
    def function(*args: Any, **kwargs: Any) -> None:
        target = args[at] if args else next(iter(kwargs.values()))
        if type(target) is ndarray:
            overwrite(target._tensor)

    function.__name__ = name
    return function


for _name in "put put_along_axis putmask place copyto fill_diagonal".split():
    rule(f"np.{_name}")(_overwritten(_name, 0))
for _name in "put partition".split():
    rule(f"ndarray.{_name}")(_overwritten(_name, 0))


# finding


@rule("np.nonzero", "ndarray.nonzero")
def nonzero(a: Any) -> Any:
    """For each dimension the places of what is not zero."""
    if isinstance(a, Tensor):
        return of.asked_of(a, "nonzero", nonzero)
    held = of.tensor_of(a)
    if not held.ndim:
        raise ValueError("Calling nonzero on 0d arrays is not allowed. Use np.atleast_1d(scalar).nonzero() instead.")
    found = _places(held)
    step = (held.ndim,) if held.ndim > 1 else None  # they are columns of one array
    if found is None:
        count = count_unknown("how many elements are not zero")
        return tuple([ndarray(make((count,), dtypes.int64, step)) for _ in range(held.ndim)])
    return tuple(
        [
            of.array((len(found),), dtypes.int64, of.held_values([place[d] for place in found], dtypes.int64), step)
            for d in range(held.ndim)
        ]
    )


def _places(held: Tensor) -> list[list[int]] | None:
    """The indices of what is not zero, in order; None where that is not known."""
    values = of.values_of(held)
    if values is None or not all(type(size) is int for size in held.shape):
        return [] if any(type(size) is int and size == 0 for size in held.shape) else None
    found = []
    for at, value in enumerate(values):
        if value:
            index = []
            for size in reversed(held.shape):
                at, place = divmod(at, size)
                index.append(place)
            found.append(index[::-1])
    return found


@rule("np.argwhere")
def argwhere(a: Any) -> Any:
    held = of.tensor_of(a)
    found = _places(held) if held.ndim else None
    count = count_unknown("how many elements are not zero") if found is None else len(found)
    values = None if found is None else of.held_values([v for place in found for v in place], dtypes.int64)
    shape: Any = (count, held.ndim)
    return of.array(shape, dtypes.int64, values, unknown_strides(shape) if found is None or held.ndim > 1 else None)


@rule("np.flatnonzero")
def flatnonzero(a: Any) -> Any:
    return nonzero(reshaped(of.tensor_of(a), (-1,)))[0]


@rule("np.searchsorted")
def searchsorted(a: Any, v: Any, side: Any = "left", sorter: Any = None) -> Any:
    held, wanted = of.tensor_of(a), of.tensor_of(v)
    if held.ndim > 1:
        raise ValueError("object too deep for desired array")
    if not held.ndim:
        raise ValueError("object of too small depth for desired array")
    if side not in ("left", "right"):
        raise ValueError(f"search side must be one of 'left' or 'right' (got {side!r})")
    if sorter is not None:
        raise NotModelled
    own, values = of.values_of(held), of.values_of(wanted)
    found = None
    if own is not None and values is not None and list(own) == sorted(own):
        from bisect import bisect_left, bisect_right

        find = bisect_left if side == "left" else bisect_right
        found = Values([find(own, value) for value in values])
    made = make(wanted.shape, dtypes.int64, values=found)
    return wrapped(made) if not wanted.ndim else ndarray(made)


@rule("ndarray.searchsorted")
def searchsorted_method(self: Any, v: Any, side: Any = "left", sorter: Any = None) -> Any:
    return searchsorted(self, v, side, sorter)


@rule("np.digitize")
def digitize(x: Any, bins: Any, right: Any = False) -> Any:
    held, edges = of.tensor_of(x), of.tensor_of(bins)
    if edges.ndim != 1:
        raise ValueError(
            "object too deep for desired array" if edges.ndim else "object of too small depth for desired array"
        )
    if held.dtype.category == dtypes.COMPLEX:
        raise TypeError("x may not be complex")
    values = of.values_of(edges)
    if values is None or not (values == sorted(values) or values == sorted(values, reverse=True)):
        raise NotModelled
    made = make(held.shape, dtypes.int64)
    return wrapped(made) if not held.ndim else ndarray(made)


# sorting


def _sortable(a: Any, axis: Any) -> tuple[Tensor, int | None]:
    held = of.tensor_of(a, other=True)
    if axis is None:
        return reshaped(held, (-1,))._tensor, 0
    return held, of.axis_of(axis, max(held.ndim, 1)) if held.ndim else of.axis_of(axis, 0)


@rule("np.sort")
def sort(a: Any, axis: Any = -1, kind: Any = None, order: Any = None, *, stable: Any = None) -> Any:
    held, _ = _sortable(a, axis)
    _check_kind(kind, order)
    values = of.values_of(held) if held.ndim == 1 else None
    try:
        ordered = None if values is None else Values(sorted(values))
    except TypeError:
        ordered = None
    return ndarray(make(held.shape, held.dtype, of.layout(held.shape, held), values=ordered))


def _check_kind(kind: Any, order: Any) -> None:
    if order is not None:
        raise NotModelled
    if kind is not None and kind not in ("quicksort", "mergesort", "heapsort", "stable"):
        raise NotModelled


@rule("ndarray.sort")
def sort_in_place(self: Any, axis: Any = -1, kind: Any = None, order: Any = None, *, stable: Any = None) -> None:
    of.axis_of(axis, self.ndim)
    made = sort(self) if self.ndim == 1 else None
    overwrite(self._tensor, known(made._tensor) if type(made) is ndarray else None)


@rule("np.argsort", "ndarray.argsort")
def argsort(a: Any, axis: Any = -1, kind: Any = None, order: Any = None, *, stable: Any = None) -> Any:
    if isinstance(a, Tensor):
        return of.asked_of(a, "argsort", argsort, axis=axis)
    if not of.tensor_of(a, other=True).ndim and axis in (0, -1):
        return of.array((1,), dtypes.int64, Values([0]))
    held, _ = _sortable(a, axis)
    _check_kind(kind, order)
    values = of.values_of(held) if held.ndim == 1 else None
    places = None
    if values is not None and (len(set(values)) == len(values) or kind in ("stable", "mergesort")):
        try:
            places = Values(sorted(range(len(values)), key=values.__getitem__))
        except TypeError:
            places = None
    return ndarray(make(held.shape, dtypes.int64, of.layout(held.shape, held), values=places))


@rule("np.argpartition", "ndarray.argpartition")
def argpartition(a: Any, kth: Any, axis: Any = -1, kind: Any = "introselect", order: Any = None) -> Any:
    held = _partitioned(a, kth, axis, order)
    return ndarray(make(held.shape, dtypes.int64, of.layout(held.shape, held)))


@rule("np.partition")
def partition(a: Any, kth: Any, axis: Any = -1, kind: Any = "introselect", order: Any = None) -> Any:
    held = _partitioned(a, kth, axis, order)
    return ndarray(make(held.shape, held.dtype, of.layout(held.shape, held)))


def _partitioned(a: Any, kth: Any, axis: Any, order: Any) -> Tensor:
    if not of.tensor_of(a).ndim:
        raise NotModelled
    held, at = _sortable(a, axis)
    places = of.tensor_of(kth)
    if order is not None or places.dtype.category != dtypes.INTEGER or places.ndim > 1 or not held.ndim or at is None:
        raise NotModelled
    known_places, size = of.values_of(places), held.shape[at]
    if known_places is None or type(size) is not int or any(not -size <= k < size for k in known_places):
        if known_places is not None and type(size) is int and type(held.numel()) is int and held.numel():
            raise ValueError(f"kth(={known_places[0]}) out of bounds ({size})")
        raise NotModelled
    return held


@rule("np.lexsort")
def lexsort(keys: Any, axis: Any = -1) -> Any:
    held = of.tensors_of(keys)
    if not held:
        raise TypeError("need sequence of keys with len > 0 in lexsort")
    if any(differ(t.shape, held[0].shape) for t in held):
        raise ValueError("all keys need to be the same shape")
    if not held[0].ndim:
        raise NotModelled
    of.axis_of(axis, held[0].ndim)
    return ndarray(make(held[0].shape, dtypes.int64, of.layout(held[0].shape, *held)))


@rule("np.sort_complex")
def sort_complex(a: Any) -> Any:
    held = of.tensor_of(a)
    if held.dtype.category == dtypes.FLOATING and held.dtype is not dtypes.float64:
        raise NotModelled
    if not held.ndim:
        raise NotModelled
    element = (
        held.dtype
        if held.dtype.category == dtypes.COMPLEX
        else dtypes.complex128
        if held.dtype.itemsize > 2 or held.dtype is dtypes.bool_
        else dtypes.complex64
    )
    return ndarray(make(held.shape, element, of.layout(held.shape, held)))


# counting and sets


@rule("np.unique")
def unique(ar: Any, return_index: Any = False, return_inverse: Any = False, return_counts: Any = False, axis: Any = None, *, equal_nan: Any = True, sorted: Any = True) -> Any:  # fmt: skip
    """The different elements in order; with their first places, the place of each among them, and how many there are of each."""
    held = of.tensor_of(ar, other=True)
    flags = [of.flag(return_index), of.flag(return_inverse), of.flag(return_counts)]
    if axis is not None:
        if any(type(size) is int and size == 0 for size in held.shape):
            raise NotModelled
        at = of.axis_of(axis, held.ndim)
        count: Any = count_unknown("the number of different elements")
        parts = [
            ndarray(
                make(
                    (*held.shape[:at], count, *held.shape[at + 1 :]),
                    held.dtype,
                    unknown_strides(held.shape) if held.ndim > 1 else None,
                )
            )
        ]
        rows: Any = held.shape[at]
        parts += [of.array((n,), dtypes.int64) for n, asked in zip((count, rows, count), flags) if asked]
        return tuple(parts) if len(parts) > 1 else parts[0]
    values = of.values_of(held)
    if values is not None and held.dtype.category != dtypes.COMPLEX and not _has_nan(values):
        return _unique_known(held, values, flags)
    count = count_unknown("the number of different elements")
    parts = [ndarray(make((count,), held.dtype))]
    if flags[0]:
        parts.append(of.array((count,), dtypes.int64))
    if flags[1]:
        parts.append(ndarray(make(held.shape, dtypes.int64, None)))
    if flags[2]:
        parts.append(of.array((count,), dtypes.int64))
    return tuple(parts) if len(parts) > 1 else parts[0]


def _has_nan(values: Any) -> bool:
    return any(v != v for v in values)


def _unique_known(held: Tensor, values: list[Any], flags: list[bool]) -> Any:
    try:
        different = sorted_unique(values)
    except TypeError:
        raise NotModelled from None
    place = {value: i for i, value in enumerate(different)}
    first: dict[Any, int] = {}
    counts = dict.fromkeys(different, 0)
    for i, value in enumerate(values):
        first.setdefault(value, i)
        counts[value] += 1
    count = len(different)
    parts = [ndarray(make((count,), held.dtype, values=Values(different)))]
    if flags[0]:
        parts.append(of.array((count,), dtypes.int64, Values([first[v] for v in different])))
    if flags[1]:
        parts.append(ndarray(make(held.shape, dtypes.int64, values=Values([place[v] for v in values]))))
    if flags[2]:
        parts.append(of.array((count,), dtypes.int64, Values([counts[v] for v in different])))
    return tuple(parts) if len(parts) > 1 else parts[0]


def sorted_unique(values: Any) -> list[Any]:
    return sorted(set(values))


@rule("np.bincount")
def bincount(x: Any, /, weights: Any = None, minlength: Any = 0) -> Any:
    held = of.tensor_of(x)
    if held.ndim != 1:
        raise ValueError(
            "object of too small depth for desired array" if not held.ndim else "object too deep for desired array"
        )
    if held.dtype.category > dtypes.INTEGER or held.dtype is dtypes.uint64:
        if not isinstance(x, (ndarray, counted)):
            raise NotModelled
        if not (held.ndim == 1 and type(held.shape[0]) is int and held.shape[0] == 0):
            raise TypeError(
                f"Cannot cast array data from dtype('{held.dtype.name}') to dtype('int64') according to the rule 'safe'"
            )
        if type(x) is ndarray:
            raise NotModelled
    least = of.known_whole(minlength)
    if least < 0:
        raise ValueError("'minlength' must not be negative")
    element = dtypes.int64
    values = of.values_of(held)
    if values is not None and any(v < 0 for v in values):
        raise ValueError("'list' argument must have no negative elements")
    if type(held.shape[0]) is int and held.shape[0] == 0 and weights is not None:
        raise NotModelled
    if weights is not None:
        weight = of.tensor_of(weights)
        element = dtypes.float64
        if weight.dtype.category == dtypes.COMPLEX:
            raise TypeError(
                "Cannot cast array data from dtype('complex128') to dtype('float64') according to the rule 'safe'"
            )
        if weight.ndim != 1 or weight.numel() != held.numel():
            if type(weight.numel()) is int and type(held.numel()) is int:
                raise ValueError("The weights and list don't have the same length.")
            raise NotModelled
    if values is None:
        return of.array((count_unknown("the greatest element"),), element)
    length = max([least, *[v + 1 for v in values]])
    if not few(length):
        return of.array((length,), element)
    counts = [0] * length
    for v in values:
        counts[v] += 1
    return of.array((length,), element, Values(counts) if weights is None else None)


def _flat(a: Any) -> Tensor:
    return reshaped(of.tensor_of(a, other=True), (-1,))._tensor  # type: ignore[no-any-return]


def _combined(name: str, function: Any) -> Any:
    def combined(ar1: Any, ar2: Any, *args: Any, **kwargs: Any) -> Any:
        first, second = _flat(ar1), _flat(ar2)
        if any(x.__class__ in (bool, int, float, complex) for x in (ar1, ar2)):
            raise NotModelled
        from .joining import common_element

        if args or kwargs:
            raise NotModelled
        element = first.dtype if name == "setdiff1d" else common_element([first, second])
        values = [of.values_of(t) for t in (first, second)]
        if values[0] is not None and values[1] is not None and not any(map(_has_nan, values)):
            try:
                found = sorted_unique(function(set(values[0]), set(values[1])))
            except TypeError:
                raise NotModelled from None
            if is_other(element):
                return ndarray(make((len(found),), element, values=Values(found)))
            return of.array((len(found),), element, of.held_values(found, element))
        return ndarray(make((count_unknown(f"how many elements np.{name} finds"),), element))

    return combined


for _name, _function in (
    ("intersect1d", set.__and__),
    ("union1d", set.__or__),
    ("setdiff1d", set.__sub__),
    ("setxor1d", set.__xor__),
):
    rule(f"np.{_name}")(_combined(_name, _function))


@rule("np.isin", "np.in1d")
def isin(element: Any, test_elements: Any, assume_unique: Any = False, invert: Any = False, *, kind: Any = None) -> Any:
    held = of.tensor_of(element, other=True)
    tested = of.tensor_of(test_elements, other=True)
    if kind is not None or is_other(held.dtype) != is_other(tested.dtype):
        raise NotModelled
    own, among = of.values_of(held), of.values_of(tested)
    values = None
    if own is not None and among is not None:
        inverted = of.flag(invert)
        values = Values([(v in among) != inverted for v in own])
    made = make(held.shape, dtypes.bool_, values=values)
    return ndarray(make(held.shape, dtypes.bool_, values=values)) if held.ndim else wrapped_bool(made)


def wrapped_bool(made: Tensor) -> Any:
    return ndarray(made)


@rule("np.unravel_index")
def unravel_index(indices: Any, shape: Any, order: Any = "C") -> Any:
    held = of.tensor_of(indices)
    sizes = of.sizes_of(shape)
    if not len(sizes):
        raise NotModelled
    if held.dtype.category != dtypes.INTEGER:
        raise TypeError("only int indices permitted")
    values = of.values_of(held)
    if values is None or not all(type(size) is int for size in sizes) or order != "C":
        if values is not None:
            raise NotModelled
        made = [make(held.shape, dtypes.int64, unknown_strides(held.shape)) for _ in sizes]
        return tuple(wrapped(m) if not held.ndim else ndarray(m) for m in made)
    total = math.prod(sizes)
    if any(not 0 <= v < total for v in values):
        raise ValueError(
            f"index {next(v for v in values if not 0 <= v < total)} is out of bounds for array with size {total}"
        )
    columns: list[list[int]] = []
    for d in range(len(sizes)):
        inner = math.prod(sizes[d + 1 :])
        columns.append([v // inner % sizes[d] for v in values])
    made = [make(held.shape, dtypes.int64, unknown_strides(held.shape), values=Values(column)) for column in columns]
    return tuple(wrapped(m) if not held.ndim else ndarray(m) for m in made)


@rule("np.ravel_multi_index")
def ravel_multi_index(multi_index: Any, dims: Any, mode: Any = "raise", order: Any = "C") -> Any:
    held = of.tensors_of(multi_index)
    if any(t.dtype.category != dtypes.INTEGER for t in held) or (
        mode == "raise" and any(of.values_of(t) is None for t in held)
    ):
        raise NotModelled
    sizes = of.sizes_of(dims)
    if len(sizes) != len(held):
        raise ValueError(f"parameter multi_index must be a sequence of length {len(sizes)}")
    for t, size in zip(held, sizes):
        if mode == "raise" and (type(size) is not int or any(not 0 <= v < size for v in of.values_of(t) or ())):
            raise ValueError("invalid entry in coordinates array")
    made = make(of.broadcast([t.shape for t in held]), dtypes.int64)
    return wrapped(made) if not made.ndim else ndarray(made)


# comparing whole arrays


@rule("np.array_equal")
def array_equal(a1: Any, a2: Any, equal_nan: Any = False) -> Any:
    first, second = of.tensor_of(a1), of.tensor_of(a2)
    if first.ndim != second.ndim or any(
        type(a) is int and type(b) is int and a != b for a, b in zip(first.shape, second.shape)
    ):
        return False
    values = [of.values_of(t) for t in (first, second)]
    if values[0] is not None and values[1] is not None and not any(map(_has_nan, values)):
        return list(values[0]) == list(values[1])
    return Unknown("whether two arrays are equal", bool)


@rule("np.allclose")
def allclose(a: Any, b: Any, rtol: Any = 1e-5, atol: Any = 1e-8, equal_nan: Any = False) -> Any:
    of.broadcast([of.tensor_of(x).shape for x in (a, b)])
    return Unknown("whether two arrays are close", bool)


@rule("np.array_equiv")
def array_equiv(a1: Any, a2: Any) -> Any:
    for x in (a1, a2):
        of.tensor_of(x)
    return Unknown("whether two arrays are equal", bool)


@rule("np.isclose")
def isclose(a: Any, b: Any, rtol: Any = 1e-5, atol: Any = 1e-8, equal_nan: Any = False) -> Any:
    shape = of.broadcast([of.tensor_of(x).shape for x in (a, b)])
    return (
        wrapped(make(shape, dtypes.bool_))
        if not len(shape)
        else ndarray(make(shape, dtypes.bool_, of.layout(shape, *[of.tensor_of(x) for x in (a, b)])))
    )


@rule("np.shares_memory", "np.may_share_memory")
def shares_memory(a: Any, b: Any, /, max_work: Any = -1) -> Any:
    return Unknown("whether two arrays share memory", bool)
