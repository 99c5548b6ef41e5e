"""Questions about element types: which holds which, what two have in common, their limits."""

from __future__ import annotations

from convcalc.tensor import DType, Unknown, dtypes

from ..numpy_arithmetic import operand_elements
from ..numpy_arrays import ndarray
from ..numpy_types import all_together, counted, dtype, element_of, generic, is_other, of_element, scalar, together
from . import operands as of
from .registry import NotModelled, enter, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@rule("np.issubdtype")
def issubdtype(arg1: Any, arg2: Any) -> Any:
    kinds = [
        arg if isinstance(arg, type) and issubclass(arg, generic) else of_element(element_of(arg)).type
        for arg in (arg1, arg2)
    ]
    if type(arg1) is Unknown or type(arg2) is Unknown:
        raise NotModelled
    return issubclass(*kinds)


def _plain(kind: Any) -> DType:
    element = element_of(kind)
    if is_other(element) or isinstance(element, dtypes.UnknownDType):
        raise NotModelled
    return element


@rule("np.promote_types")
def promote_types(type1: Any, type2: Any, /) -> Any:
    return of_element(together(_plain(type1), _plain(type2)))


@rule("np.can_cast")
def can_cast(from_: Any, to: Any, casting: Any = "safe") -> Any:
    if isinstance(from_, (bool, int, float, complex)) and not isinstance(from_, counted):
        raise TypeError(
            "can_cast() does not support Python ints, floats, and complex because the result used to depend on the value."
        )
    if casting not in ("no", "equiv", "safe", "same_kind", "unsafe"):
        raise NotModelled
    source = (
        from_._tensor.dtype
        if type(from_) is ndarray
        else from_.tensor_dtype
        if isinstance(from_, counted)
        else _plain(from_)
    )
    return of.can_cast(source, _plain(to), casting)


@rule("np.result_type")
def result_type(*arrays_and_dtypes: Any) -> Any:
    if not arrays_and_dtypes:
        raise ValueError("at least one array or dtype is required")
    given = []
    for x in arrays_and_dtypes:
        if isinstance(x, (ndarray, counted)) or x.__class__ in (bool, int, float, complex):
            given.append(x)
        elif isinstance(x, (dtype, type, str)):
            given.append(scalar(_plain(x)))
        else:
            raise NotModelled
    return of_element(all_together(operand_elements(given)))


@rule("np.common_type")
def common_type(*arrays: Any) -> Any:
    element = dtypes.float16
    for x in arrays:
        of.needs_array(x, "dtype")
        own = of.tensor_of(x).dtype
        if own is dtypes.bool_:
            raise TypeError("can't get common type for non-numeric array")
        element = together(element, own if own.category >= dtypes.FLOATING else dtypes.float64)
    return of_element(element).type


@rule("np.isscalar")
def isscalar(element: Any) -> Any:
    if type(element) is Unknown and element.__class__ is Unknown:
        raise NotModelled
    from numbers import Number

    return isinstance(element, (generic, Number, str, bytes))


@rule("np.isdtype")
def isdtype(dtype: Any, kind: Any) -> Any:
    raise NotModelled


@rule("np.iterable")
def iterable(y: Any) -> Any:
    if isinstance(y, ndarray):
        return y.ndim > 0
    if type(y) is Unknown:
        raise NotModelled
    return hasattr(type(y), "__iter__")


# name: bits of the exponent's range and of the fraction: eps, the largest, the smallest normal number, digits
_FLOATS: dict[str, tuple[float, float, float, int, int, int]] = {
    "float16": (2.0**-10, 65504.0, 2.0**-14, 3, 10, 5),
    "float32": (2.0**-23, (2 - 2.0**-23) * 2.0**127, 2.0**-126, 6, 23, 8),
    "float64": (2.0**-52, (2 - 2.0**-52) * 2.0**1023, 2.0**-1022, 15, 52, 11),
}


class finfo:
    """`numpy.finfo`: the limits of a type of floats."""

    __module__ = "numpy"

    def __init__(self, dtype: Any) -> None:
        element = dtype._tensor.dtype if type(dtype) is ndarray else dtype.tensor_dtype if isinstance(dtype, counted) else dtypes.float64 if type(dtype) is float else _plain(dtype)  # fmt: skip
        element = element.to_real()
        if element.category != dtypes.FLOATING:
            raise ValueError(f"data type {of_element(element).type!r} not inexact")
        eps, largest, tiny, precision, fraction, exponent = _FLOATS[element.name]
        self.dtype = of_element(element)
        self.bits = element.itemsize * 8
        self.precision, self.nmant, self.nexp = precision, fraction, exponent
        self.machep, self.maxexp, self.minexp = -fraction, 1 << (exponent - 1), 2 - (1 << (exponent - 1))
        for name, value in (("eps", eps), ("max", largest), ("min", -largest), ("tiny", tiny), ("smallest_normal", tiny), ("epsneg", eps / 2), ("resolution", 10.0**-precision), ("smallest_subnormal", tiny * eps)):  # fmt: skip
            setattr(self, name, scalar(element, value))


class iinfo:
    """`numpy.iinfo`: the limits of a type of whole numbers."""

    __module__ = "numpy"

    def __init__(self, int_type: Any) -> None:
        element = int_type._tensor.dtype if type(int_type) is ndarray else int_type.tensor_dtype if isinstance(int_type, counted) else dtypes.int64 if type(int_type) is int else _plain(int_type)  # fmt: skip
        if element.category != dtypes.INTEGER:
            raise ValueError(f"Invalid integer data type {of_element(element).kind!r}.")
        self.dtype = of_element(element)
        self.kind = self.dtype.kind
        self.bits = element.itemsize * 8
        self.key = f"{self.kind}{self.bits}"
        self.min = -(1 << (self.bits - 1)) if element.is_signed else 0
        self.max = (1 << (self.bits - 1)) - 1 if element.is_signed else (1 << self.bits) - 1


