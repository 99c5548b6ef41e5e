"""Functions of each element that are no ufuncs: rounding, clipping, what is real, angles, interpolation."""

from __future__ import annotations

from convcalc.tensor import Tensor, Unknown, dtypes, make

from ..numpy_arithmetic import _is_strong, check_numbers, loop_of, operand_elements
from ..numpy_arrays import ndarray, operand_tensor, wrapped
from ..numpy_types import as_float, together
from . import operands as of
from .operands import NO_VALUE, to_out
from .registry import NotModelled, enter, find, rule
from .ufuncs import _half_even, operand

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _array_or_scalar(held: Tensor, element: Any = None, values: Any = None) -> Any:
    made = make(
        held.shape, held.dtype if element is None else element, of.keep_order(held.shape, [held]), values=values
    )
    return wrapped(made) if not held.ndim else ndarray(made)


def _rounded(a: Any, decimals: Any = 0, out: Any = None) -> Any:
    if isinstance(a, Tensor):
        return of.asked_of(a, "round", _rounded, decimals=decimals)
    held = of.tensor_of(a)
    digits = of.whole(decimals)
    if held.dtype is dtypes.bool_ and (type(digits) is not int or digits):
        raise NotModelled
    exact = type(digits) is int and held.dtype not in (
        dtypes.bool_,
        dtypes.float16,
        dtypes.complex64,
        dtypes.complex128,
    )
    values = of.each(held, lambda v: _half_even(v, digits), held.dtype) if exact else None
    element = dtypes.float16 if held.dtype is dtypes.bool_ else held.dtype
    return to_out(out, _array_or_scalar(held, element, values), "round")


rule("np.round", "np.around", "np.round_", "ndarray.round")(_rounded)


def _clipped(a: Any, a_min: Any = NO_VALUE, a_max: Any = NO_VALUE, out: Any = None, *, min: Any = NO_VALUE, max: Any = NO_VALUE, dtype: Any = None, casting: Any = None, where: Any = True) -> Any:  # fmt: skip
    if isinstance(a, Tensor):
        if a_min is NO_VALUE or a_max is NO_VALUE or out is not None:
            raise NotModelled
        return of.asked_of(a, "clip", _clipped, a_min, a_max)
    if a_min is NO_VALUE and a_max is NO_VALUE:
        low, high = (None if min is NO_VALUE else min), (None if max is NO_VALUE else max)
    elif a_min is NO_VALUE:
        raise TypeError("clip() missing 1 required positional argument: 'a_min'")
    elif a_max is NO_VALUE:
        raise TypeError("clip() missing 1 required positional argument: 'a_max'")
    elif min is not NO_VALUE or max is not NO_VALUE:
        raise ValueError("Passing `min` or `max` keyword argument when `a_min` and `a_max` are provided is forbidden.")
    else:
        low, high = a_min, a_max
    if dtype is not None or where is not True:
        raise NotModelled
    made: Any = operand(
        a
        if _is_strong(a)
        else ndarray(of.tensor_of(a))
        if not isinstance(a, (bool, int, float, complex))
        else wrapped(of.tensor_of(a))
    )
    for bound in (low, high):
        if type(bound) is int and not isinstance(made, (bool, int, float, complex)):
            element = operand_tensor(made).dtype
            bits = element.itemsize * 8
            if (
                element.category == dtypes.INTEGER
                and not 0 <= bound + (1 << (bits - 1) if element.is_signed else 0) < 1 << bits
            ):
                raise NotModelled  # numpy's releases differ
    if low is None and high is None:
        made = find("np.positive").applied([made])
    bounds = [None if bound is None else operand(bound) for bound in (low, high)]
    if bounds[0] is not None and bounds[1] is not None:
        made = _between(made, *bounds)
    elif low is not None or high is not None:
        made = find("np.maximum" if bounds[1] is None else "np.minimum").applied(
            [made, bounds[0] if bounds[1] is None else bounds[1]]
        )
    return to_out(out, made, "clip") if out is not None else made


rule("np.clip", "ndarray.clip")(_clipped)


