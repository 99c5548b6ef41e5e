"""A small `numpy`: numbers are computed, arrays are shapes; what is not here is unknown."""

from __future__ import annotations

import math
import operator

from convcalc.tensor import Size, Tensor, Unknown, UnknownValue, dtypes, is_unknown, make
from convcalc.tensor.tensor import nested_shape
from convcalc.tensor.values import Values, computed, few, known, overwrite, rounded, shared

from .torch import nothing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


class ScalarType:
    """`numpy.float32` and its like: an element type that is also a conversion of numbers."""

    def __init__(self, name: str, dtype: dtypes.DType, convert: Any) -> None:
        self.__name__ = self.name = name
        self.dtype = dtype
        self.convert = convert

    def __call__(self, value: Any = 0) -> Any:
        if isinstance(value, (Unknown, ndarray)):
            return value
        if isinstance(value, (list, tuple)):
            return array(value, self)
        return self.convert(value)

    def __or__(self, other: Any) -> Any:
        return self

    __ror__ = __or__

    def __instancecheck__(self, instance: Any) -> bool:
        return False

    def __mro_entries__(self, bases: Any) -> tuple[type, ...]:
        return (self.convert,)

    def __eq__(self, other: object) -> bool:
        try:
            return self.dtype is dtype_of(other)
        except TypeError:
            return False

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> str:
        return f"<class 'numpy.{self.name}'>"


SCALARS = {
    name: ScalarType(name, dtypes.ALL[name], convert)
    for names, convert in (
        ("float64 float32 float16", float), ("int64 int32 int16 int8 uint8 uint16 uint32 uint64", int), ("complex64 complex128", complex),
    )
    for name in names.split()
}  # fmt: skip
SCALARS["bool_"] = ScalarType("bool", dtypes.bool_, bool)


def dtype_of(spec: Any) -> dtypes.DType:
    """The element type that numpy means: Python's `float` is float64, "f" float32, …"""
    if isinstance(spec, ScalarType):
        return spec.dtype
    if spec is float or spec == "float":
        return dtypes.float64
    if spec is int or spec == "int":
        return dtypes.int64
    if spec is complex or spec == "complex":
        return dtypes.complex128
    if spec == "f":
        return dtypes.float32
    return dtypes.dtype_of(spec)


