"""The arrays of the small `numpy`: shapes and types, and the elements of small ones through arithmetic."""

from __future__ import annotations

import math
import operator

from convcalc.tensor import Tensor, Unknown, UnknownValue, dtypes, is_unknown, make
from convcalc.tensor.values import Values, computed, few, known, overwrite, rounded, shared

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
            from .numpy import array

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
            return self._element(values[key] if values is not None and self.ndim == 1 and type(key) is int else None)
        kept = None
        if values is not None and self.ndim == 1 and isinstance(key, slice) and not is_unknown(result):
            kept = shared(self._tensor, values[key])
        return ndarray(make(result, self._tensor.dtype, values=kept))

    def _element(self, value: Any) -> Any:
        """A number of the array, known or not: Python's own where that has the same type, else one that keeps the type."""
        dtype = self._tensor.dtype
        if value is not None and dtype in (dtypes.float64, dtypes.int64, dtypes.bool_):
            return value
        return Element(make((), dtype, values=None if value is None else Values([value])))

    def __setitem__(self, key: Any, value: Any) -> None:
        overwrite(self._tensor)

    def __iter__(self) -> Iterator[Any]:
        return iter([self[i] for i in range(len(self))])

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Unknown(f"ndarray.{name}")

    def __bool__(self) -> bool:
        values = known(self._tensor)
        return bool(values[0]) if values is not None and len(values) == 1 else bool(Unknown("an array's truth"))

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


class Element(ndarray):
    """A number out of an array, of the array's type."""

    def __index__(self) -> int:
        if self._tensor.dtype.category > dtypes.INTEGER:
            raise TypeError(f"'numpy.{self.dtype.name}' object cannot be interpreted as an integer")
        return int(self.item())

    def __hash__(self) -> int:
        return hash(self.item())

    def __format__(self, spec: str) -> str:
        return format(self.item(), spec)


def _together(a: dtypes.DType, b: dtypes.DType) -> dtypes.DType:
    """The type of two arrays' result: a float that holds the integers of the other."""
    if {a.category, b.category} == {dtypes.INTEGER, dtypes.FLOATING} and max(a.itemsize, b.itemsize) < 8:
        whole, other = (a, b) if a.category == dtypes.INTEGER else (b, a)
        if whole.itemsize >= other.itemsize:
            return dtypes.float64 if whole.itemsize == 4 else dtypes.float32
    if {a.category, b.category} == {dtypes.INTEGER, dtypes.FLOATING} and max(a.itemsize, b.itemsize) >= 8:
        return dtypes.float64
    return dtypes.promote(a, b)


def calculated(a: Any, b: Any, function: Any, kind: Any = None) -> Any:
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
        return calculated(other, self, function, kind) if turned else calculated(self, other, function, kind)

    return combined


def _power(base: Any, exponent: Any) -> Any:
    if exponent < 0 and isinstance(base, int) and isinstance(exponent, int):
        raise ValueError("Integers to negative integer powers are not allowed.")
    return base**exponent


OPERATORS: dict[str, tuple[Any, Any]] = {
    "add": (operator.add, None), "sub": (operator.sub, None), "mul": (operator.mul, None), "floordiv": (operator.floordiv, None),
    "mod": (operator.mod, None), "pow": (_power, None), "truediv": (operator.truediv, dtypes.float64),
}  # fmt: skip
for _name, (_function, _kind) in OPERATORS.items():
    setattr(ndarray, f"__{_name}__", _operator(_function, _kind))
    setattr(ndarray, f"__r{_name}__", _operator(_function, _kind, turned=True))
for _name in "lt le gt ge eq ne".split():
    setattr(ndarray, f"__{_name}__", _operator(getattr(operator, _name), dtypes.bool_))
for _name in "neg pos abs".split():
    setattr(ndarray, f"__{_name}__", lambda self, name=_name: each(self, getattr(operator, name)))


def each(x: ndarray, function: Any, dtype: Any = None) -> ndarray:
    """`function` of every element."""
    kind, values = x._tensor.dtype if dtype is None else dtype, known(x._tensor)
    found = computed(function, [values], kind) if values is not None else None
    return ndarray(make(x.shape, kind, values=found))