def _between(x: Any, low: Any, high: Any) -> Any:
    """The ufunc of three operands, whose type all of them decide."""
    given = [x, low, high]
    loop, element = loop_of("maximum", operand_elements(given))
    check_numbers("maximum", given, loop)
    held = [operand_tensor(v) for v in given if _is_strong(v)]
    shape = of.broadcast([t.shape for t in held])
    values = None
    parts = [of.number(v) if not isinstance(v, ndarray) else v for v in given]
    if element is of.tensor_of(x).dtype and all(isinstance(v, ndarray) or type(v) in (bool, int, float) for v in parts):
        first = find("np.maximum").applied([x, low])
        last = find("np.minimum").applied([first, high])
        known = of.values_of(of.tensor_of(last)) if type(last) is not Unknown else None
        values = of.held_values(known, element)
    made = make(shape, element, of.keep_order(shape, held), values=values)
    return wrapped(made)


@rule("np.nan_to_num")
def nan_to_num(x: Any, copy: Any = True, nan: Any = 0.0, posinf: Any = None, neginf: Any = None) -> Any:
    if isinstance(x, Tensor):
        raise NotModelled
    held = of.tensor_of(x)
    if not all(v is None or isinstance(v, (int, float)) for v in (nan, posinf, neginf)):
        raise NotModelled
    values = of.values_of(held)
    made = make(held.shape, held.dtype, of.keep_order(held.shape, [held]), values=of.held_values(values, held.dtype))
    return wrapped(made) if not held.ndim else ndarray(made)


def _tested(name: str) -> Any:
    def function(x: Any, out: Any = None) -> Any:
        held = of.tensor_of(x)
        if name in ("isneginf", "isposinf"):
            if held.dtype.category == dtypes.COMPLEX:
                raise TypeError(
                    f"This operation is not supported for {held.dtype.name} values because it would be ambiguous."
                )
            if held.dtype is dtypes.bool_:
                raise NotModelled
        return to_out(out, _array_or_scalar(held, dtypes.bool_), name)

    return function


for _name in "isneginf isposinf".split():
    rule(f"np.{_name}")(_tested(_name))


@rule("np.isreal")
def isreal(x: Any) -> Any:
    if type(x) is Unknown:
        raise NotModelled(x.reason)
    if x.__class__ in (bool, int, float, complex):
        return x.imag == 0
    return _array_or_scalar(of.tensor_of(x), dtypes.bool_)


@rule("np.iscomplex")
def iscomplex(x: Any) -> Any:
    held = of.tensor_of(x)
    made = make(
        held.shape, dtypes.bool_, None if held.dtype.category < dtypes.COMPLEX else of.keep_order(held.shape, [held])
    )
    return wrapped(made) if not held.ndim else ndarray(made)


@rule("np.isrealobj")
def isrealobj(x: Any) -> Any:
    return of.tensor_of(x).dtype.category != dtypes.COMPLEX


@rule("np.iscomplexobj")
def iscomplexobj(x: Any) -> Any:
    return of.tensor_of(x).dtype.category == dtypes.COMPLEX


@rule("np.real_if_close")
def real_if_close(a: Any, tol: Any = 100) -> Any:
    held = of.tensor_of(a)
    if held.dtype.category == dtypes.COMPLEX:
        raise NotModelled
    return ndarray(held)


@rule("np.angle")
def angle(z: Any, deg: Any = False) -> Any:
    held = of.tensor_of(z)
    element = held.dtype.to_real() if held.dtype.category == dtypes.COMPLEX else as_float(held.dtype)
    if held.dtype.category < dtypes.FLOATING and held.dtype.itemsize < 4:
        raise NotModelled
    return _array_or_scalar(held, element)


@rule("np.sinc")
def sinc(x: Any) -> Any:
    held = of.tensor_of(x)
    if held.dtype.category < dtypes.FLOATING and held.dtype.itemsize < 8:
        raise NotModelled
    return _array_or_scalar(
        held, together(held.dtype, dtypes.float16) if held.dtype.category >= dtypes.FLOATING else dtypes.float64
    )


@rule("np.i0")
def i0(x: Any) -> Any:
    held = of.tensor_of(x)
    if held.dtype.category == dtypes.COMPLEX:
        raise TypeError("i0 not supported for complex values")
    element = held.dtype if held.dtype.category == dtypes.FLOATING else dtypes.float64
    return ndarray(make(held.shape, element, of.keep_order(held.shape, [held])))


