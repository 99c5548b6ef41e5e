"""Sums and products that run along an axis, and differences."""

from __future__ import annotations

from itertools import pairwise

from convcalc.tensor import Tensor, dtypes, make
from convcalc.tensor.values import computed

from ..numpy_arrays import ndarray
from ..numpy_types import element_of, together
from . import operands as of
from .operands import NO_VALUE, to_out
from .reductions import summed
from .registry import NotModelled, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def cumulative(kind: str, a: Any, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
    """`cumsum` and `cumprod`, along an axis, or of all elements in a row."""
    if isinstance(a, Tensor):
        return of.asked_of(
            a, f"cum{kind}", lambda x, **named: cumulative(kind, x, **named), axis=axis, dtype=dtype, out=out
        )
    held = of.tensor_of(a)
    element = summed(held.dtype) if dtype is None else element_of(dtype)
    if dtype is not None and (
        element.category > dtypes.COMPLEX or held.dtype.category > element.category or element is dtypes.bool_
    ):
        raise NotModelled
    shape: Any = (of.count_of(held.shape),) if axis is None else held.shape
    if axis is not None:
        of.axis_of(axis, max(held.ndim, 1))
        shape = shape if held.ndim else (1,)
    values = None
    if len(shape) == 1 and kind == "sum" and dtype is None:
        known = of.values_of(held)
        if known is not None:
            total: Any = 0
            values = of.finite(computed(lambda v: v, [[total := total + value for value in known]], element), element)
    made = ndarray(make(shape, element, None if len(shape) < 2 else of.layout(shape, held), values=values))
    return to_out(out, made, f"cum{kind}")


def _cumulative(name: str, kind: str) -> Any:
    def function(a: Any, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
        made = cumulative(kind, a, axis, dtype, out)
        if name.startswith("nan") and type(made) is ndarray:
            made._tensor.values = None
        return made

    return function


for _kind in ("sum", "prod"):
    rule(f"np.cum{_kind}", f"ndarray.cum{_kind}")(_cumulative(f"cum{_kind}", _kind))
    rule(f"np.nancum{_kind}")(_cumulative(f"nancum{_kind}", _kind))


def _standard(kind: str) -> Any:
    def function(
        x: Any, /, *, axis: Any = None, dtype: Any = None, out: Any = None, include_initial: Any = False
    ) -> Any:
        held = of.tensor_of(x)
        if axis is None:
            if held.ndim > 1:
                raise ValueError("For arrays which have more than one dimension ``axis`` argument is required.")
            axis = 0
        if of.flag(include_initial) or not held.ndim:
            raise NotModelled
        return cumulative(kind, x, axis, dtype, out)

    return function


for _kind in ("sum", "prod"):
    rule(f"np.cumulative_{_kind}")(_standard(_kind))


@rule("np.diff")
def diff(a: Any, n: Any = 1, axis: Any = -1, prepend: Any = NO_VALUE, append: Any = NO_VALUE) -> Any:
    """Differences along an axis, n times over: each time there is one less."""
    if isinstance(a, Tensor):
        raise NotModelled
    if n.__class__ is not int:
        raise NotModelled
    times = of.known_whole(n)
    if times == 0:
        return a
    if times < 0:
        raise ValueError(f"order must be non-negative but got {times}")
    held = of.tensor_of(a)
    if not held.ndim:
        raise ValueError("diff requires input that is at least one dimensional")
    at = of.axis_of(axis, held.ndim)
    element, count = held.dtype, held.shape[at]
    for more in (prepend, append):
        if more is NO_VALUE:
            continue
        added = of.tensor_of(more)
        if added.ndim and added.ndim != held.ndim:
            raise ValueError("all the input array dimensions except for the concatenation axis must match exactly")
        if added.ndim and any(
            d != at and type(p) is int and type(q) is int and p != q
            for d, (p, q) in enumerate(zip(added.shape, held.shape))
        ):
            raise ValueError("all the input array dimensions except for the concatenation axis must match exactly")
        element, count = together(element, added.dtype), count + (added.shape[at] if added.ndim else 1)
    size = max(0, count - times) if type(count) is int else count - times
    shape = (*held.shape[:at], size, *held.shape[at + 1 :])
    values = (
        of.values_of(held)
        if held.ndim == 1 and times == 1 and prepend is append is NO_VALUE and element is not dtypes.bool_
        else None
    )
    found = (
        None if values is None else of.finite(of.held_values([b - a for a, b in pairwise(values)], element), element)
    )
    return ndarray(make(shape, element, of.layout(shape, held), values=found))


@rule("np.ediff1d")
def ediff1d(ary: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    held = of.tensor_of(ary)
    if held.dtype is dtypes.bool_:
        raise NotModelled
    count = of.count_of(held.shape)
    size: Any = max(0, count - 1) if type(count) is int else count - 1
    for more in (to_begin, to_end):
        if more is not None:
            added = of.tensor_of(more)
            if not of.can_cast(added.dtype, held.dtype, "same_kind"):
                raise TypeError("dtype of `to_end` must be compatible with input `ary` under the `same_kind` rule.")
            size = size + of.count_of(added.shape)
    return of.array((size,), held.dtype)


@rule("np.trapezoid", "np.trapz")
def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: Any = -1) -> Any:
    held = of.tensor_of(y)
    if (
        x is not None
        or held.dtype.category != dtypes.FLOATING
        or not isinstance(dx, (int, float))
        or not held.ndim
        or any(type(size) is int and size == 0 for size in held.shape)
    ):
        raise NotModelled
    if not -held.ndim <= of.known_whole(axis) < held.ndim:
        raise NotModelled
    at = of.axis_of(axis, held.ndim)
    shape = [size for d, size in enumerate(held.shape) if d != at]
    return of.wrapped(make(shape, held.dtype, of.layout(shape, held)))


@rule("np.gradient")
def gradient(f: Any, *varargs: Any, axis: Any = None, edge_order: Any = 1) -> Any:
    """The slope along each axis; of whole numbers in doubles."""
    held = of.tensor_of(f)
    if (
        held.dtype is dtypes.bool_
        or any(not isinstance(v, (int, float)) or isinstance(v, bool) for v in varargs)
        or held.dtype is dtypes.float16
    ):
        raise NotModelled
    axes = tuple(range(held.ndim)) if axis is None else of.axis_tuple(axis, held.ndim)
    if len(varargs) not in (0, 1, len(axes)):
        raise TypeError("invalid number of arguments")
    if of.known_whole(edge_order) > 2:
        raise ValueError("'edge_order' greater than 2 not supported")
    element = dtypes.float64 if held.dtype.category < dtypes.FLOATING else held.dtype
    made = []
    for d in axes:
        size = held.shape[d]
        if type(size) is int and size < edge_order + 1:
            raise ValueError(
                "Shape of array too small to calculate a numerical gradient, at least (edge_order + 1) elements are required."
            )
        made.append(of.array(held.shape, element, strides=of.layout(held.shape, held)))
    return made[0] if len(axes) == 1 else tuple(made)
