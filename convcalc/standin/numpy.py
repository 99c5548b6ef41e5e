"""A small `numpy`: numbers are computed, arrays are shapes and some elements (`numpy_arrays`); what is not here is unknown."""

from __future__ import annotations

import math

from convcalc.tensor import Size, Tensor, Unknown, UnknownValue, dtypes, is_unknown, make
from convcalc.tensor.tensor import nested_shape
from convcalc.tensor.values import Values, known, rounded

from .numpy_arrays import OPERATORS, SCALARS, calculated, dtype_of, each, ndarray
from .torch import nothing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


# making arrays


def array(data: Any = (), dtype: Any = None, *args: Any, **kwargs: Any) -> Any:
    """An array of nested lists, a tensor, an image (height, width, channels), or another array."""
    from .images import Image

    if isinstance(data, Unknown):
        return data
    if isinstance(data, Image):
        shape: tuple[Any, ...] = (
            (data.height, data.width) if data.channels == 1 else (data.height, data.width, data.channels)
        )
        return ndarray(make(shape, dtypes.uint8 if dtype is None else dtype_of(dtype)))
    if isinstance(data, (ndarray, Tensor)):
        if isinstance(data, Tensor):
            data.numpy()  # refused where a gradient hangs on it
        source = data._tensor if isinstance(data, ndarray) else data
        made = ndarray(make(source.shape, source.dtype, values=source.values))
        return made if dtype is None or dtype_of(dtype) is source.dtype else made.astype(dtype)
    if isinstance(data, (list, tuple)) and any(isinstance(item, ndarray) for item in data):
        return stack(data) if all(isinstance(item, ndarray) for item in data) else Unknown("numpy.array(...)")
    if is_unknown(data):
        return Unknown("numpy.array(...)")
    try:
        shape = nested_shape(data)
    except (TypeError, ValueError, UnknownValue):
        return Unknown("numpy.array(...)")
    flat = _flat(data)
    kind = dtype_of(dtype) if dtype is not None else dtypes.float64
    if dtype is None and flat:
        kind = (
            dtypes.bool_
            if all(isinstance(v, bool) for v in flat)
            else dtypes.int64
            if all(isinstance(v, int) for v in flat)
            else dtypes.float64
        )
    return ndarray(make(shape, kind, values=rounded(flat, kind) if len(flat) <= 10_000 else None))


def _flat(data: Any) -> list[Any]:
    return [value for item in data for value in _flat(item)] if isinstance(data, (list, tuple, range)) else [data]


def stack(arrays: Any, axis: int = 0, *args: Any) -> Any:
    items = list(arrays)
    if not items or not all(isinstance(item, ndarray) for item in items):
        return Unknown("numpy.stack(...)")
    shape = list(items[0].shape)
    if any(list(item.shape) != shape for item in items):
        raise ValueError("all input arrays must have the same shape")
    shape.insert(axis if axis >= 0 else axis + len(shape) + 1, len(items))
    return ndarray(make(shape, items[0]._tensor.dtype))


def _filled(name: str, default: Any = float) -> Any:
    """zeros, ones, empty, full: a shape and a type."""

    def filled(shape: Any, *args: Any, dtype: Any = None, **kwargs: Any) -> Any:
        rest = args[1:] if name == "full" else args
        kind = dtype if dtype is not None else rest[0] if rest else default
        sizes = tuple(shape) if isinstance(shape, (tuple, list)) else (shape,)
        return ndarray(make(sizes, dtype_of(kind)))

    filled.__name__ = name
    return filled


def _filled_like(name: str) -> Any:
    def filled(a: Any, *args: Any, dtype: Any = None, **kwargs: Any) -> Any:
        if not isinstance(a, ndarray):
            return Unknown(f"numpy.{name}(...)")
        return ndarray(make(a.shape, a._tensor.dtype if dtype is None else dtype_of(dtype)))

    filled.__name__ = name
    return filled


def arange(start: Any, stop: Any = None, step: Any = 1, dtype: Any = None) -> Any:
    if stop is None:
        start, stop = 0, start
    if is_unknown([start, stop, step]):
        return Unknown("numpy.arange(...)")
    whole = all(isinstance(v, int) for v in (start, stop, step))
    count = max(0, math.ceil((stop - start) / step))
    kind = dtype_of(dtype) if dtype is not None else dtypes.int64 if whole else dtypes.float64
    return ndarray(
        make((count,), kind, values=Values(start + i * step for i in range(count)) if count <= 10_000 else None)
    )


