"""numpy's reductions over an axis, several, or all, as a table: the type of the result, and how its elements are computed."""

from __future__ import annotations

import math

from convcalc.tensor import Tensor, dtypes, make
from convcalc.tensor.dtypes import BOOL, FLOATING, INTEGER, DType
from convcalc.tensor.size import differ
from convcalc.tensor.values import Values, computed, overwrite

from ..numpy_arrays import ndarray, of_tensor
from ..numpy_types import element_of
from . import operands as of
from .operands import NO_VALUE, to_out, wrapped
from .registry import NotModelled, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _mean(values: Any) -> Any:
    return sum(values) / len(values)


def _variance(values: Any) -> Any:
    middle = _mean(values)
    return _mean([abs(v - middle) ** 2 for v in values])


def _median(values: Any) -> Any:
    ordered, half = sorted(values), len(values) // 2
    return float(ordered[half]) if len(values) % 2 else (ordered[half - 1] + ordered[half]) / 2


class Reduction:
    """One reduction: `function` of the elements, `result` (`sum`: whole numbers become int64; `mean`, `real`, `same`, `bool`, `int`), and whether nothing at all can be reduced."""

    __slots__ = ("empty", "function", "result")

    def __init__(self, function: Any, result: str, empty: bool = True) -> None:
        self.function, self.result, self.empty = function, result, empty


REDUCTIONS: dict[str, Reduction] = {
    "sum": Reduction(sum, "sum"), "prod": Reduction(math.prod, "sum"), "nansum": Reduction(sum, "sum"), "nanprod": Reduction(math.prod, "sum"),
    "mean": Reduction(_mean, "mean"), "nanmean": Reduction(_mean, "mean"), "std": Reduction(lambda v: math.sqrt(_variance(v)), "real"),
    "var": Reduction(_variance, "real"), "nanstd": Reduction(None, "real"), "nanvar": Reduction(None, "real"), "median": Reduction(_median, "median"),
    "nanmedian": Reduction(None, "median"), "max": Reduction(max, "same", False), "min": Reduction(min, "same", False),
    "nanmax": Reduction(max, "same", False), "nanmin": Reduction(min, "same", False), "ptp": Reduction(lambda v: max(v) - min(v), "difference", False),
    "any": Reduction(any, "bool"), "all": Reduction(all, "bool"), "argmax": Reduction(lambda v: v.index(max(v)), "int", False),
    "argmin": Reduction(lambda v: v.index(min(v)), "int", False), "nanargmax": Reduction(None, "int", False), "nanargmin": Reduction(None, "int", False),
}  # fmt: skip


def summed(element: DType) -> DType:
    """The type of a sum: whole numbers as wide as the machine's."""
    if element.category == INTEGER and not element.is_signed:
        return dtypes.uint64
    return dtypes.int64 if element.category < FLOATING else element


def _result(element: DType, kind: str) -> DType:
    if kind == "sum":
        return summed(element)
    if kind in ("mean", "real", "median"):
        found = dtypes.float64 if element.category < FLOATING else element
        return found.to_real() if kind == "real" else found
    if kind == "difference" and element.category == BOOL:
        raise TypeError("numpy boolean subtract, the `-` operator, is not supported, use the bitwise_xor, the `^` operator, or the logical_xor function instead.")  # fmt: skip
    return {"bool": dtypes.bool_, "int": dtypes.int64}.get(kind, element)


_PASSED_ON = frozenset(
    "sum prod mean std var max min any all ptp".split()
)  # to a tensor, with keywords that it refuses


def of_a_tensor(name: str, a: Any, axis: Any) -> Any:
    """numpy asks a tensor for its own method, with keywords that most of them refuse."""
    if name in _PASSED_ON:
        raise TypeError(f"{name}() got an unexpected keyword argument 'axis'")
    return getattr(a, name)() if axis is None else getattr(a, name)(axis)


