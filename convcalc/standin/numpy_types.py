"""The element types of the small `numpy`: `dtype`, the classes of its scalars, and which type two operands have in common.

A scalar whose value is known is an object of its class (`float64` is a float too, `int64` no int, as in numpy). One whose value is not
known is an `Unknown` of that kind: the class says what is calculated from it (`of_unknown`), and PyTorch what it is (`tensor_dtype`).
"""

from __future__ import annotations

from convcalc.tensor import DType, Tensor, Unknown, dtypes, make
from convcalc.tensor.dtypes import BOOL, COMPLEX, FLOATING, INTEGER
from convcalc.tensor.unknown import is_number, kind_of
from convcalc.tensor.values import Values, rounded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class dtype:
    """`numpy.dtype`: one object for each element type."""

    __slots__ = ("element", "name", "type")

    element: DType
    name: Any
    type: Any

    def __new__(cls, spec: Any = None, *args: Any, **kwargs: Any) -> Any:
        return of_element(element_of(spec))

    @property
    def kind(self) -> Any:
        element = self.element
        return "u" if element.category == INTEGER and not element.is_signed else "bifc"[element.category]

    @property
    def itemsize(self) -> int:
        return self.element.itemsize

    @property
    def char(self) -> Any:
        return _CHARACTERS[self.name]

    def _code(self) -> Any:
        return f"{'|' if self.itemsize == 1 else '<'}{self.kind}{self.itemsize}"

    str = property(_code)

    def __eq__(self, other: object) -> Any:
        try:
            return self.element == element_of(other)
        except TypeError:
            return False

    def __ne__(self, other: object) -> Any:
        equal = self.__eq__(other)
        return equal if type(equal) is Unknown else not equal

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> Any:
        return f"dtype('{self.name}')"

    def __str__(self) -> Any:
        return f"{self.name}"

    def __copy__(self) -> dtype:
        return self

    def __deepcopy__(self, memo: Any) -> dtype:
        return self

    def __reduce__(self) -> Any:
        return (of_element, (self.element,))


_interned: dict[Any, Any] = {}


def of_element(element: DType) -> Any:
    """numpy's object for an element type."""
    found = _interned.get(element.name)
    if found is None:
        found = object.__new__(dtype)
        found.element, found.name = element, element.name
        found.type = CLASSES.get(element.name, generic)
        if element.name is not None:
            _interned[element.name] = found
    return found


_CHARACTERS = {
    "bool": "?", "int8": "b", "uint8": "B", "int16": "h", "uint16": "H", "int32": "i", "uint32": "I", "int64": "l", "uint64": "L",
    "float16": "e", "float32": "f", "float64": "d", "complex64": "F", "complex128": "D",
}  # fmt: skip
_WORDS: dict[Any, DType] = {
    None: dtypes.float64, bool: dtypes.bool_, int: dtypes.int64, float: dtypes.float64, complex: dtypes.complex128,
    "bool_": dtypes.bool_, "int": dtypes.int64, "int_": dtypes.int64, "intp": dtypes.int64, "uint": dtypes.uint64, "long": dtypes.int64,
    "float": dtypes.float64, "double": dtypes.float64, "single": dtypes.float32, "half": dtypes.float16, "complex": dtypes.complex128,
    "i": dtypes.int32, "short": dtypes.int16, "byte": dtypes.int8, "ubyte": dtypes.uint8, "q": dtypes.int64,
    **{character: dtypes.ALL[name] for name, character in _CHARACTERS.items()},
    **{f"{kind}{size}": dtypes.ALL[f"{name}{size * 8}"] for kind, name, sizes in (("i", "int", (1, 2, 4, 8)), ("u", "uint", (1, 2, 4, 8)), ("f", "float", (2, 4, 8)), ("c", "complex", (8, 16))) for size in sizes},
}  # fmt: skip


def element_of(spec: Any) -> DType:
    """The element type that numpy means by a name, a class or a `dtype`; TypeError where there is none."""
    if type(spec) is dtype:
        return spec.element
    if isinstance(spec, type) and issubclass(spec, generic) and hasattr(spec, "tensor_dtype"):
        return spec.tensor_dtype
    if type(spec) is Unknown:
        return dtypes.UnknownDType([dtypes.ALL[name] for name in _CHARACTERS])
    try:
        found = _WORDS.get(spec)
        if found is None and isinstance(spec, str):
            name = spec.lstrip("<=|>")
            found = _WORDS.get(name) or (dtypes.ALL[name] if name in _CHARACTERS else None)
    except TypeError:  # what has no hash is no type
        found = None
    if found is None:
        raise TypeError(f"data type {spec!r} not understood" if isinstance(spec, str) else f"Cannot interpret '{spec!r}' as a data type")  # fmt: skip
    return found


