"""Quantiles, histograms, covariances, windows, and polynomials."""

from __future__ import annotations

from itertools import pairwise

from convcalc.tensor import Tensor, Unknown, dtypes, make
from convcalc.tensor.size import differ
from convcalc.tensor.values import overwrite

from ..numpy_arrays import ndarray, wrapped
from ..numpy_types import together
from . import operands as of
from .operands import NO_VALUE, to_out
from .registry import NotModelled, enter, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


METHODS = frozenset(
    "inverted_cdf averaged_inverted_cdf closest_observation interpolated_inverted_cdf hazen weibull linear median_unbiased normal_unbiased lower "
    "higher midpoint nearest".split()
)


def _lead_nan(label: str) -> bool:
    return label.startswith("nan")


def _quantile(name: str, most: int, label: str = "") -> Any:
    def quantile(a: Any, q: Any, axis: Any = None, out: Any = None, overwrite_input: Any = False, method: Any = "linear", keepdims: Any = False, *, weights: Any = None, interpolation: Any = None) -> Any:  # fmt: skip
        held, wanted = of.tensor_of(a), of.tensor_of(q)
        if interpolation is not None:
            method = interpolation
        if overwrite_input is not False and type(a) is ndarray:
            overwrite(a._tensor)
        if weights is not None or method not in METHODS:
            raise NotModelled
        if held.dtype.category == dtypes.COMPLEX:
            raise TypeError("a must be an array of real numbers")
        if wanted.dtype.category == dtypes.COMPLEX or wanted.ndim > 2 or held.dtype is dtypes.bool_:
            raise NotModelled
        known = of.values_of(wanted)
        if known is not None and any(not 0 <= v <= most for v in known):
            raise ValueError(
                "Percentiles must be in the range [0, 100]" if most == 100 else "Quantiles must be in the range [0, 1]"
            )
        axes = of.axis_tuple(axis, held.ndim) if isinstance(axis, list) else of.axes_of(axis, held.ndim)
        if any(type(held.shape[d]) is not int or held.shape[d] == 0 for d in axes) and method != "linear":
            raise NotModelled
        if any(type(held.shape[d]) is int and held.shape[d] == 0 for d in axes):
            raise NotModelled
        kept = of.flag(keepdims) if keepdims is not NO_VALUE else False
        if any(type(size) is int and size == 0 for size in held.shape):
            raise NotModelled
        if (kept and not held.ndim) or (
            most == 1 and wanted.dtype.category < dtypes.FLOATING and held.dtype.category < dtypes.FLOATING
        ):
            raise NotModelled
        if _lead_nan(label) and (not axes or wanted.ndim > 1):
            raise NotModelled
        shape = [1 if d in axes else size for d, size in enumerate(held.shape) if kept or d not in axes]
        if method in ("lower", "higher", "nearest", "inverted_cdf", "closest_observation"):
            element = held.dtype
        elif held.dtype.category == dtypes.FLOATING:
            element = held.dtype
            if held.dtype is dtypes.float16 or (
                held.dtype is dtypes.float32
                and (method != "linear" or isinstance(q, (ndarray, list, tuple)) or most == 100)
            ):
                element = _of_quantiles(held, q, wanted)
        else:
            element = dtypes.float64
        made = make(
            (*wanted.shape, *shape),
            element,
            of.unknown_strides((*wanted.shape, *shape)) if wanted.ndim + len(shape) > 1 else None,
        )
        return to_out(out, ndarray(made) if made.ndim else wrapped(made), name)

    return quantile


def _of_quantiles(held: Tensor, q: Any, wanted: Tensor) -> Any:
    """The type that floats smaller than doubles get: that of the quantiles too, unless these are plain numbers."""
    if isinstance(q, (int, float)) and not hasattr(type(q), "tensor_dtype"):
        return held.dtype
    return together(held.dtype, wanted.dtype if wanted.dtype.category == dtypes.FLOATING else dtypes.float64)


for _lead in ("", "nan"):
    rule(f"np.{_lead}percentile")(_quantile("percentile", 100, _lead))
    rule(f"np.{_lead}quantile")(_quantile("quantile", 1, _lead))