def linspace(
    start: Any, stop: Any, num: Any = 50, endpoint: bool = True, *args: Any, dtype: Any = None, **kwargs: Any
) -> Any:
    if is_unknown([start, stop, num]) or not all(isinstance(v, (int, float)) for v in (start, stop)):
        return Unknown("numpy.linspace(...)")
    gap = (stop - start) / max(1, num - (1 if endpoint else 0))
    kind = dtypes.float64 if dtype is None else dtype_of(dtype)
    values = [start + i * gap for i in range(num)] if num <= 10_000 else None
    if values and endpoint and num > 1:
        values[-1] = float(stop)
    return ndarray(
        make(
            (num,),
            kind,
            values=None if values is None else rounded(values, kind),
        )
    )


def eye(N: Any, M: Any = None, k: int = 0, dtype: Any = float) -> ndarray:
    return ndarray(make((N, N if M is None else M), dtype_of(dtype)))


# numbers


def _number(name: str, function: Any, keeps_type: bool = False) -> Any:
    """A function of one number; of an array, an array of the same shape."""

    def applied(x: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(x, ndarray):
            whole = x._tensor.dtype.category < 2
            kind = dtypes.float64 if whole and not keeps_type else x._tensor.dtype
            if kind is dtypes.float64 or keeps_type:
                return each(x, lambda v: function(v, *args), kind)
            return ndarray(make(x.shape, kind))  # float32 has functions of its own, which round elsewhere
        if isinstance(x, bool) or not isinstance(x, (int, float)):
            return Unknown(f"numpy.{name}(...)")
        return function(x, *args)

    applied.__name__ = name
    return applied


def _binary(name: str, function: Any, kind: Any = None) -> Any:
    """`numpy.add` and its like, of arrays, lists and numbers."""

    def applied(x1: Any, x2: Any, *args: Any, **kwargs: Any) -> Any:
        a, b = (array(x) if isinstance(x, (list, tuple, Tensor)) else x for x in (x1, x2))
        if isinstance(a, ndarray) or isinstance(b, ndarray):
            return calculated(a, b, function, kind)
        if not all(isinstance(x, (int, float)) for x in (a, b)):
            return Unknown(f"numpy.{name}(...)")
        try:
            return function(a, b)
        except (ArithmeticError, ValueError):
            return Unknown(f"numpy.{name}(...)")

    applied.__name__ = name
    return applied


def _round(value: Any, decimals: Any = 0) -> Any:
    """To the even neighbour, as a number of the same type."""
    if isinstance(value, int) and decimals >= 0:
        return value
    scale = 10.0 ** abs(decimals)
    return round(value * scale) / scale if decimals >= 0 else round(value / scale) * scale


def _mean(values: Any) -> Any:
    return sum(values) / len(values)


def unique(ar: Any, return_index: Any = False, return_inverse: Any = False, return_counts: Any = False, axis: Any = None, **kwargs: Any) -> Any:  # fmt: skip
    """The different elements in order; with their first places, the place of each among them, and how many there are of each."""
    source = array(ar)
    values = known(source._tensor) if isinstance(source, ndarray) else None
    if values is None or axis is not None or (return_inverse and source.ndim != 1):
        return Unknown("numpy.unique(...)")
    found = sorted(set(values))
    results = [ndarray(make((len(found),), source._tensor.dtype, values=Values(found)))]
    if return_index:
        results.append(array([values.index(value) for value in found], int))
    if return_inverse:
        results.append(array([found.index(value) for value in values], int))
    if return_counts:
        results.append(array([values.count(value) for value in found], int))
    return results[0] if len(results) == 1 else tuple(results)


def prod(a: Any, axis: Any = None, *args: Any, **kwargs: Any) -> Any:
    """The product of a shape or of numbers, as an int where they are ints."""
    return _reduced(a, axis, math.prod, "prod")


def sum_(a: Any, axis: Any = None, *args: Any, **kwargs: Any) -> Any:
    return _reduced(a, axis, sum, "sum")


def cumsum(a: Any, axis: Any = None, *args: Any, **kwargs: Any) -> Any:
    flat = _numbers(a)
    if flat is None or axis not in (None, 0):
        return Unknown("numpy.cumsum(...)")
    return array([sum(flat[: i + 1]) for i in range(len(flat))])


def _reduced(a: Any, axis: Any, function: Any, name: str) -> Any:
    flat = _numbers(a)
    if flat is None or axis not in (None, 0, -1) or (axis is not None and isinstance(a, ndarray) and a.ndim > 1):
        return Unknown(f"numpy.{name}(...)")
    return function(flat) if flat or name in ("prod", "sum") else Unknown(f"numpy.{name}(...)")


def _numbers(a: Any) -> list[Any] | None:
    """The elements of a list or of an array that keeps them."""
    if isinstance(a, (int, float)):
        return [a]
    if isinstance(a, (ndarray, Tensor)):
        return known(a._tensor if isinstance(a, ndarray) else a)
    if isinstance(a, (list, tuple, range)):
        flat = _flat(a)
        return flat if all(isinstance(v, (int, float)) for v in flat) else None
    return None


def shape_of(a: Any) -> Any:
    found = array(a)
    return found.shape if isinstance(found, ndarray) else found


_FUNCTIONS = {
    "sqrt": math.sqrt, "log2": math.log2, "log": math.log, "log10": math.log10, "exp": math.exp, "sin": math.sin, "cos": math.cos, "tan": math.tan,
    "tanh": math.tanh, "ceil": lambda x: float(math.ceil(x)), "floor": lambda x: float(math.floor(x)), "degrees": math.degrees, "radians": math.radians,
}  # fmt: skip
_BINARY = {
    "add": "add", "subtract": "sub", "multiply": "mul", "divide": "truediv", "true_divide": "truediv", "power": "pow",
    "floor_divide": "floordiv", "mod": "mod", "remainder": "mod",
}  # fmt: skip
_REDUCTIONS = {"max": max, "min": min, "amax": max, "amin": min, "mean": _mean}


def _reduction(name: str, function: Any) -> Any:
    def reduced(a: Any, axis: Any = None, *args: Any, **kwargs: Any) -> Any:
        return _reduced(a, axis, function, name)

    reduced.__name__ = name
    return reduced


def _round_method(a: ndarray, decimals: Any = 0, *args: Any) -> Any:
    return NUMPY["round"](a, decimals)


for _name, _method in {
    "sum": sum_, "prod": prod, "cumsum": cumsum, "round": _round_method, **{n: _reduction(n, _REDUCTIONS[n]) for n in ("max", "min", "mean")},
}.items():  # fmt: skip
    setattr(ndarray, _name, _method)


def _random(name: str, kind: str = "float64") -> Any:
    """rand(2, 3), or a `size=` argument: the shape is known, the values are not."""

    def drawn(*args: Any, size: Any = None, dtype: Any = None, **kwargs: Any) -> Any:
        if name in ("rand", "randn") and size is None:
            size = args
        elif size is None and name in ("random", "random_sample") and args:
            size = args[0]
        elif size is None and len(args) > 2:
            size = args[2]
        if size is None or size == ():
            return Unknown(f"numpy.random.{name}(...)")
        sizes = tuple(size) if isinstance(size, (tuple, list)) else (size,)
        return ndarray(make(Size(sizes), dtype_of(kind if dtype is None else dtype)))

    drawn.__name__ = name
    return drawn


RANDOM: dict[str, Any] = {
    "seed": nothing("seed"), "randint": _random("randint", "int64"), "integers": _random("integers", "int64"), "shuffle": nothing("shuffle"),
    **{name: _random(name) for name in "rand randn random random_sample uniform normal".split()},
    "permutation": lambda x: ndarray(make((x,), dtypes.int64)) if isinstance(x, int) else x,
}  # fmt: skip


class Generator:
    """A source of random numbers of one's own: it draws what `numpy.random` draws."""

    def __init__(self, seed: Any = None) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return RANDOM.get(name, Unknown(f"numpy.random.{name}"))


RANDOM.update(RandomState=Generator, default_rng=Generator, Generator=Generator)

NUMPY: dict[str, Any] = {
    **SCALARS, "int_": SCALARS["int64"], "intp": SCALARS["int64"], "double": SCALARS["float64"], "single": SCALARS["float32"],
    "dtype": dtype_of, "ndarray": ndarray, "pi": math.pi, "e": math.e, "inf": math.inf, "nan": math.nan, "newaxis": None, "__version__": "2.0.0",
    "array": array, "asarray": array, "ascontiguousarray": array, "stack": stack, "arange": arange, "linspace": linspace, "eye": eye, "identity": eye,
    "zeros": _filled("zeros"), "ones": _filled("ones"), "empty": _filled("empty"), "full": _filled("full"),
    "zeros_like": _filled_like("zeros_like"), "ones_like": _filled_like("ones_like"), "empty_like": _filled_like("empty_like"),
    "prod": prod, "sum": sum_, "cumsum": cumsum, "shape": shape_of, "abs": _number("abs", abs, True), "round": _number("round", _round, True), "around": _number("around", _round, True),
    "rint": _number("rint", lambda x: float(round(x))), "unique": unique,
    "square": _number("square", lambda x: x * x, True),
    **{name: _number(name, function) for name, function in _FUNCTIONS.items()},
    **{name: _reduction(name, function) for name, function in _REDUCTIONS.items()},
    **{name: _binary(name, *OPERATORS[operator_name]) for name, operator_name in _BINARY.items()},
    "maximum": _binary("maximum", max), "minimum": _binary("minimum", min),
    "set_printoptions": nothing("set_printoptions"),
}  # fmt: skip
