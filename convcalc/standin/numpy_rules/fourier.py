"""`numpy.fft`: transforms along an axis or several; of floats they are complex numbers twice as wide."""

from __future__ import annotations

from convcalc.tensor import Tensor, dtypes, make

from ..numpy_arrays import ndarray
from ..numpy_types import counted
from . import operands as of
from .operands import to_out
from .registry import NotModelled, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convcalc.tensor.dtypes import DType

NORMS = (None, "backward", "ortho", "forward")


def _complex(element: DType) -> DType:
    """The complex type that a transform answers with."""
    if element.category == dtypes.COMPLEX:
        return element
    if element.category < dtypes.FLOATING:
        return dtypes.complex128
    return dtypes.complex64 if element.itemsize < 8 else dtypes.complex128


def _real(source: DType, element: DType) -> DType:
    return source if source is dtypes.float16 else element.to_real()


def _length(size: Any, n: Any, default: Any) -> Any:
    if n is None:
        found = default(size) if default is not None else size
    else:
        found = of.whole(n)
    if type(found) is int and found < 1:
        raise ValueError(f"Invalid number of FFT data points ({found}) specified.")
    return found


def _check_norm(norm: Any) -> None:
    if norm not in NORMS:
        raise ValueError(f'Invalid norm value {norm}; should be "backward","ortho" or "forward".')


def _half(n: Any) -> Any:
    return n // 2 + 1


def transformed(name: str, held: Tensor, n: Any, axis: Any, norm: Any) -> Tensor:
    """A transform along one axis."""
    real_input = name in ("rfft", "ihfft")
    real_output = name in ("irfft", "hfft")
    if n is not None and axis.__class__ is not int:
        raise NotModelled
    axis = of.known_whole(axis)
    if not held.ndim or (n is not None and not -held.ndim <= axis < held.ndim):
        raise NotModelled
    if not -held.ndim <= axis < held.ndim:
        raise IndexError("tuple index out of range")
    at = of.axis_of(axis, held.ndim)
    size = held.shape[at]
    length = _length(size, n, (lambda m: (m - 1) * 2) if real_output else None)
    _check_norm(norm)
    if real_input and held.dtype.category == dtypes.COMPLEX:
        raise TypeError(f"ufunc '{name}' did not contain a loop with signature matching types")
    element = _complex(held.dtype)
    made = _half(length) if real_input else length
    shape = (*held.shape[:at], made, *held.shape[at + 1 :])
    return make(
        shape,
        _real(held.dtype, element) if real_output else element,
        None if len(shape) < 2 or (at == held.ndim - 1 and of.is_plain(held)) else of.unknown_strides(shape),
    )


def _of_one_axis(name: str) -> Any:
    def function(a: Any, n: Any = None, axis: Any = -1, norm: Any = None, out: Any = None) -> Any:
        return to_out(out, ndarray(transformed(name, of.tensor_of(a), n, axis, norm)), name)

    return function


for _name in "fft ifft rfft irfft hfft ihfft".split():
    rule(f"fft.{_name}")(_of_one_axis(_name))


def _axes(held: Tensor, s: Any, axes: Any, name: str) -> tuple[list[Any], list[Any]]:
    """The lengths and the axes of a transform along several."""
    if s is None:
        places = list(range(-held.ndim, 0)) if axes is None else [of.known_whole(d) for d in axes]
        if any(not -held.ndim <= d < held.ndim for d in places):
            raise IndexError("index out of bounds")
        sizes = [held.shape[d] for d in places]
        if name.startswith("irfft") and sizes:
            sizes[-1] = (held.shape[places[-1]] - 1) * 2
        return sizes, places
    sizes = [None if n is None else of.whole(n) for n in s]
    if axes is None:
        raise NotModelled
    places = [of.known_whole(d) for d in axes]
    if len(sizes) != len(places):
        raise ValueError("Shape and axes have different lengths.")
    if any(n is None or (type(n) is int and n < 0) for n in sizes):
        raise NotModelled
    return sizes, places


def _of_axes(name: str, default: Any) -> Any:
    def function(a: Any, s: Any = None, axes: Any = default, norm: Any = None, out: Any = None) -> Any:
        held = of.tensor_of(a)
        if not held.ndim or (axes is not None and not isinstance(axes, (tuple, list))):
            raise NotModelled
        sizes, places = _axes(held, s, axes, name)
        if not places:
            raise NotModelled
        inverse = name.startswith("i")
        single = "rfft" if name.startswith("rfft") else "irfft" if name.startswith("irfft") else "fft"
        if single == "irfft":
            for n, d in zip(sizes[:-1], places[:-1]):
                held = transformed("ifft", held, n, d, norm)
            made = transformed("irfft", held, sizes[-1], places[-1], norm)
        elif single == "rfft":
            made = transformed("rfft", held, sizes[-1], places[-1], norm)
            for n, d in reversed(list(zip(sizes[:-1], places[:-1]))):
                made = transformed("fft", made, n, d, norm)
        else:
            made = held
            for n, d in reversed(list(zip(sizes, places))):
                made = transformed("ifft" if inverse else "fft", made, n, d, norm)
        return to_out(out, ndarray(made), name)

    return function


for _name in "fft ifft rfft irfft".split():
    rule(f"fft.{_name}2")(_of_axes(f"{_name}2", (-2, -1)))
    rule(f"fft.{_name}n")(_of_axes(f"{_name}n", None))


@rule("fft.fftfreq")
def fftfreq(n: Any, d: Any = 1.0, device: Any = None) -> Any:
    return of.array((_count(n),), dtypes.float64)


@rule("fft.rfftfreq")
def rfftfreq(n: Any, d: Any = 1.0, device: Any = None) -> Any:
    return of.array((_half(_count(n)),), dtypes.float64)


def _count(n: Any) -> Any:
    if isinstance(n, counted) and hasattr(n, "__index__"):
        n = n.__index__()
    if n.__class__ is not int:
        raise ValueError("n should be an integer")
    if type(n) is int and n <= 0:
        if n == 0:
            raise ZeroDivisionError("float division by zero")
        raise NotModelled
    return n


def _shifted(name: str) -> Any:
    def function(x: Any, axes: Any = None) -> Any:
        held = of.tensor_of(x)
        if not held.ndim:
            raise NotModelled
        if axes is not None:
            given = list(axes) if isinstance(axes, (tuple, list)) else [axes]
            for d in given:
                at = of.known_whole(d)
                if not -held.ndim <= at < held.ndim:
                    raise IndexError("tuple index out of range")
        return of.array(held.shape, held.dtype, strides=of.layout(held.shape, held))

    return function


for _name in ("fftshift", "ifftshift"):
    rule(f"fft.{_name}")(_shifted(_name))