# scalars

OPERATIONS = "add sub mul truediv floordiv mod pow and or xor lshift rshift divmod matmul".split()
COMPARISONS = "lt le gt ge eq ne".split()


class generic:
    """A scalar of numpy's: an element of an array."""

    tensor_dtype: DType
    torch_number: type = float  # what PyTorch takes it for beside a tensor
    shape = strides = ()
    ndim = 0
    size = 1

    def __new__(cls, value: Any = 0, *args: Any) -> Any:
        if not hasattr(cls, "tensor_dtype"):
            raise TypeError(f"cannot create 'numpy.{cls.__name__}' instances")
        if isinstance(value, str):
            value = (float if cls.tensor_dtype.category >= FLOATING else int)(value)
        if type(value) is Unknown:  # what is no number may be an array, of which this makes an array
            return Unknown(value.reason, cls if is_number(value) or kind_of(value) is str else None)
        if not isinstance(value, (generic, int, float, complex)):
            from .numpy_arrays import asarray

            return asarray(value, cls)
        return scalar(cls.tensor_dtype, value.item() if isinstance(value, generic) else value)

    @property
    def dtype(self) -> Any:
        return of_element(self.tensor_dtype)

    def __tensor__(self) -> Tensor:
        return make((), self.tensor_dtype, values=Values([self.item()]))

    def item(self, *args: Any) -> Any:
        return self.value

    def tolist(self) -> Any:
        return self.item()

    def __array__(self) -> Any:
        from .numpy_arrays import asarray

        return asarray(self)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        from .numpy_arrays import attribute_of_scalar

        return attribute_of_scalar(self, name)

    @classmethod
    def of_unknown(cls, unknown: Unknown, other: Any, name: str, reflected: bool) -> Any:
        from .numpy_arithmetic import operate

        return operate(name, unknown, other, reflected)

    @classmethod
    def of_unknown_alone(cls, unknown: Unknown, name: str, *digits: Any) -> Any:
        if name in ("trunc", "floor", "ceil") or (name == "round" and not (digits and digits[0] is not None)):
            return Unknown(unknown.reason, int)
        return Unknown(unknown.reason, cls)

    @classmethod
    def of_unknown_attribute(cls, unknown: Unknown, name: str) -> Any:
        from .numpy_arrays import attribute_of_scalar

        return attribute_of_scalar(unknown, name)

    def __bool__(self) -> bool:
        return bool(self.item())

    def __int__(self) -> int:
        return int(self.item())

    def __float__(self) -> float:
        return float(self.item())

    def __complex__(self) -> complex:
        return complex(self.item())

    def __hash__(self) -> int:
        return hash(self.item())

    def __neg__(self) -> Any:
        return scalar(self.tensor_dtype, -self.item())

    def __pos__(self) -> Any:
        return self

    def __abs__(self) -> Any:
        return scalar(self.tensor_dtype.to_real(), abs(self.item()))

    def __invert__(self) -> Any:
        value = self.item()
        return scalar(self.tensor_dtype, not value if isinstance(value, bool) else ~value)

    def __round__(self, digits: Any = None) -> Any:
        value = round(self.item(), *(() if digits is None else (digits,)))
        return value if digits is None else scalar(self.tensor_dtype, value)

    def __repr__(self) -> str:
        return f"np.{type(self).__name__}({self.item()!r})"

    def __str__(self) -> str:
        return str(self.item())

    def __format__(self, spec: str) -> str:
        return format(self.item(), spec)

    def __copy__(self) -> Any:
        return self

    def __deepcopy__(self, memo: Any) -> Any:
        return self

    def __reduce__(self) -> Any:
        return (type(self), (self.item(),))


def _operator(name: str, reflected: bool) -> Any:
    def operator(self: Any, other: Any, *modulus: Any) -> Any:
        from .numpy_arithmetic import operate

        return operate(name, self, other, reflected)

    return operator


for _name in OPERATIONS:
    setattr(generic, f"__{_name}__", _operator(_name, False))
    setattr(generic, f"__r{_name}__", _operator(_name, True))
for _name in COMPARISONS:
    setattr(generic, f"__{_name}__", _operator(_name, False))