enter("np.finfo", finfo)
enter("np.iinfo", iinfo)


@rule("np.min_scalar_type", "np.mintypecode", "np.typename")
def min_scalar_type(a: Any, /, *others: Any, **named: Any) -> Any:
    raise NotModelled


class errstate:
    """`numpy.errstate`: with it, numpy warns of other things; also around functions."""

    __module__ = "numpy"

    def __init__(self, **kwargs: Any) -> None:
        pass

    def __enter__(self) -> None:
        return None

    def __exit__(self, *exc: Any) -> None:
        return None

    def __call__(self, func: Any) -> Any:
        return func


enter("np.errstate", errstate)
enter("np.printoptions", errstate)


# going through arrays


class ndenumerate:
    """`numpy.ndenumerate`: the indices of an array with their elements."""

    __module__ = "numpy"

    def __init__(self, arr: Any) -> None:
        self.array = ndarray(of.tensor_of(arr, other=True))
        self.places = ndindex(*self.array.shape)

    def __iter__(self) -> Any:
        return self

    def __next__(self) -> Any:
        place = next(self.places)
        return place, self.array[place]


class ndindex:
    """`numpy.ndindex`: all indices of a shape, in order."""

    __module__ = "numpy"

    def __init__(self, *shape: Any) -> None:
        from itertools import product

        sizes = shape[0] if len(shape) == 1 and isinstance(shape[0], tuple) else shape
        self.places = product(*[range(of.known_whole(size)) for size in sizes])

    def __iter__(self) -> Any:
        return self

    def __next__(self) -> Any:
        return next(self.places)


enter("np.ndenumerate", ndenumerate)
enter("np.ndindex", ndindex)


# keys of numpy's own


class _Row:
    """`numpy.r_` and `numpy.c_`: what stands in the brackets, joined."""

    __module__ = "numpy.lib"

    def __init__(self, columns: bool) -> None:
        self.columns = columns

    def __getitem__(self, key: Any) -> Any:
        return _row(self.columns, key)


def _row(columns: bool, key: Any) -> Any:
    from .registry import answering

    return answering("numpy.c_" if columns else "numpy.r_", _joined_row)(columns, key)


def _joined_row(columns: bool, key: Any) -> Any:
    from .creation import arange, linspace
    from .joining import column_stack, joined

    parts = []
    for item in key if isinstance(key, tuple) else (key,):
        if isinstance(item, slice):
            start, stop, step = (
                0 if item.start is None else item.start,
                item.stop,
                1 if item.step is None else item.step,
            )
            if stop is None:
                raise NotModelled
            if isinstance(step, complex):
                part = linspace(start, stop, int(abs(step)))
            else:
                part = arange(start, stop, step)
        elif isinstance(item, str):
            raise NotModelled
        else:
            part = item
        parts.append(part)
    if columns:
        held = [of.tensor_of(part) for part in parts]
        if any(t.ndim > 2 for t in held) or any(t.ndim != held[0].ndim for t in held) or not held[0].ndim:
            raise NotModelled
        return column_stack(parts)
    if any(isinstance(part, (int, float, complex)) for part in parts):
        strong = [x for x in parts if isinstance(x, (ndarray, counted))]
        if strong:
            raise NotModelled
    held = [of.tensor_of(part) for part in parts]
    if any(t.ndim > 1 for t in held) and any(t.ndim != held[0].ndim for t in held):
        raise NotModelled
    return joined([t if t.ndim else of.tensor_of([part]) for t, part in zip(held, parts)], 0)


class _Grid:
    """`numpy.mgrid` and `numpy.ogrid`."""

    __module__ = "numpy.lib"

    def __init__(self, sparse: bool) -> None:
        self.sparse = sparse

    def __getitem__(self, key: Any) -> Any:
        from .registry import answering

        return answering("numpy.ogrid" if self.sparse else "numpy.mgrid", _gridded)(self.sparse, key)


def _gridded(sparse: bool, key: Any) -> Any:
    from .creation import arange, linspace, meshgrid

    slices = key if isinstance(key, tuple) else (key,)
    axes = []
    for item in slices:
        if not isinstance(item, slice) or item.stop is None:
            raise NotModelled
        start, step = 0 if item.start is None else item.start, 1 if item.step is None else item.step
        axes.append(
            linspace(start, item.stop, int(abs(step))) if isinstance(step, complex) else arange(start, item.stop, step)
        )
    if any(type(axis) is Unknown for axis in axes):
        raise NotModelled
    element = axes[0]._tensor.dtype
    for axis in axes[1:]:
        element = together(element, axis._tensor.dtype)
    if not isinstance(key, tuple):
        return axes[0]
    axes = [axis.astype(of_element(element)) for axis in axes]
    made = meshgrid(*axes, indexing="ij", sparse=sparse)
    if sparse:
        return made
    from .joining import stack

    return stack(list(made))


class _Key:
    """`numpy.s_` and `numpy.index_exp`: the key itself."""

    __module__ = "numpy.lib"

    def __init__(self, tuples: bool) -> None:
        self.tuples = tuples

    def __getitem__(self, key: Any) -> Any:
        return (key,) if self.tuples and not isinstance(key, tuple) else key


for _name, _value in (
    ("r_", _Row(False)),
    ("c_", _Row(True)),
    ("mgrid", _Grid(False)),
    ("ogrid", _Grid(True)),
    ("s_", _Key(False)),
    ("index_exp", _Key(True)),
):
    enter(f"np.{_name}", _value)
