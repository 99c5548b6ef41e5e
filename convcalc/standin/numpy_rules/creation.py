"""Arrays of a shape that is asked for, ranges, grids, and arrays of an array's shape."""

from __future__ import annotations

import math

from convcalc.tensor import Tensor, Unknown, dtypes, make
from convcalc.tensor.strides import unknown_strides
from convcalc.tensor.unknown import kind_of
from convcalc.tensor.values import Values, few, rounded

from ..numpy_arithmetic import operand_elements
from ..numpy_arrays import array as _array
from ..numpy_arrays import asarray as _asarray
from ..numpy_arrays import ndarray, of_tensor, wrapped
from ..numpy_layout import copied_order, in_order
from ..numpy_types import check_bounds, counted, is_other, together
from . import operands as of
from .registry import NotModelled, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convcalc.tensor.dtypes import DType


def filled(shape: Any, content: Any, element: DType, strides: Any = None) -> ndarray:
    """An array of one content: its elements are known where that is, and they are few."""
    count = of.count_of(shape)
    number = content.item() if isinstance(content, counted) else content
    values = None
    if (
        few(count)
        and not is_other(element)
        and not isinstance(element, dtypes.UnknownDType)
        and type(number) in (bool, int, float, complex)
    ):
        one = rounded([number], element)
        values = (
            None
            if one is None or (element.category >= dtypes.FLOATING and not abs(one[0]) < math.inf)
            else Values(list(one) * count)
        )
    elif few(count) and is_other(element) and element.kind == "U" and isinstance(content, str):
        values = Values([content] * count)
    return ndarray(make(shape, element, strides, values=values))


def _default(name: str, content: Any) -> Any:
    def function(shape: Any, dtype: Any = None, order: Any = "C", *, device: Any = None, like: Any = None) -> Any:
        sizes = of.sizes_of(shape)
        element = of.element_or(dtype, dtypes.float64)
        return filled(sizes, content if not is_other(element) else None, element, in_order(sizes, order, True))

    function.__name__ = name
    return function


for _name, _content in (("zeros", 0), ("ones", 1), ("empty", None)):
    rule(f"np.{_name}")(_default(_name, _content))


@rule("np.full")
def full(
    shape: Any, fill_value: Any, dtype: Any = None, order: Any = "C", *, device: Any = None, like: Any = None
) -> Any:
    sizes = of.sizes_of(shape)
    held = of.tensor_of(fill_value, other=True)
    element = of.element_or(dtype, held.dtype)
    lead = held.ndim - len(sizes)
    if lead > 0 and any(type(s) is Unknown for s in held.shape[:lead]):
        raise NotModelled
    if lead > 0 and any(s != 1 for s in held.shape[:lead]):
        raise ValueError(f"could not broadcast input array from shape {tuple(held.shape)} into shape {tuple(sizes)}")
    if any(type(s) is int and s != 1 and type(t) is int and s != t for s, t in zip(held.shape[::-1], sizes[::-1])):
        raise ValueError(f"could not broadcast input array from shape {tuple(held.shape)} into shape {tuple(sizes)}")
    plain = of.number(fill_value)
    in_order(sizes, order, True)
    check_bounds(fill_value, element)
    return filled(sizes, plain if type(plain) is not Unknown else None, element, in_order(sizes, order, True))


def _like_another(name: str, content: Any) -> Any:
    def function(
        prototype: Any,
        /,
        dtype: Any = None,
        order: Any = "K",
        subok: Any = True,
        shape: Any = None,
        *,
        device: Any = None,
    ) -> Any:
        return alike(prototype, content, dtype, order, shape)

    def named(
        a: Any, dtype: Any = None, order: Any = "K", subok: Any = True, shape: Any = None, *, device: Any = None
    ) -> Any:
        return alike(a, content, dtype, order, shape)

    return function if name == "empty_like" else named


def alike(source: Any, content: Any, dtype: Any, order: Any, shape: Any) -> Any:
    held = of.tensor_of(source, other=True)
    element = of.element_or(dtype, held.dtype)
    sizes = held.shape if shape is None else of.sizes_of(shape)
    if order in ("K", "k", "A", "a"):
        kept = len(sizes) == held.ndim
        strides = (
            copied_order(held)
            if kept and shape is None and order in ("K", "k")
            else None
            if of.is_plain(held)
            else unknown_strides(sizes)
        )
    else:
        strides = in_order(sizes, order)
    return filled(sizes, None if is_other(element) else content, element, strides)