def _bins(a: Tensor, bins: Any, range: Any) -> tuple[Any, Any]:
    """How many bins there are, and the type of their edges."""
    if isinstance(bins, str):
        if bins not in ("auto", "doane", "fd", "rice", "scott", "sqrt", "stone", "sturges"):
            raise ValueError(f"{bins!r} is not a valid estimator for `bins`")
        return Unknown("how many bins numpy chooses", int), None
    held = of.tensor_of(bins)
    if held.ndim == 0:
        try:
            count = of.whole(bins)
        except TypeError:
            raise TypeError("`bins` must be an integer, a string, or an array") from None
        if type(count) is int and count < 1:
            raise ValueError("`bins` must be positive, when an integer")
        return count, None
    if held.ndim != 1:
        raise ValueError("`bins` must be 1d, when an array")
    values = of.values_of(held)
    if values is not None and any(x > y for x, y in pairwise(values)):
        raise ValueError("`bins` must increase monotonically, when an array")
    if type(held.shape[0]) is int and held.shape[0] == 0:
        raise NotModelled
    return held.shape[0] - 1, held


def _edges(a: Tensor, bins: Any, range: Any) -> tuple[Any, Any]:
    count, held = _bins(a, bins, range)
    if held is not None:
        return count, ndarray(held)
    if range is not None:
        low, high = [of.number(x) for x in range]
        if type(low) in (int, float) and type(high) in (int, float) and low > high:
            raise ValueError("max must be larger than min in range parameter.")
    if a.dtype.category == dtypes.COMPLEX:
        raise NotModelled
    element = dtypes.float64
    if a.dtype in (dtypes.float16, dtypes.float32):
        element = a.dtype
    size = count + 1
    return count, of.array((size,), element)


@rule("np.histogram")
def histogram(a: Any, bins: Any = 10, range: Any = None, density: Any = None, weights: Any = None) -> Any:
    held = of.tensor_of(a)
    if held.dtype is dtypes.bool_:
        raise NotModelled
    count, edges = _edges(held, bins, range)
    element = dtypes.int64
    if weights is not None:
        weight = of.tensor_of(weights)
        if differ(weight.shape, held.shape):
            raise ValueError("weights should have the same shape as a.")
        element = weight.dtype
        if element is dtypes.bool_ or element.category == dtypes.INTEGER or element is dtypes.float16:
            raise NotModelled
    if density is not None and of.flag(density):
        element = together(element, dtypes.float64)
    return of.array((count,), element), edges


@rule("np.histogram_bin_edges")
def histogram_bin_edges(a: Any, bins: Any = 10, range: Any = None, weights: Any = None) -> Any:
    held = of.tensor_of(a)
    if held.dtype is dtypes.bool_ or weights is not None:
        raise NotModelled
    return _edges(held, bins, range)[1]


@rule("np.histogram2d")
def histogram2d(x: Any, y: Any, bins: Any = 10, range: Any = None, density: Any = None, weights: Any = None) -> Any:
    first, second = of.tensor_of(x), of.tensor_of(y)
    if first.ndim != 1 or second.ndim != 1:
        raise NotModelled
    if type(first.shape[0]) is int and type(second.shape[0]) is int and first.shape[0] != second.shape[0]:
        raise ValueError("x and y must have the same length.")
    if not isinstance(bins, int):
        raise NotModelled
    if bins < 1:
        raise ValueError("`bins[0]` must be positive, when an integer")
    if (
        weights is not None
        or range is not None
        or density is not None
        or any(t.dtype is dtypes.bool_ or t.shape[0] == 0 for t in (first, second))
    ):
        raise NotModelled
    element = together(first.dtype, second.dtype)
    element = element if element.category == dtypes.FLOATING else dtypes.float64
    edges = [of.array((bins + 1,), element) for _ in (first, second)]
    return of.array((bins, bins), dtypes.float64, strides=of.unknown_strides((bins, bins))), *edges


def _variables(m: Any, y: Any, rowvar: Any) -> tuple[Any, Any]:
    """How many variables there are, and their type beside doubles."""
    held = of.tensor_of(m)
    if held.ndim > 2:
        raise ValueError("m has more than 2 dimensions")
    rows = of.flag(rowvar)

    def count(t: Tensor) -> Any:
        return (1 if t.ndim < 2 else t.shape[0]) if rows or t.ndim < 2 else t.shape[1]

    found, element = count(held), together(held.dtype, dtypes.float64)
    if (type(found) is int and found == 0) or (y is not None and held.ndim < 1):
        raise NotModelled
    if y is not None:
        other = of.tensor_of(y)
        if other.ndim > 2:
            raise ValueError("y has more than 2 dimensions")
        lengths = [t.shape[-1] if rows or t.ndim < 2 else t.shape[0] for t in (held, other) if t.ndim]
        if len(lengths) < 2 or any(type(n) is not int for n in lengths):
            raise NotModelled
        if lengths[0] != lengths[1]:
            raise ValueError("all the input array dimensions except for the concatenation axis must match exactly")
        found, element = found + count(other), together(element, other.dtype)
    return found, element


