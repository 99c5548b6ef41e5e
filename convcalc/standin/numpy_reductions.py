"""numpy's reductions over an axis, several, or all, as a table: the type of the result, and how its elements are computed."""

from __future__ import annotations

import math

from convcalc.tensor import Tensor, Unknown, dtypes, make
from convcalc.tensor.dtypes import FLOATING, INTEGER, DType
from convcalc.tensor.values import Values, computed, known

from .numpy_arrays import asarray, ndarray, wrapped
from .numpy_elementwise import asked_of_tensor
from .numpy_types import element_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _mean(values: Any) -> Any:
    return sum(values) / len(values)


def _variance(values: Any) -> Any:
    middle = _mean(values)
    return _mean([(v - middle) ** 2 for v in values])


def _median(values: Any) -> Any:
    ordered, half = sorted(values), len(values) // 2
    return float(ordered[half]) if len(values) % 2 else (ordered[half - 1] + ordered[half]) / 2


# name: the function of the elements, and the type of the result: `sum` (whole numbers become int64), `mean`, `same`, `bool`, `int`
_REDUCTIONS: dict[str, tuple[Any, str]] = {
    "sum": (sum, "sum"), "prod": (math.prod, "sum"), "nansum": (None, "sum"), "mean": (_mean, "mean"), "average": (_mean, "mean"),
    "norm": (lambda v: math.sqrt(sum(x * x for x in v)), "mean"), "std": (lambda v: math.sqrt(_variance(v)), "mean"), "var": (_variance, "mean"), "median": (_median, "mean"), "nanmean": (None, "mean"),
    "nanstd": (None, "mean"), "max": (max, "same"), "min": (min, "same"), "amax": (max, "same"), "amin": (min, "same"), "nanmax": (None, "same"),
    "nanmin": (None, "same"), "ptp": (lambda v: max(v) - min(v), "same"), "any": (any, "bool"), "all": (all, "bool"),
    "argmax": (lambda v: v.index(max(v)), "int"), "argmin": (lambda v: v.index(min(v)), "int"), "count_nonzero": (lambda v: sum(map(bool, v)), "int"),
}  # fmt: skip
_PASSED_ON = frozenset(
    "sum prod mean std var max min amax amin any all ptp".split()
)  # to a tensor, with keywords that it refuses


def _summed(element: DType) -> DType:
    if element.category == INTEGER and not element.is_signed:
        return dtypes.uint64
    return dtypes.int64 if element.category < FLOATING else element


def reduced(name: str, a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = False, *, weights: Any = None, ddof: Any = 0, **kwargs: Any) -> Any:  # fmt: skip
    """A reduction of an array over an axis, several, or all."""
    if isinstance(a, Tensor):
        if name in _PASSED_ON:
            raise TypeError(f"{name}() got an unexpected keyword argument 'axis'")
        if name in ("argmax", "argmin"):
            return getattr(a, name)() if axis is None else getattr(a, name)(axis)
    source = asarray(a)
    if type(source) is Unknown:
        return Unknown(f"numpy.{name}(...)")
    function, rule = _REDUCTIONS[name]
    if ddof != 0 or weights is not None or kwargs:
        function = None
    held = source._tensor
    axes = axes_of(axis, held.ndim)
    shape = [1 if d in axes else size for d, size in enumerate(held.shape) if keepdims or d not in axes]
    element = _reduced_element(held.dtype, rule) if dtype is None else element_of(dtype)
    if name in ("max", "min", "amax", "amin", "argmax", "argmin") and any(type(s) is int and s == 0 for d, s in enumerate(held.shape) if d in axes):  # fmt: skip
        raise ValueError(f"zero-size array to reduction operation {name} which has no identity")
    values = _reduced_values(held, axes, function, element)
    made = make(shape, element, values=values)
    if name == "count_nonzero" and not shape:
        return made.item()
    return wrapped(made) if not keepdims or not shape else ndarray(made)