for _name, _content in (("zeros_like", 0), ("ones_like", 1), ("empty_like", None)):
    rule(f"np.{_name}")(_like_another(_name, _content))


@rule("np.full_like")
def full_like(
    a: Any,
    fill_value: Any,
    dtype: Any = None,
    order: Any = "K",
    subok: Any = True,
    shape: Any = None,
    *,
    device: Any = None,
) -> Any:
    made = alike(a, None, dtype, order, shape)
    given = of.tensor_of(fill_value, other=True)
    lead = given.ndim - made.ndim
    if any(type(s) is Unknown for s in given.shape):
        return made
    if (lead > 0 and any(type(s) is not int or s != 1 for s in given.shape[:lead])) or any(
        type(s) is int and s != 1 and type(t) is int and s != t for s, t in zip(given.shape[::-1], made.shape[::-1])
    ):
        raise ValueError(
            f"could not broadcast input array from shape {tuple(given.shape)} into shape {tuple(made.shape)}"
        )
    plain = of.number(fill_value)
    element = made._tensor.dtype
    check_bounds(fill_value, element)
    if (
        type(plain) in (bool, int, float, complex)
        and not is_other(element)
        and not isinstance(element, dtypes.UnknownDType)
    ):
        fits = element.category >= given.dtype.category or element.category == dtypes.BOOL
        return filled(made._tensor.shape, plain if fits else None, element, made._tensor._strides)
    return made


# ranges