class ndarray:
    """An array of which shape and element type are known."""

    def __init__(self, tensor: Any) -> None:
        if not isinstance(tensor, Tensor):
            raise UnknownValue("an array of numpy")
        self._tensor = tensor

    def __tensor__(self) -> Tensor:
        return self._tensor

    @property
    def shape(self) -> tuple[Any, ...]:
        return tuple(self._tensor.shape)

    @property
    def ndim(self) -> int:
        return self._tensor.ndim

    @property
    def size(self) -> Any:
        return self._tensor.numel()

    @property
    def dtype(self) -> ScalarType:
        return SCALARS.get(self._tensor.dtype.name) or SCALARS["bool_"]

    @property
    def T(self) -> ndarray:
        return self.transpose()

    def transpose(self, *axes: Any) -> ndarray:
        if len(axes) == 1 and isinstance(axes[0], (tuple, list)):
            axes = tuple(axes[0])
        order = axes or tuple(range(self.ndim))[::-1]
        return ndarray(make([self.shape[axis] for axis in order], self._tensor.dtype))

    def reshape(self, *shape: Any, order: Any = None) -> Any:
        sizes = list(shape[0] if len(shape) == 1 and isinstance(shape[0], (tuple, list)) else shape)
        if is_unknown(sizes) or is_unknown(self.shape):
            return Unknown("a reshaped array")
        rest = math.prod(size for size in sizes if size != -1)
        if -1 in sizes and rest and self.size % rest == 0:
            sizes[sizes.index(-1)] = self.size // rest
        if math.prod(sizes) != self.size or -1 in sizes:
            wanted = tuple(shape[0]) if len(shape) == 1 and isinstance(shape[0], (tuple, list)) else shape
            raise ValueError(f"cannot reshape array of size {self.size} into shape {wanted}")
        return ndarray(make(sizes, self._tensor.dtype, values=self._tensor.values))

    def astype(self, dtype: Any, *args: Any, **kwargs: Any) -> ndarray:
        kind, values = dtype_of(dtype), known(self._tensor)
        return ndarray(make(self.shape, kind, values=None if values is None else rounded(values, kind)))

    def copy(self, *args: Any) -> ndarray:
        values = known(self._tensor)
        return ndarray(make(self.shape, self._tensor.dtype, values=None if values is None else Values(values)))

    def sum(self, axis: Any = None, *args: Any, **kwargs: Any) -> Any:
        return sum_(self, axis)

    def prod(self, axis: Any = None, *args: Any, **kwargs: Any) -> Any:
        return prod(self, axis)

    def cumsum(self, axis: Any = None, *args: Any, **kwargs: Any) -> Any:
        return cumsum(self, axis)

    def max(self, axis: Any = None, *args: Any, **kwargs: Any) -> Any:
        return _reduced(self, axis, max, "max")

    def min(self, axis: Any = None, *args: Any, **kwargs: Any) -> Any:
        return _reduced(self, axis, min, "min")

    def mean(self, axis: Any = None, *args: Any, **kwargs: Any) -> Any:
        return _reduced(self, axis, _mean, "mean")

    def round(self, decimals: Any = 0, *args: Any) -> Any:
        return NUMPY["round"](self, decimals)

    def flatten(self, *args: Any) -> Any:
        return self.reshape(-1)

    ravel = flatten

    def item(self, *args: Any) -> Any:
        return (
            self._tensor.values[0]
            if self._tensor.values and len(self._tensor.values) == 1 and not args
            else Unknown("an element of an array")
        )

    def tolist(self) -> Any:
        return self._tensor.tolist()

    def __len__(self) -> int:
        return len(self._tensor)

    def __getitem__(self, key: Any) -> Any:
        """Integers and slices are followed; other indices give an unknown."""
        shape = list(self.shape)
        keys = key if isinstance(key, tuple) else (key,)
        result: list[Any] = []
        if Ellipsis in [k for k in keys if k is Ellipsis]:
            at = next(i for i, k in enumerate(keys) if k is Ellipsis)
            gap = len(shape) - sum(k is not None and k is not Ellipsis for k in keys)
            keys = (*keys[:at], *[slice(None)] * gap, *keys[at + 1 :])
        for k in keys:
            if k is None:
                result.append(1)
                continue
            if not shape:
                raise IndexError(
                    f"too many indices for array: array is {self.ndim}-dimensional, but {len(keys)} were indexed"
                )
            size = shape.pop(0)
            if isinstance(k, slice):
                if k == slice(None):
                    result.append(size)
                elif is_unknown([k.start, k.stop, k.step, size]):
                    return Unknown("a part of an array")
                else:
                    result.append(len(range(*k.indices(size))))
            elif isinstance(k, int) and not isinstance(k, bool):
                if not -size <= k < size:
                    raise IndexError(f"index {k} is out of bounds for axis 0 with size {size}")
            else:
                return Unknown("a part of an array")
        result += shape
        values = known(self._tensor)
        if not result:
            if values is not None and self.ndim == 1 and isinstance(key, int):
                return values[key]
            return Unknown("an element of an array")
        kept = None
        if values is not None and self.ndim == 1 and isinstance(key, slice) and not is_unknown(result):
            kept = shared(self._tensor, values[key])
        return ndarray(make(result, self._tensor.dtype, values=kept))

    def __setitem__(self, key: Any, value: Any) -> None:
        overwrite(self._tensor)

    def __iter__(self) -> Iterator[Any]:
        return iter([self[i] for i in range(len(self))])

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Unknown(f"ndarray.{name}")

    def __bool__(self) -> bool:
        return bool(Unknown("an array's truth"))

    def __float__(self) -> float:
        return float(self.item())

    def __int__(self) -> int:
        return int(self.item())

    def __hash__(self) -> int:
        return id(self) >> 4

    def __repr__(self) -> str:
        return f"array(shape={self.shape}, dtype={self.dtype.name})"

    def __format__(self, spec: str) -> str:
        return repr(self)


def _together(a: dtypes.DType, b: dtypes.DType) -> dtypes.DType:
    """The type of two arrays' result: a float that holds the integers of the other."""
    if {a.category, b.category} == {dtypes.INTEGER, dtypes.FLOATING} and max(a.itemsize, b.itemsize) < 8:
        whole, other = (a, b) if a.category == dtypes.INTEGER else (b, a)
        if whole.itemsize >= other.itemsize:
            return dtypes.float64 if whole.itemsize == 4 else dtypes.float32
    if {a.category, b.category} == {dtypes.INTEGER, dtypes.FLOATING} and max(a.itemsize, b.itemsize) >= 8:
        return dtypes.float64
    return dtypes.promote(a, b)