def reduced(name: str, a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = False, *, initial: Any = NO_VALUE, where: Any = True, plain: bool = True) -> Any:  # fmt: skip
    """A reduction of an array over an axis, several, or all."""
    row = REDUCTIONS[name]
    if isinstance(a, Tensor) and (name in _PASSED_ON or name in ("argmax", "argmin")):
        return of_a_tensor(name, a, axis)
    held = of.tensor_of(of_tensor(a) if isinstance(a, Tensor) else a)
    if not held.ndim and axis is not None and name in ("nanmean", "nanstd", "nanvar"):
        raise NotModelled
    if name in ("argmax", "argmin", "nanargmax", "nanargmin"):
        if axis is not None and isinstance(axis, tuple):
            raise TypeError("'tuple' object cannot be interpreted as an integer")
        axes = of.axes_of(axis, held.ndim) if axis is None or held.ndim else of.axes_of(axis, 1)[:0]
    elif not held.ndim and axis in (0, -1, ()) and (row.result not in ("mean", "real", "median") or axis == ()):
        axes = ()
    else:
        axes = of.axes_of(axis, held.ndim)
    kept = of.flag(keepdims) if keepdims is not NO_VALUE else False
    if dtype is not None:
        element = _asked(held.dtype, element_of(dtype), row.result)
    if not row.empty and initial is NO_VALUE and any(type(held.shape[d]) is int and held.shape[d] == 0 for d in axes):
        raise ValueError(f"zero-size array to reduction operation {name} which has no identity")
    if dtype is None:
        element = _result(held.dtype, row.result)
    if initial is not NO_VALUE and (
        type(initial) is not int
        or (element.category == INTEGER and not (-128 if element.is_signed else 0) <= initial < 128)
    ):
        raise NotModelled
    if where is not True and not row.empty and initial is NO_VALUE and name in ("max", "min"):
        raise ValueError(
            f"reduction operation '{name}imum' does not have an identity, so to use a where mask one has to specify 'initial'"
        )
    shape = [1 if d in axes else size for d, size in enumerate(held.shape) if kept or d not in axes]
    known = plain and initial is NO_VALUE and where is True and dtype is None
    if row.result in ("sum", "mean", "real", "median") and element is dtypes.float16:
        known = False  # halves are rounded on the way
    values = _values(held, axes, row.function if known else None, element)
    if where is not True:
        mask = of.tensor_of(where)
        if mask.dtype is not dtypes.bool_:
            raise NotModelled
        of.broadcast([mask.shape, held.shape])
        if mask.ndim > held.ndim:
            raise NotModelled
    strides = of.layout(shape, held)
    made = make(shape, element, strides if len(shape) > 1 else None, values=values)
    return to_out(out, wrapped(made), name) if not (shape and out is None) else ndarray(made)


def _asked(source: DType, element: DType, result: str) -> DType:
    if result not in ("sum", "mean", "real") or element.category > dtypes.COMPLEX:
        raise NotModelled
    if source.category > element.category or element.category == BOOL:
        raise NotModelled
    if result != "sum":
        if element.category < FLOATING:
            raise NotModelled
        return element.to_real() if result == "real" else element
    return element


def _values(held: Tensor, axes: tuple[int, ...], function: Any, element: DType) -> Values | None:
    if function is None:
        return None
    columns = of.along(held, axes)
    if columns is not None and columns and not columns[0] and element.category >= FLOATING:
        return None
    return None if columns is None else of.finite(computed(function, [columns], element), element)


# The functions, with numpy's own signatures; those of arrays' methods are the same.


@rule("np.sum", "ndarray.sum")
def sum_(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = NO_VALUE, initial: Any = NO_VALUE, where: Any = True) -> Any:  # fmt: skip
    return reduced("sum", a, axis, dtype, out, keepdims, initial=initial, where=where)


@rule("np.prod", "np.product", "ndarray.prod")
def prod(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = NO_VALUE, initial: Any = NO_VALUE, where: Any = True) -> Any:  # fmt: skip
    return reduced("prod", a, axis, dtype, out, keepdims, initial=initial, where=where)


@rule("np.nansum")
def nansum(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = NO_VALUE, initial: Any = NO_VALUE, where: Any = True) -> Any:  # fmt: skip
    return reduced("nansum", a, axis, dtype, out, keepdims, initial=initial, where=where)


@rule("np.nanprod")
def nanprod(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = NO_VALUE, initial: Any = NO_VALUE, where: Any = True) -> Any:  # fmt: skip
    return reduced("nanprod", a, axis, dtype, out, keepdims, initial=initial, where=where)


@rule("np.mean", "ndarray.mean")
def mean(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = NO_VALUE, *, where: Any = True) -> Any:  # fmt: skip
    return reduced("mean", a, axis, dtype, out, keepdims, where=where)


@rule("np.nanmean")
def nanmean(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = NO_VALUE, *, where: Any = True) -> Any:  # fmt: skip
    return reduced("nanmean", a, axis, dtype, out, keepdims, where=where)


def _spread(name: str) -> Any:
    def spread(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: Any = 0, keepdims: Any = NO_VALUE, *, where: Any = True, mean: Any = NO_VALUE, correction: Any = NO_VALUE) -> Any:  # fmt: skip
        if mean is not NO_VALUE:
            raise NotModelled
        plain = ddof.__class__ in (int, float) and ddof == 0 and correction is NO_VALUE
        return reduced(name, a, axis, dtype, out, keepdims, where=where, plain=plain)

    return spread


for _name in ("std", "var"):
    rule(f"np.{_name}", f"ndarray.{_name}")(_spread(_name))
    rule(f"np.nan{_name}")(_spread(f"nan{_name}"))


def _extreme(name: str) -> Any:
    def extreme(a: Any, axis: Any = None, out: Any = None, keepdims: Any = NO_VALUE, initial: Any = NO_VALUE, where: Any = True) -> Any:  # fmt: skip
        return reduced(name, a, axis, None, out, keepdims, initial=initial, where=where)

    return extreme


for _name in ("max", "min"):
    rule(f"np.{_name}", f"np.a{_name}", f"ndarray.{_name}")(_extreme(_name))
    rule(f"np.nan{_name}")(_extreme(f"nan{_name}"))


def _truth(name: str) -> Any:
    def truth(a: Any, axis: Any = None, out: Any = None, keepdims: Any = NO_VALUE, *, where: Any = True) -> Any:
        return reduced(name, a, axis, None, out, keepdims, where=where)

    return truth