@rule("np.arange")
def arange(
    start_or_stop: Any = None,
    /,
    stop: Any = None,
    step: Any = 1,
    *,
    start: Any = None,
    dtype: Any = None,
    device: Any = None,
    like: Any = None,
) -> Any:
    """From start to stop, without it: as many as there are steps."""
    if start is not None:
        start_or_stop, stop = start, stop if start_or_stop is None else start_or_stop
    if start_or_stop is None and stop is None:
        raise TypeError("arange() requires stop to be specified.")
    if start_or_stop is None:
        start_or_stop, stop = 0, stop
    bounds_given = (0, start_or_stop) if stop is None else (start_or_stop, stop)
    given = (*bounds_given, 1 if step is None else step)
    for x in given:
        if type(x) is ndarray and x.ndim:
            raise TypeError("only 0-dimensional arrays can be converted to Python scalars")
        if type(x) is Unknown and kind_of(x) is None:
            raise NotModelled(x.reason)
        if isinstance(x, (str, list, tuple, dict)) or x.__class__ is complex:
            raise NotModelled
    low, high, by = [of.number(x) for x in given]
    if dtype is not None:
        element = of.real_element(dtype, dtypes.int64)
    else:
        element = _common(given if stop is not None else given[1:])
        if element is dtypes.bool_:
            element = dtypes.int64
    if element is dtypes.bool_ or element.category == dtypes.COMPLEX:
        raise NotModelled
    if (
        element.category == dtypes.INTEGER
        and element is not dtypes.int64
        and not all(type(v) is int and 0 <= v < 128 for v in (low, high, by))
    ):
        if not all(type(v) is int for v in (low, high, by)):
            raise NotModelled
        if any(v < (-128 if element.is_signed else 0) or v > 127 for v in (low, high, by)):
            raise NotModelled
    if any(type(v) is Unknown or v.__class__ is not type(v) for v in (low, high, by)):
        return of.array((_symbolic_count(low, high, by),), element)
    if not all(isinstance(v, (int, float)) and abs(v) < 1e18 for v in (low, high, by)):
        raise NotModelled
    if by == 0:
        raise (
            ZeroDivisionError("division by zero")
            if not any(isinstance(v, float) for v in (low, high, by))
            else ValueError("Maximum allowed size exceeded")
        )
    whole = all(isinstance(v, int) for v in (low, high, by))
    count = max(0, -((low - high) // by) if whole else math.ceil((high - low) / by))
    values = None
    if few(count):
        if element.category <= dtypes.INTEGER and not whole:
            values = None
        else:
            gap = (low + by) - low  # as numpy makes it of the first two
            values = rounded([low + i * gap for i in range(count)], element)
    return of.array((count,), element, values)


def _common(given: Any) -> DType:
    element: DType | None = None
    for x in given:
        own = of.tensor_of(x).dtype
        element = own if element is None else together(element, own)
    return element or dtypes.int64


def _symbolic_count(low: Any, high: Any, by: Any) -> Any:
    """How many there are, of numbers that are not known: the size itself where it counts from 0 by one."""
    if (
        low.__class__ is int
        and high.__class__ is int
        and type(by) is int
        and by == 1
        and any(type(x) is int for x in (low, high))
    ):
        if type(low) is int and low == 0:
            return high
        from convcalc.tensor.size import greater

        return greater(high - low, 0)
    return Unknown("the length of a range", int)


@rule("np.linspace")
def linspace(start: Any, stop: Any, num: Any = 50, endpoint: Any = True, retstep: Any = False, dtype: Any = None, axis: Any = 0, *, device: Any = None) -> Any:  # fmt: skip
    """So many numbers from start to stop; in doubles, if no other type is asked for."""
    count = of.whole(num)
    if type(count) is int and count < 0:
        raise ValueError(f"Number of samples, {count}, must be non-negative.")
    ends = [of.tensor_of(x) for x in (start, stop)]
    kept = [x if x.__class__ in (bool, int, float, complex) else wrapped(t) for x, t in zip((start, stop), ends)]
    element = together(*operand_elements(kept))
    element = element if element.category >= dtypes.FLOATING else dtypes.float64
    element = of.real_element(dtype, element)
    shape = of.broadcast([t.shape for t in ends])
    at = of.axis_of(axis, len(shape) + 1) if len(shape) else 0
    if len(shape):
        made = of.array(
            (*shape[:at], count, *shape[at:]),
            element,
            strides=of.layout((*shape, 1), *ends)
            if at == 0 and all(map(of.is_plain, ends))
            else unknown_strides((*shape, 1)),
        )
        return (made, of.array(shape, dtypes.float64)) if of.flag(retstep) else made
    if axis not in (0, -1):
        raise NotModelled
    numbers = [of.number(x) for x in (start, stop)]
    ended = of.flag(endpoint)
    values, gap = None, Unknown("the step of a range", float)
    if (
        few(count)
        and element is not dtypes.bool_
        and all(isinstance(x, (int, float)) and abs(x) < math.inf for x in numbers)
    ):
        low, high = numbers
        divided = count - (1 if ended else 0)
        if divided > 0:
            gap = (high - low) / divided
            steps: list[Any] = [low + i * gap for i in range(count)]
            if ended and count > 1:
                steps[-1] = high
            values = rounded(steps if element.category > dtypes.INTEGER else [math.floor(v) for v in steps], element)
        elif count:
            values = rounded([low if element.category > dtypes.INTEGER else math.floor(low)] * count, element)
    made = of.array((count,), element, values)
    if not of.flag(retstep):
        return made
    if type(gap) is Unknown or count < 2:
        return made, Unknown("the step of a range")
    return made, wrapped(make((), dtypes.float64, values=Values([gap])))


@rule("np.logspace")
def logspace(
    start: Any, stop: Any, num: Any = 50, endpoint: Any = True, base: Any = 10.0, dtype: Any = None, axis: Any = 0
) -> Any:
    if not isinstance(base, (int, float)):
        raise NotModelled
    made = linspace(start, stop, num, endpoint, axis=axis)
    if type(made) is Unknown:
        return made
    return of.array(made.shape, of.real_element(dtype, made._tensor.dtype), strides=made._tensor._strides)


@rule("np.geomspace")
def geomspace(start: Any, stop: Any, num: Any = 50, endpoint: Any = True, dtype: Any = None, axis: Any = 0) -> Any:
    numbers = [of.number(x) for x in (start, stop)]
    if any(isinstance(x, (int, float)) and x == 0 for x in numbers):
        raise ValueError("Geometric sequence cannot include zero")
    if not all(isinstance(x, (int, float)) and x > 0 for x in numbers):
        raise NotModelled
    return logspace(start, stop, num, endpoint, dtype=dtype, axis=axis)


# matrices and grids


@rule("np.eye")
def eye(
    N: Any, M: Any = None, k: Any = 0, dtype: Any = float, order: Any = "C", *, device: Any = None, like: Any = None
) -> Any:
    rows, columns = of.sizes_of((N, N if M is None else M))
    element = of.real_element(dtype, dtypes.float64)
    values = None
    at = of.whole(k)
    if few(rows * columns) and type(at) is int and not isinstance(element, dtypes.UnknownDType):
        values = rounded([1 if j - i == at else 0 for i in range(rows) for j in range(columns)], element)
    return of.array((rows, columns), element, values, in_order((rows, columns), order))


@rule("np.identity")
def identity(n: Any, dtype: Any = None, *, like: Any = None) -> Any:
    return eye(n, None, 0, float if dtype is None else dtype)


@rule("np.tri")
def tri(N: Any, M: Any = None, k: Any = 0, dtype: Any = float, *, like: Any = None) -> Any:
    rows, columns = [max(0, n) if type(n) is int else n for n in map(of.whole, (N, N if M is None else M))]
    element = of.real_element(dtype, dtypes.float64)
    at = of.whole(k)
    values = None
    if few(rows * columns) and type(at) is int and not isinstance(element, dtypes.UnknownDType):
        values = rounded([1 if j - i <= at else 0 for i in range(rows) for j in range(columns)], element)
    return of.array((rows, columns), element, values)


@rule("np.meshgrid")
def meshgrid(*xi: Any, copy: Any = True, sparse: Any = False, indexing: Any = "xy") -> Any:
    """For each of several vectors an array over all their combinations."""
    if indexing not in ("xy", "ij"):
        raise ValueError("Valid values for `indexing` are 'xy' and 'ij'.")
    held = [of.tensor_of(x) for x in xi]
    sizes = [of.count_of(t.shape) for t in held]
    order = list(range(len(held)))
    if indexing == "xy" and len(held) > 1:
        order[0], order[1] = 1, 0
    copied = of.flag(copy)
    made = []
    for i, t in enumerate(held):
        at = order[i]
        values = of.values_of(t)
        if of.flag(sparse):
            shape = [sizes[i] if d == at else 1 for d in range(len(held))]
            made.append(of.array(shape, t.dtype, None if values is None else Values(values)))
            continue
        shape = [sizes[order.index(d)] for d in range(len(held))]
        found = None
        if values is not None and of.is_few(shape):
            inner, outer = math.prod(shape[at + 1 :]), math.prod(shape[:at])
            found = Values([v for _ in range(outer) for v in values for _ in range(inner)])
        made.append(of.array(shape, t.dtype, found, None if copied else unknown_strides(shape)))
    return tuple(made)


@rule("np.indices")
def indices(dimensions: Any, dtype: Any = int, sparse: Any = False) -> Any:
    sizes = of.sizes_of(tuple(dimensions))
    element = of.real_element(dtype, dtypes.int64)
    if of.flag(sparse):
        return tuple(of.array([n if d == i else 1 for d in range(len(sizes))], element) for i, n in enumerate(sizes))
    return of.array((len(sizes), *sizes), element)


@rule("np.fromfunction")
def fromfunction(function: Any, shape: Any, *, dtype: Any = float, like: Any = None, **kwargs: Any) -> Any:
    return function(*indices(shape, dtype), **kwargs)


@rule("np.ix_")
def ix_(*args: Any) -> Any:
    made = []
    for i, x in enumerate(args):
        held = of.tensor_of(x)
        if held.ndim != 1:
            raise ValueError("Cross index must be 1 dimensional")
        size, element = held.shape[0], held.dtype
        if element is dtypes.bool_:
            known = of.values_of(held)
            size, element = (
                Unknown("how many elements of a mask are true", int) if known is None else sum(known),
                dtypes.int64,
            )
        elif type(size) is int and size == 0 and not isinstance(x, ndarray):
            element = dtypes.int64
        values = of.values_of(held) if element is held.dtype else None
        made.append(
            of.array(
                [size if d == i else 1 for d in range(len(args))], element, None if values is None else Values(values)
            )
        )
    return tuple(made)


@rule("np.vander")
def vander(x: Any, N: Any = None, increasing: Any = False) -> Any:
    held = of.tensor_of(x)
    if held.ndim != 1:
        raise ValueError("x must be a one-dimensional array or sequence.")
    (columns,) = of.sizes_of(held.shape[0] if N is None else N)
    return of.array((held.shape[0], columns), together(held.dtype, dtypes.int64))


# copies and conversions


@rule("np.copy")
def copy(a: Any, order: Any = "K", subok: Any = False) -> Any:
    held = of.tensor_of(of_tensor(a) if isinstance(a, Tensor) else a, other=True)
    made = _array(a)
    if type(made) is ndarray:
        strides = (
            copied_order(held)
            if order in ("K", "k")
            else in_order(held.shape, order if order not in ("A", "a") else "C")
        )
        made._tensor._strides = strides if order not in ("A", "a") or of.is_plain(held) else unknown_strides(held.shape)
    return made


@rule("np.ascontiguousarray")
def ascontiguousarray(a: Any, dtype: Any = None, *, like: Any = None) -> Any:
    made = _asarray(a, dtype)
    if type(made) is not ndarray:
        return made
    held = made._tensor
    if not held.ndim:
        return ndarray(make((1,), held.dtype, values=held.values))
    return (
        made
        if of.is_plain(held) and not made._backwards
        else ndarray(make(held.shape, held.dtype, values=None if held.values is None else Values(held.values)))
    )


@rule("np.asfortranarray")
def asfortranarray(a: Any, dtype: Any = None, *, like: Any = None) -> Any:
    made = _array(a, dtype)
    if type(made) is ndarray:
        if not made.ndim:
            return ndarray(make((1,), made._tensor.dtype, values=made._tensor.values))
        made._tensor._strides = in_order(made._tensor.shape, "F")
    return made


@rule("np.asarray_chkfinite")
def asarray_chkfinite(a: Any, dtype: Any = None, *others: Any, **kwargs: Any) -> Any:
    return _asarray(a, dtype)


@rule("np.require")
def require(a: Any, dtype: Any = None, requirements: Any = None, *, like: Any = None) -> Any:
    made = _asarray(a, dtype)
    if requirements is None or type(made) is not ndarray or not made._backwards:
        return made
    names = [requirements] if isinstance(requirements, str) else requirements
    if not {"C", "c", "C_CONTIGUOUS", "CONTIGUOUS"}.isdisjoint(names):
        return ascontiguousarray(made)
    raise NotModelled


@rule("np.astype")
def astype(x: Any, dtype: Any, /, *, copy: Any = True, device: Any = None) -> Any:
    if not isinstance(x, (ndarray, counted)) and type(x) is not Unknown:
        raise TypeError(f"Input should be a NumPy array or scalar. It is a {type(x)} instead.")
    return x.astype(dtype)


@rule("np.fromiter")
def fromiter(iter: Any, dtype: Any, count: Any = -1, *, like: Any = None) -> Any:
    """An array of what an iterator gives: so many, or all."""
    element = of.element_or(dtype, dtypes.float64)
    if type(count) is int and count >= 0:
        return of.array((count,), element)
    if isinstance(iter, (list, tuple, range, dict, set)):
        if is_other(element):
            raise NotModelled
        made = _array(list(iter), dtype)
        return made
    return of.array((Unknown("how many elements an iterator gives", int),), element)


@rule("np.array_str", "np.array_repr", "np.array2string", "np.format_float_positional", "np.format_float_scientific")
def text_of(x: Any, *args: Any, **kwargs: Any) -> Any:
    return Unknown("the text of an array", str)


@rule("np.real")
def real(val: Any) -> Any:
    if isinstance(val, (ndarray, Tensor, counted)):
        return val.real
    return val.real if isinstance(val, (bool, int, float, complex)) else ndarray(of.tensor_of(val)).real


@rule("np.imag")
def imag(val: Any) -> Any:
    if isinstance(val, (ndarray, Tensor, counted)):
        return val.imag
    return val.imag if isinstance(val, (bool, int, float, complex)) else ndarray(of.tensor_of(val)).imag
