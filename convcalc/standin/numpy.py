"""A small `numpy`: numbers are computed, arrays are shapes; what is not here is unknown."""

from __future__ import annotations

import math

from convcalc.tensor import Size, Tensor, Unknown, UnknownValue, dtypes, is_unknown, make
from convcalc.tensor.tensor import nested_shape

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
        return ndarray(make(self.shape, dtype_of(dtype)))

    def copy(self, *args: Any) -> ndarray:
        return self

    def flatten(self, *args: Any) -> Any:
        return self.reshape(-1)

    ravel = flatten

    def item(self, *args: Any) -> Any:
        return (
            self._tensor.values[0]
            if self._tensor.values and len(self._tensor.values) == 1
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
        values = self._tensor.values
        if not result:
            if values is not None and self.ndim == 1 and isinstance(key, int):
                return values[key]
            return Unknown("an element of an array")
        return ndarray(make(result, self._tensor.dtype))

    def __setitem__(self, key: Any, value: Any) -> None:
        self._tensor.values = None

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


def _combined(self: ndarray, other: Any = None) -> Any:
    """The result of an operator: the common shape, the higher type; unknown where the shapes are not simply alike."""
    if other is None:
        return ndarray(make(self.shape, self._tensor.dtype))
    theirs = other._tensor if isinstance(other, ndarray) else other
    if isinstance(theirs, Tensor):
        from convcalc.ops.arguments import broadcast_shapes

        return ndarray(
            make(broadcast_shapes(self.shape, theirs.shape), dtypes.promote(self._tensor.dtype, theirs.dtype))
        )
    if isinstance(other, (int, float)):
        whole = self._tensor.dtype.category < 2 and isinstance(other, float)
        return ndarray(make(self.shape, dtypes.float64 if whole else self._tensor.dtype))
    return Unknown("an array's arithmetic")


def _divided(self: ndarray, other: Any) -> Any:
    result = _combined(self, other)
    return result.astype("float64") if isinstance(result, ndarray) and result._tensor.dtype.category < 2 else result


def _compared(self: ndarray, other: Any) -> Any:
    result = _combined(self, other)
    return result.astype("bool") if isinstance(result, ndarray) else result


for _name in "add sub mul floordiv mod pow".split():
    for _prefix in ("", "r"):
        setattr(ndarray, f"__{_prefix}{_name}__", _combined)
for _name in "truediv rtruediv".split():
    setattr(ndarray, f"__{_name}__", _divided)
for _name in "lt le gt ge eq ne".split():
    setattr(ndarray, f"__{_name}__", _compared)
for _name in "neg pos abs".split():
    setattr(ndarray, f"__{_name}__", _combined)


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
        return ndarray(make(source.shape, source.dtype if dtype is None else dtype_of(dtype), values=source.values))
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
    return ndarray(make(shape, kind, values=flat if len(flat) <= 10_000 else None))


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
    return ndarray(make((count,), kind, values=[start + i * step for i in range(count)] if count <= 10_000 else None))


def linspace(
    start: Any, stop: Any, num: Any = 50, endpoint: bool = True, *args: Any, dtype: Any = None, **kwargs: Any
) -> Any:
    if is_unknown([start, stop, num]) or not all(isinstance(v, (int, float)) for v in (start, stop)):
        return Unknown("numpy.linspace(...)")
    gap = (stop - start) / max(1, num - (1 if endpoint else 0))
    return ndarray(
        make(
            (num,),
            dtypes.float64 if dtype is None else dtype_of(dtype),
            values=[start + i * gap for i in range(num)] if num <= 10_000 else None,
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
            return ndarray(make(x.shape, dtypes.float64 if whole and not keeps_type else x._tensor.dtype))
        if isinstance(x, bool) or not isinstance(x, (int, float)):
            return Unknown(f"numpy.{name}(...)")
        return function(x)

    applied.__name__ = name
    return applied


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
        return (a._tensor if isinstance(a, ndarray) else a).values
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
_REDUCTIONS = {"max": max, "min": min, "amax": max, "amin": min, "mean": lambda v: sum(v) / len(v)}


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
    "prod": prod, "sum": sum_, "cumsum": cumsum, "shape": shape_of, "abs": _number("abs", abs, True), "round": _number("round", round, True),
    "square": _number("square", lambda x: x * x, True),
    **{name: _number(name, function) for name, function in _FUNCTIONS.items()},
    **{name: _reduction(name, function) for name, function in _REDUCTIONS.items()},
    "set_printoptions": nothing("set_printoptions"),
}  # fmt: skip