class number(generic):
    pass


class integer(number):
    torch_number = int

    def __index__(self) -> int:
        return self.item()  # type: ignore[no-any-return]


class signedinteger(integer):
    pass


class unsignedinteger(integer):
    pass


class inexact(number):
    pass


class floating(inexact):
    pass


class complexfloating(inexact):
    torch_number = complex


class float64(floating, float):
    def item(self, *args: Any) -> float:
        return float.__float__(self)


class complex128(complexfloating, complex):
    def item(self, *args: Any) -> complex:
        return complex.__pos__(self)


def _class(name: str, base: type) -> type:
    return type(name, (base,), {"tensor_dtype": dtypes.ALL[name], "__module__": "numpy"})


float64.tensor_dtype, complex128.tensor_dtype = dtypes.float64, dtypes.complex128
CLASSES: dict[Any, Any] = {
    "bool": _class("bool", generic),
    **{name: _class(name, signedinteger) for name in "int8 int16 int32 int64".split()},
    **{name: _class(name, unsignedinteger) for name in "uint8 uint16 uint32 uint64".split()},
    **{name: _class(name, floating) for name in "float16 float32".split()},
    "complex64": _class("complex64", complexfloating), "float64": float64, "complex128": complex128,
}  # fmt: skip
ABSTRACT = (generic, number, integer, signedinteger, unsignedinteger, inexact, floating, complexfloating)
for _class_ in (*ABSTRACT, float64, complex128):
    _class_.__module__ = "numpy"


def scalar(element: DType, value: Any = None, reason: str = "an element of an array") -> Any:
    """A scalar of an element type; an unknown one where the value is None, or cannot be held."""
    kind: Any = CLASSES.get(element.name)
    held = None if value is None or kind is None else rounded([value], element)
    if held is None:
        return Unknown(reason, kind or dtypes.number_type(element))
    if kind is float64:
        return float.__new__(float64, held[0])
    if kind is complex128:
        return complex.__new__(complex128, held[0])
    made = object.__new__(kind)
    made.value = held[0]
    return made


# promotion

_WHOLE = {1: dtypes.int8, 2: dtypes.int16, 4: dtypes.int32, 8: dtypes.int64}


def together(a: DType, b: DType) -> DType:
    """The smallest type that holds both, as `numpy.promote_types`."""
    if a is b:
        return a
    low, high = (a, b) if a.category <= b.category else (b, a)
    if low.category == BOOL:
        return high
    if low.category == INTEGER:
        if high.category == INTEGER:
            return _together_whole(low, high)
        needed = 2 if low.itemsize == 1 else 4 if low.itemsize == 2 else 8  # bytes of a float that holds it
        real = high.to_real()
        if needed > real.itemsize:
            real = {4: dtypes.float32, 8: dtypes.float64}[needed]
        return real if high.category == FLOATING else real.to_complex()
    if low.category == high.category:
        return low if low.itemsize >= high.itemsize else high
    return dtypes.complex128 if dtypes.float64 in (low, high.to_real()) else high


def _together_whole(a: DType, b: DType) -> DType:
    if a.is_signed == b.is_signed:
        return a if a.itemsize >= b.itemsize else b
    unsigned, signed = (b, a) if a.is_signed else (a, b)
    if signed.itemsize > unsigned.itemsize:
        return signed
    return _WHOLE[unsigned.itemsize * 2] if unsigned.itemsize < 8 else dtypes.float64


def with_number(element: DType, kind: type) -> DType:
    """The type of an array or scalar together with a number of Python's, which is weak: only its category counts (NEP 50)."""
    if kind is bool:
        return element
    if kind is int:
        return dtypes.int64 if element.category == BOOL else element
    if kind is float:
        return element if element.category >= FLOATING else dtypes.float64
    if element.category == COMPLEX:
        return element
    return element.to_complex() if element in (dtypes.float32, dtypes.float64) else dtypes.complex64 if element is dtypes.float16 else dtypes.complex128  # fmt: skip


def of_number(kind: type) -> DType:
    """The type that a number of Python's has as an array."""
    return {bool: dtypes.bool_, int: dtypes.int64, float: dtypes.float64, complex: dtypes.complex128}[kind]


def as_float(element: DType) -> DType:
    """The type that a function such as `sqrt` answers with: the float that holds the integers."""
    if element.category >= FLOATING:
        return element
    return {1: dtypes.float16, 2: dtypes.float32}.get(element.itemsize, dtypes.float64)