def _calculated(a: Any, b: Any, function: Any, kind: Any = None) -> Any:
    """`function` of two arrays, or of an array and a number, element by element: the elements where they are known."""
    first, second = (x._tensor if isinstance(x, ndarray) else x for x in (a, b))
    types: list[dtypes.DType] = [x.dtype for x in (first, second) if isinstance(x, Tensor)]
    shapes = [x.shape for x in (first, second) if isinstance(x, Tensor)]
    for number in (first, second):
        if isinstance(number, Tensor):
            continue
        if not isinstance(number, (int, float)):
            return Unknown("an array's arithmetic")
        if types[0].category == dtypes.BOOL and not isinstance(number, bool):
            types[0] = dtypes.int64
        if isinstance(number, float) and types[0].category < dtypes.FLOATING:
            types[0] = dtypes.float64
    dtype = types[0] if len(types) == 1 else _together(*types)
    if kind is not None:
        dtype = kind if kind is dtypes.bool_ or dtype.category < dtypes.FLOATING else dtype
    if len(shapes) == 1:
        shape = tuple(shapes[0])
    else:
        from convcalc.ops.arguments import broadcast_shapes

        shape = broadcast_shapes(*shapes)
    count = math.prod(shape)
    columns = [_column(x, count) for x in (first, second)]
    found = computed(function, [c for c in columns if c is not None], dtype) if None not in columns else None
    if found is not None and dtype.category == dtypes.FLOATING and not all(map(math.isfinite, found)):
        found = None
    return ndarray(make(shape, dtype, values=found))


def _column(value: Any, count: Any) -> list[Any] | None:
    """The elements, as many as the result has; None where they are not known or would have to be spread."""
    if not few(count):
        return None
    if not isinstance(value, Tensor):
        return [value] * count
    values = known(value)
    if values is None or (len(values) != count and len(values) != 1):
        return None
    return values if len(values) == count else list(values) * count


def _operator(function: Any, kind: Any = None, turned: bool = False) -> Any:
    def combined(self: Any, other: Any) -> Any:
        return _calculated(other, self, function, kind) if turned else _calculated(self, other, function, kind)

    return combined


def _power(base: Any, exponent: Any) -> Any:
    if exponent < 0 and isinstance(base, int) and isinstance(exponent, int):
        raise ValueError("Integers to negative integer powers are not allowed.")
    return base**exponent


_OPERATORS: dict[str, tuple[Any, Any]] = {
    "add": (operator.add, None), "sub": (operator.sub, None), "mul": (operator.mul, None), "floordiv": (operator.floordiv, None),
    "mod": (operator.mod, None), "pow": (_power, None), "truediv": (operator.truediv, dtypes.float64),
}  # fmt: skip
for _name, (_function, _kind) in _OPERATORS.items():
    setattr(ndarray, f"__{_name}__", _operator(_function, _kind))
    setattr(ndarray, f"__r{_name}__", _operator(_function, _kind, turned=True))
for _name in "lt le gt ge eq ne".split():
    setattr(ndarray, f"__{_name}__", _operator(getattr(operator, _name), dtypes.bool_))
for _name in "neg pos abs".split():
    setattr(ndarray, f"__{_name}__", lambda self, name=_name: _each(self, getattr(operator, name)))


def _each(x: ndarray, function: Any, dtype: Any = None) -> ndarray:
    """`function` of every element."""
    kind, values = x._tensor.dtype if dtype is None else dtype, known(x._tensor)
    found = computed(function, [values], kind) if values is not None else None
    return ndarray(make(x.shape, kind, values=found))


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
                return _each(x, lambda v: function(v, *args), kind)
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
            return _calculated(a, b, function, kind)
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
    **{name: _binary(name, *_OPERATORS[operator_name]) for name, operator_name in _BINARY.items()},
    "maximum": _binary("maximum", max), "minimum": _binary("minimum", min),
    "set_printoptions": nothing("set_printoptions"),
}  # fmt: skip