@rule("np.fix")
def fix(x: Any, out: Any = None) -> Any:
    held = of.tensor_of(x)
    if held.dtype.category == dtypes.COMPLEX or out is not None:
        raise NotModelled
    return _array_or_scalar(held, held.dtype)


@rule("np.interp")
def interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None) -> Any:
    held, places, values = of.tensor_of(x), of.tensor_of(xp), of.tensor_of(fp)
    if period is not None or any(t.dtype.category == dtypes.COMPLEX for t in (held, places)):
        raise NotModelled
    if places.ndim != 1 or values.ndim != 1:
        raise ValueError(
            "object too deep for desired array"
            if max(places.ndim, values.ndim) > 1
            else "object of too small depth for desired array"
        )
    if type(places.shape[0]) is int and type(values.shape[0]) is int:
        if places.shape[0] == 0:
            raise ValueError("array of sample points is empty")
        if places.shape[0] != values.shape[0]:
            raise ValueError("fp and xp are not of the same length.")
    element = dtypes.complex128 if values.dtype.category == dtypes.COMPLEX else dtypes.float64
    made = make(held.shape, element)
    return wrapped(made) if not held.ndim else ndarray(made)


@rule("np.unwrap")
def unwrap(p: Any, discont: Any = None, axis: Any = -1, *, period: Any = 6.283185307179586) -> Any:
    held = of.tensor_of(p)
    if held.dtype.category != dtypes.FLOATING or not held.ndim or not isinstance(period, float) or discont is not None:
        raise NotModelled
    of.axis_of(axis, held.ndim)
    return ndarray(make(held.shape, held.dtype, of.layout(held.shape, held)))


@rule("np.piecewise")
def piecewise(x: Any, condlist: Any, funclist: Any, *args: Any, **kw: Any) -> Any:
    held = of.tensor_of(x)
    return ndarray(make(held.shape, held.dtype, of.layout(held.shape, held)))


# functions that a program makes of its own


class vectorize:
    """`numpy.vectorize`: a function called with each element; of what type its results are, the first call tells."""

    __module__ = "numpy"

    def __init__(self, pyfunc: Any = NO_VALUE, otypes: Any = None, doc: Any = None, excluded: Any = None, cache: Any = False, signature: Any = None) -> None:  # fmt: skip
        self.pyfunc = pyfunc
        self.otypes = otypes
        self.excluded = excluded
        self.signature = signature

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self.pyfunc is NO_VALUE:
            return vectorize(args[0], self.otypes)
        return _vectorized(self, args, kwargs)


@rule("np.vectorize()")
def _vectorized(self: Any, args: Any, kwargs: Any) -> Any:
    if kwargs or self.signature is not None or self.excluded or type(self.pyfunc) is Unknown:
        raise NotModelled
    held = [of.tensor_of(x) for x in args]
    shape = of.broadcast([t.shape for t in held]) if held else ()
    if any(type(size) is int and size == 0 for size in shape):
        raise NotModelled
    if isinstance(self.otypes, (str, list, tuple)) and len(self.otypes) == 1:
        from ..numpy_types import element_of

        element = element_of(self.otypes[0])
    else:
        first = self.pyfunc(*[wrapped(make((), t.dtype, values=(of.values_of(t) or [])[:1] or None)) for t in held])
        if isinstance(first, tuple):
            raise NotModelled
        answer = of.tensor_of(first)
        if answer.ndim:
            raise NotModelled
        element = answer.dtype
    return ndarray(make(shape, element))


enter("np.vectorize", vectorize)


@rule("np.apply_along_axis")
def apply_along_axis(func1d: Any, axis: Any, arr: Any, *args: Any, **kwargs: Any) -> Any:
    held = of.tensor_of(arr)
    at = of.axis_of(axis, held.ndim)
    if any(d != at and type(size) is int and size == 0 for d, size in enumerate(held.shape)):
        raise ValueError("Cannot apply_along_axis when any iteration dimensions are 0")
    answer = of.tensor_of(func1d(ndarray(make((held.shape[at],), held.dtype)), *args, **kwargs))
    shape = (*held.shape[:at], *answer.shape, *held.shape[at + 1 :])
    return ndarray(make(shape, answer.dtype, of.unknown_strides(shape)))