@rule("np.cov")
def cov(m: Any, y: Any = None, rowvar: Any = True, bias: Any = False, ddof: Any = None, fweights: Any = None, aweights: Any = None, *, dtype: Any = None) -> Any:  # fmt: skip
    if (
        fweights is not None
        or aweights is not None
        or dtype is not None
        or (ddof is not None and not isinstance(ddof, int))
    ):
        raise NotModelled
    count, element = _variables(m, y, rowvar)
    if type(count) is Unknown:
        raise NotModelled
    return ndarray(make(() if count == 1 else (count, count), element, None))


@rule("np.corrcoef")
def corrcoef(x: Any, y: Any = None, rowvar: Any = True, *, dtype: Any = None) -> Any:
    if dtype is not None:
        raise NotModelled
    count, element = _variables(x, y, rowvar)
    if type(count) is Unknown:
        raise NotModelled
    return wrapped(make((), element)) if count == 1 else ndarray(make((count, count), element))


def _window(name: str) -> Any:
    def window(M: Any, *beta: Any) -> Any:
        if type(M) is not int and M.__class__ is not int:
            raise NotModelled
        if type(M) is int and M < 1:
            return of.array((0,), dtypes.float64)
        return of.array((M,), dtypes.float64)

    return window


for _name in "hanning hamming blackman bartlett kaiser".split():
    rule(f"np.{_name}")(_window(_name))


# polynomials


def _vector(x: Any) -> Tensor:
    held = of.tensor_of(x)
    return held if held.ndim else make((1,), held.dtype, values=held.values)


@rule("np.polyfit")
def polyfit(x: Any, y: Any, deg: Any, rcond: Any = None, full: Any = False, w: Any = None, cov: Any = False) -> Any:
    degree = of.known_whole(deg)
    first, second = of.tensor_of(x), of.tensor_of(y)
    if degree < 0:
        raise ValueError("expected deg >= 0")
    if first.ndim != 1:
        raise TypeError("expected 1D vector for x")
    if type(first.shape[0]) is int and first.shape[0] == 0:
        raise TypeError("expected non-empty vector for x")
    if second.ndim not in (1, 2):
        raise TypeError("expected 1D or 2D array for y")
    if type(first.shape[0]) is int and type(second.shape[0]) is int and first.shape[0] != second.shape[0]:
        raise TypeError("expected x and y to have same length")
    if of.flag(full) or of.flag(cov) or w is not None or degree > 20:
        raise NotModelled
    element = together(together(first.dtype, second.dtype), dtypes.float64)
    shape = (degree + 1, *second.shape[1:])
    return ndarray(make(shape, element, of.unknown_strides(shape) if len(shape) > 1 else None))


@rule("np.polyval")
def polyval(p: Any, x: Any) -> Any:
    coefficients, held = of.tensor_of(p), of.tensor_of(x)
    if coefficients.ndim != 1 or type(coefficients.shape[0]) is Unknown or coefficients.shape[0] == 0:
        raise NotModelled
    if held.dtype is dtypes.bool_ or coefficients.dtype is dtypes.bool_:
        raise NotModelled
    made = make(held.shape, together(held.dtype, coefficients.dtype), of.layout(held.shape, held))
    return ndarray(made) if held.ndim else wrapped(made)


def _sum_of_polynomials(a1: Any, a2: Any) -> Any:
    first, second = _vector(a1), _vector(a2)
    from convcalc.tensor.size import greater

    if first.ndim != 1 or second.ndim != 1 or first.dtype is second.dtype is dtypes.bool_:
        raise NotModelled
    return of.array((greater(first.shape[0], second.shape[0]),), together(first.dtype, second.dtype))


rule("np.polyadd")(_sum_of_polynomials)
rule("np.polysub")(_sum_of_polynomials)


@rule("np.roots")
def roots(p: Any) -> Any:
    held = _vector(p)
    if held.ndim != 1:
        raise ValueError("Input must be a rank-1 array.")
    raise NotModelled


class poly1d:
    """`numpy.poly1d`: a polynomial, called with where its values are asked for."""

    __module__ = "numpy"

    def __init__(self, c_or_r: Any, r: Any = False, variable: Any = None) -> None:
        self.coeffs: Any = c_or_r.coeffs if isinstance(c_or_r, poly1d) else c_or_r

    def __call__(self, val: Any) -> Any:
        return polyval(self.coeffs, val)

    @property
    def order(self) -> Any:
        return Unknown("the order of a polynomial", int)

    c = coef = coefficients = property(lambda self: self.coeffs)
    o = order

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Unknown(f"numpy.poly1d.{name}")


enter("np.poly1d", poly1d)