def axes_of(axis: Any, ndim: int) -> tuple[int, ...]:
    if axis is None:
        return tuple(range(ndim))
    found = []
    for d in axis if isinstance(axis, (tuple, list)) else (axis,):
        at = d.__index__()
        if not -ndim <= at < ndim:
            raise ValueError(f"axis {at} is out of bounds for array of dimension {ndim}")
        found.append(at % ndim)
    return tuple(found)


def _reduced_element(element: DType, rule: str) -> DType:
    if isinstance(element, dtypes.UnknownDType):
        return dtypes.one_of(_reduced_element(e, rule) for e in element.candidates)
    if rule == "sum":
        return _summed(element)
    if rule == "mean":
        return dtypes.float64 if element.category < FLOATING else element
    return {"bool": dtypes.bool_, "int": dtypes.int64}.get(rule, element)


def _reduced_values(held: Tensor, axes: tuple[int, ...], function: Any, element: DType) -> Values | None:
    values = known(held)
    if values is None or function is None or isinstance(element, dtypes.UnknownDType):
        return None
    if len(axes) != held.ndim and len(axes) != 1:
        return None
    if len(axes) == held.ndim:
        columns = [list(values)]
    else:
        size, inner = held.shape[axes[0]], math.prod(held.shape[axes[0] + 1 :])
        outer = math.prod(held.shape[: axes[0]])
        columns = [
            [values[(o * size + k) * inner + i] for k in range(size)] for o in range(outer) for i in range(inner)
        ]
    found = computed(function, [columns], element)
    return (
        None
        if found is not None and element.category >= FLOATING and not all(abs(v) < math.inf for v in found)
        else found
    )


def _reduction(name: str) -> Any:
    def reduction(a: Any, *args: Any, **kwargs: Any) -> Any:
        if (
            name in ("max", "min", "amax", "amin", "any", "all", "argmax", "argmin", "ptp", "count_nonzero")
            and len(args) > 1
        ):
            args = (args[0], None, *args[1:])  # they take no type
        elif name == "median" and len(args) > 1:
            args = args[:1]
        return reduced(name, a, *args, **kwargs)

    reduction.__name__ = name
    return reduction


def accumulated(a: Any, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
    """`cumsum`."""
    source = asarray(a)
    if type(source) is Unknown:
        return Unknown("numpy.cumsum(...)")
    held = source._tensor
    element = _reduced_element(held.dtype, "sum") if dtype is None else element_of(dtype)
    shape = (held.numel(),) if axis is None else held.shape
    values = known(held) if axis is None or held.ndim == 1 else None
    if values is None:
        return ndarray(make(shape, element))
    total: Any = 0
    sums = [total := total + value for value in values]
    return ndarray(make(shape, element, values=computed(lambda v: v, [sums], element)))


def _products(a: Any, *args: Any, **kwargs: Any) -> Any:
    """`cumprod`, of which no element is computed."""
    return accumulated(ndarray(make(a.shape, a._tensor.dtype)), *args, **kwargs)


def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: Any = False) -> Any:
    """`numpy.linalg.norm`."""
    return reduced("norm" if ord in (None, 2) else "nanmean", asarray(x), axis, keepdims=keepdims)


LINALG: dict[str, Any] = {"norm": norm}
METHODS: dict[str, Any] = {
    **{name: _reduction(name) for name in "sum prod mean std var max min any all argmax argmin ptp".split()},
    "cumsum": accumulated, "cumprod": _products,
}  # fmt: skip
FUNCTIONS: dict[str, Any] = {
    **{name: _reduction(name) for name in _REDUCTIONS if name != "norm"},
    "cumsum": asked_of_tensor("cumsum", accumulated), "cumprod": asked_of_tensor("cumprod", _products),
}  # fmt: skip

STANDS_FOR = {"numpy.linalg": LINALG}