for _name in ("any", "all"):
    rule(f"np.{_name}", f"ndarray.{_name}")(_truth(_name))
rule("np.sometrue")(_truth("any"))
rule("np.alltrue")(_truth("all"))


def _place(name: str) -> Any:
    def place(a: Any, axis: Any = None, out: Any = None, *, keepdims: Any = NO_VALUE) -> Any:
        return reduced(name, a, axis, None, out, keepdims)

    return place


for _name in ("argmax", "argmin"):
    rule(f"np.{_name}", f"ndarray.{_name}")(_place(_name))
    rule(f"np.nan{_name}")(_place(f"nan{_name}"))


@rule("np.ptp", "ndarray.ptp")
def ptp(a: Any, axis: Any = None, out: Any = None, keepdims: Any = NO_VALUE) -> Any:
    return reduced("ptp", a, axis, None, out, keepdims)


def _no_number(a: Any, keepdims: Any, axis: Any) -> None:
    held = of.tensor_of(a)
    if keepdims is not NO_VALUE and of.flag(keepdims) and not held.ndim:
        raise NotModelled
    if any(type(size) is int and size == 0 for size in held.shape) and (held.ndim > 1 or axis == ()):
        raise NotModelled


@rule("np.median")
def median(a: Any, axis: Any = None, out: Any = None, overwrite_input: Any = False, keepdims: Any = False) -> Any:
    if isinstance(axis, list):
        axis = tuple(axis)
    _no_number(a, keepdims, axis)
    if overwrite_input is not False and type(a) is ndarray:
        overwrite(a._tensor)
    return reduced("median", a, axis, None, out, keepdims)


@rule("np.nanmedian")
def nanmedian(a: Any, axis: Any = None, out: Any = None, overwrite_input: Any = False, keepdims: Any = NO_VALUE) -> Any:
    if isinstance(axis, list):
        axis = tuple(axis)
    _no_number(a, keepdims, axis)
    if overwrite_input is not False and type(a) is ndarray:
        overwrite(a._tensor)
    return reduced("nanmedian", a, axis, None, out, keepdims)


@rule("np.count_nonzero")
def count_nonzero(a: Any, axis: Any = None, *, keepdims: Any = False) -> Any:
    """How many elements are not zero; a plain number of numpy's where all are counted."""
    held = of.tensor_of(a)
    axes = of.axes_of(axis, held.ndim) if held.ndim or axis not in (0, -1) else ()
    kept = of.flag(keepdims)
    columns = of.along(held, axes)
    values = None if columns is None else of.held_values([sum(map(bool, column)) for column in columns], dtypes.int64)
    shape = [1 if d in axes else size for d, size in enumerate(held.shape) if kept or d not in axes]
    made = make(shape, dtypes.int64, of.layout(shape, held) if len(shape) > 1 else None, values=values)
    return ndarray(made) if shape else wrapped(made)


@rule("np.average")
def average(a: Any, axis: Any = None, weights: Any = None, returned: Any = False, *, keepdims: Any = NO_VALUE) -> Any:
    """The mean, or the weighted one; with `returned` the sum of the weights beside it."""
    held = of.tensor_of(a)
    if isinstance(axis, list) or type(axis) is ndarray:
        raise NotModelled
    if weights is None:
        made = reduced("mean", of_tensor(a) if isinstance(a, Tensor) else a, axis, keepdims=keepdims)
        if any(type(size) is int and size == 0 for size in held.shape):
            raise NotModelled
        if not of.flag(returned):
            return made
        answer = of.tensor_of(made)
        return made, ndarray(make(answer.shape, answer.dtype)) if answer.ndim else wrapped(make((), answer.dtype))
    weight = of.tensor_of(weights)
    from ..numpy_types import together

    element = together(held.dtype, weight.dtype)
    if held.dtype.category < FLOATING:
        element = together(element, dtypes.float64)
    if isinstance(axis, list) or type(axis) is ndarray:
        raise NotModelled
    axes = of.axis_tuple(axis, held.ndim) if axis is not None else tuple(range(held.ndim))
    if differ(held.shape, weight.shape):
        if axis is None:
            raise TypeError("Axis must be specified when shapes of a and weights differ.")
        if weight.ndim != len(axes) or any(type(held.shape[d]) is int and type(s) is int and held.shape[d] != s for d, s in zip(axes, weight.shape)):  # fmt: skip
            raise ValueError("Shape of weights must be consistent with shape of a along specified axis.")
    kept = of.flag(keepdims) if keepdims is not NO_VALUE else False
    values = of.values_of(weight)
    if values is not None and (not values or any(not math.isfinite(abs(v)) for v in values) or abs(sum(values)) < 1e-9):
        raise NotModelled  # a sum of weights of zero is refused
    if values is None:
        raise NotModelled
    shape = [1 if d in axes else size for d, size in enumerate(held.shape) if kept or d not in axes]
    made = wrapped(make(shape, element))
    return (made, wrapped(make(shape, element))) if of.flag(returned) else made
