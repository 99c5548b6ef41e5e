"""The element types of the small `numpy`: `dtype`, the classes of its scalars, and which type two operands have in common.

A scalar whose value is known is an object of its class (`float64` is a float too, `int64` no int, as in numpy). One whose value is not
known is an `Unknown` of that kind: the class says what is calculated from it (`of_unknown`), and PyTorch what it is (`tensor_dtype`).
"""

from __future__ import annotations

from convcalc.tensor import DType, Tensor, Unknown, UnknownValue, dtypes, make
from convcalc.tensor.dtypes import BOOL, COMPLEX, FLOATING, INTEGER
from convcalc.tensor.unknown import is_number, kind_of
from convcalc.tensor.values import Values, rounded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeGuard


OTHER = 9  # the category of element types that tensors do not have


class OtherType(DType):
    """An element type of numpy's that tensors do not have: texts, objects, dates, records, numbers of another byte order.

    `code` is numpy's name for it (`<U5`), `fields` what a record has: name to (type, shape). Arrays of it have a shape, and elements only of texts and objects.
    """

    __slots__ = ("code", "fields")

    def __init__(self, name: str, code: str, itemsize: Any, fields: dict[str, Any] | None = None) -> None:
        super().__init__(name, OTHER, itemsize)
        self.code = code
        self.fields = fields

    @property
    def kind(self) -> str:
        return self.code.lstrip("<>|=")[:1]

    def _identity(self) -> Any:
        return (self.code, None if self.fields is None else tuple(self.fields.items()))

    def __eq__(self, other: object) -> Any:
        return self is other or (type(other) is OtherType and self._identity() == other._identity())

    def __ne__(self, other: object) -> Any:
        return not self == other

    def __hash__(self) -> int:
        return hash(self.code)

    def __reduce__(self) -> Any:
        return (OtherType, (self.name, self.code, self.itemsize, self.fields))

    def to_real(self) -> DType:
        return self


OBJECT = OtherType("object", "|O", 8)


def text_type(length: Any) -> OtherType:
    """The type of texts of at most so many characters; of how many, is not known where it is None."""
    if length is None:
        return OtherType("str", "<U?", Unknown("the size of a text", int))
    return OtherType(f"str{length * 32}" if length else "str", f"<U{length}", length * 4)


def is_other(element: Any) -> TypeGuard[OtherType]:
    return type(element) is OtherType


class dtype:
    """`numpy.dtype`: one object for each element type."""

    __slots__ = ("element", "name", "type")
    __module__ = "numpy"

    element: DType
    name: Any
    type: Any
    isbuiltin = 1
    isnative = True
    flags = 0
    metadata = None
    subdtype = None
    shape = ()
    ndim = 0

    def __new__(cls, dtype: Any = None, align: Any = False, copy: Any = False, **kwargs: Any) -> Any:
        try:
            return of_element(element_of(dtype))
        except UnknownValue as unknown:
            return Unknown(unknown.reason)

    def __class_getitem__(cls, item: Any) -> Any:
        return cls

    @property
    def kind(self) -> Any:
        element = self.element
        if type(element) is OtherType:
            return element.kind
        return "u" if element.category == INTEGER and not element.is_signed else "bifc"[element.category]

    @property
    def itemsize(self) -> int:
        return self.element.itemsize

    @property
    def alignment(self) -> int:
        return self.itemsize if self.element.category < OTHER else Unknown("the alignment of a type", int)  # type: ignore[return-value]

    @property
    def char(self) -> Any:
        return self.kind if type(self.element) is OtherType else _CHARACTERS[self.name]

    @property
    def num(self) -> Any:
        return "?bBhHiIlLqQfdgFDGOSUVMme".index(self.char)

    @property
    def base(self) -> Any:
        return self

    @property
    def byteorder(self) -> str:
        return "|" if self.itemsize == 1 else ">" if self._code()[:1] == ">" else "="

    @property
    def names(self) -> Any:
        fields = getattr(self.element, "fields", None)
        return None if fields is None else tuple(fields)

    @property
    def fields(self) -> Any:
        fields = getattr(self.element, "fields", None)
        if fields is None:
            return None
        return {name: (of_element(kind), Unknown("where a field lies", int)) for name, (kind, _) in fields.items()}

    @property
    def hasobject(self) -> bool:
        return bool(self.kind == "O")

    def newbyteorder(self, new_order: Any = "S", /) -> Any:
        code = self._code()
        order = {
            "<": "<",
            "L": "<",
            "little": "<",
            ">": ">",
            "B": ">",
            "big": ">",
            "S": "<" if code[:1] == ">" else ">",
        }.get(new_order, code[:1])
        return self if code[:1] == "|" else of_element(element_of(order + code[1:]))

    def __getitem__(self, name: Any) -> Any:
        fields = getattr(self.element, "fields", None)
        if fields is None:
            raise KeyError(f"There are no fields in dtype {self.name}.")
        return of_element(fields[name][0])

    def _code(self) -> Any:
        element = self.element
        if type(element) is OtherType:
            return element.code
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
        return f"dtype('{self.name if self.element.category < OTHER else self._code().lstrip('|')}')"

    def __str__(self) -> Any:
        return f"{self.name if self.element.category < OTHER else self._code()}"

    def __copy__(self) -> dtype:
        return self

    def __deepcopy__(self, memo: Any) -> dtype:
        return self

    def __reduce__(self) -> Any:
        return (of_element, (self.element,))


_interned: dict[Any, Any] = {}


def of_element(element: DType) -> Any:
    """numpy's object for an element type."""
    found = _interned.get(element.name) if type(element) is not OtherType else None
    if found is None:
        found = object.__new__(dtype)
        found.element, found.name = element, element.name
        found.type = (
            CLASSES.get(element.name, generic)
            if type(element) is not OtherType
            else _OTHER_SCALARS.get(element.kind, generic)
        )
        if element.name is not None and type(element) is not OtherType:
            _interned[element.name] = found
    return found


_CHARACTERS = {
    "bool": "?", "int8": "b", "uint8": "B", "int16": "h", "uint16": "H", "int32": "i", "uint32": "I", "int64": "l", "uint64": "L",
    "float16": "e", "float32": "f", "float64": "d", "complex64": "F", "complex128": "D",
}  # fmt: skip
_WORDS: dict[Any, DType] = {
    None: dtypes.float64, bool: dtypes.bool_, int: dtypes.int64, float: dtypes.float64, complex: dtypes.complex128, str: text_type(0), object: OBJECT,
    "bool_": dtypes.bool_, "int": dtypes.int64, "int_": dtypes.int64, "intp": dtypes.int64, "uint": dtypes.uint64, "uintp": dtypes.uint64, "long": dtypes.int64,
    "intc": dtypes.int32, "uintc": dtypes.uint32, "ulong": dtypes.uint64, "longlong": dtypes.int64, "ulonglong": dtypes.uint64, "ushort": dtypes.uint16,
    "float": dtypes.float64, "double": dtypes.float64, "single": dtypes.float32, "half": dtypes.float16, "complex": dtypes.complex128,
    "csingle": dtypes.complex64, "cdouble": dtypes.complex128, "q": dtypes.int64, "Q": dtypes.uint64, "p": dtypes.int64, "P": dtypes.uint64,
    "short": dtypes.int16, "byte": dtypes.int8, "ubyte": dtypes.uint8, "O": OBJECT, "object": OBJECT, "object_": OBJECT, "str": text_type(0), "str_": text_type(0),
    "U": text_type(0), "b1": dtypes.bool_, "O8": OBJECT,
    **{character: dtypes.ALL[name] for name, character in _CHARACTERS.items()},
    **{f"{kind}{size}": dtypes.ALL[f"{name}{size * 8}"] for kind, name, sizes in (("i", "int", (1, 2, 4, 8)), ("u", "uint", (1, 2, 4, 8)), ("f", "float", (2, 4, 8)), ("c", "complex", (8, 16))) for size in sizes},
}  # fmt: skip


def element_of(spec: Any) -> DType:
    """The element type that numpy means by a name, a class or a `dtype`; TypeError where there is none."""
    if type(spec) is dtype:
        return spec.element
    if isinstance(spec, type) and issubclass(spec, generic):
        found = getattr(spec, "tensor_dtype", None) or _OF_ABSTRACT.get(spec.__name__)
        if found is not None:
            return found
    if type(spec) is Unknown:
        if spec.reason.startswith("an array of a type"):
            raise UnknownValue(spec.reason)
        return dtypes.UnknownDType([dtypes.ALL[name] for name in _CHARACTERS])
    try:
        found = _WORDS.get(spec)
        if found is None and isinstance(spec, str):
            found = _of_word(spec)
    except TypeError:  # what has no hash is no type
        found = _of_fields(spec)
    if found is None and isinstance(spec, tuple):
        found = _of_fields(spec)
    if found is None and not isinstance(spec, (str, int, float)):
        own = getattr(type(spec), "dtype", None)
        if isinstance(own, property) and hasattr(type(spec), "__tensor__"):
            return spec.dtype.element  # type: ignore[no-any-return]
        if isinstance(spec, type):
            return OBJECT
    if found is None:
        raise TypeError(f"data type {spec!r} not understood" if isinstance(spec, str) else f"Cannot interpret '{spec!r}' as a data type")  # fmt: skip
    return found


def _of_word(spec: str) -> DType | None:
    name = spec.lstrip("<=|")
    swapped = name[:1] == ">"
    name = name.lstrip(">")
    found = _WORDS.get(name) or (dtypes.ALL[name] if name in _CHARACTERS else None)
    if found is not None:
        if swapped and found.itemsize > 1 and type(found) is not OtherType:
            return OtherType(found.name, f">{of_element(found)._code()[1:]}", found.itemsize)
        return found
    kind, digits = name[:1], name[1:]
    if kind in ("U", "S", "V", "a") and ((digits.isascii() and digits.isdigit()) or not digits):
        length = int(digits or 0)
        if kind == "U":
            return text_type(length)
        kind = "S" if kind == "a" else kind
        named = "bytes" if kind == "S" else "void"
        return OtherType(f"{named}{length * 8}" if length else named, f"|{kind}{length}", length)
    for code, named in (("M8", "datetime64"), ("m8", "timedelta64")):
        for lead in (code, named, code[0]):
            if name == lead or (name.startswith(lead + "[") and name.endswith("]")):
                return OtherType(named + name[len(lead) :], f"<{code}{name[len(lead) :]}", 8)
    if name in ("longdouble", "g", "float128", "f16"):
        return OtherType("longdouble", "<f16", 16)
    if name in ("clongdouble", "G", "complex256", "c32"):
        return OtherType("clongdouble", "<c32", 32)
    if "," in name:
        return _of_fields([(f"f{i}", part.strip()) for i, part in enumerate(name.split(","))])
    return None


def _of_fields(spec: Any) -> DType | None:
    """The type of records that a list of (name, type) or (name, type, shape), or a dict of names and formats describes."""
    if isinstance(spec, dict) and "names" in spec and "formats" in spec:
        spec = list(zip(spec["names"], spec["formats"]))
    if isinstance(spec, dict):
        raise UnknownValue("an array of records")
    if isinstance(spec, tuple):
        if len(spec) != 2:
            return None
        raise UnknownValue("an array of a type with a shape of its own")
    if not isinstance(spec, list):
        return None
    fields: dict[str, Any] = {}
    for field in spec:
        if not isinstance(field, tuple) or len(field) not in (2, 3):
            raise TypeError("Field elements must be 2- or 3-tuples")
        name = field[0][1] if isinstance(field[0], tuple) else field[0]
        shape = field[2] if len(field) == 3 else ()
        kind, own = field[1], ()
        if isinstance(kind, tuple) and len(kind) == 2 and not isinstance(kind[0], tuple):
            kind, own = kind
        if isinstance(kind, str) and kind[:1] == "(":
            raise UnknownValue("an array of a type with a shape of its own")
        if len(field) == 3 and not isinstance(shape, tuple) and is_other(element_of(kind)):
            raise UnknownValue("an array of a type with a shape of its own")
        name = name or f"f{len(fields)}"
        if name in fields:
            raise ValueError(f"field {name!r} occurs more than once")
        fields[name] = (
            element_of(kind),
            (*(shape if isinstance(shape, tuple) else (shape,)), *(own if isinstance(own, tuple) else (own,))),
        )
    size = 0
    for kind, shape in fields.values():
        count = kind.itemsize
        for length in shape:
            count = count * length
        size = size + count
    return OtherType(f"void{size * 8}", f"|V{size}", size, fields)


# scalars

OPERATIONS = "add sub mul truediv floordiv mod pow and or xor lshift rshift divmod matmul".split()
COMPARISONS = "lt le gt ge eq ne".split()


class generic:
    """A scalar of numpy's: an element of an array."""

    def __new__(cls, *args: Any) -> Any:
        raise TypeError(f"cannot create 'numpy.{cls.__name__}' instances")

    def __class_getitem__(cls, item: Any) -> Any:
        return cls


class counted(generic):
    """A scalar that is a number or a truth value."""

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
            kind = kind_of(value)
            return Unknown(value.reason, cls if is_number(value) or kind is str or hasattr(kind, "is_single") else None)
        if not isinstance(value, (generic, int, float, complex)):
            from .numpy_arrays import asarray, wrapped

            made = asarray(value, cls)
            return made if type(made) is Unknown else wrapped(made._tensor)
        if cls.tensor_dtype.category == INTEGER and (
            type(value) is int or (type(value) is float and abs(value) < 2.0**70)
        ):
            check_bounds(int(value), cls.tensor_dtype)
        return scalar(cls.tensor_dtype, value.item() if isinstance(value, counted) else value)

    @property
    def dtype(self) -> Any:
        return of_element(self.tensor_dtype)

    @property
    def real(self) -> Any:
        return self if self.tensor_dtype.category < COMPLEX else scalar(self.tensor_dtype.to_real(), self.item().real)

    @property
    def imag(self) -> Any:
        return scalar(self.tensor_dtype.to_real(), self.item().imag if self.tensor_dtype.category == COMPLEX else 0)

    def conjugate(self) -> Any:
        return (
            scalar(self.tensor_dtype, self.item().conjugate())
            if self.tensor_dtype.category != BOOL
            else scalar(dtypes.int8, int(self.item()))
        )

    conj = conjugate

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
    setattr(counted, f"__{_name}__", _operator(_name, False))
    setattr(counted, f"__r{_name}__", _operator(_name, True))
for _name in COMPARISONS:
    setattr(counted, f"__{_name}__", _operator(_name, False))


class number(counted):
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
    "bool": _class("bool", counted),
    **{name: _class(name, signedinteger) for name in "int8 int16 int32 int64".split()},
    **{name: _class(name, unsignedinteger) for name in "uint8 uint16 uint32 uint64".split()},
    **{name: _class(name, floating) for name in "float16 float32".split()},
    "complex64": _class("complex64", complexfloating), "float64": float64, "complex128": complex128,
}  # fmt: skip


class flexible(generic):
    pass


class character(flexible):
    pass


class str_(str, character):
    """A text out of an array."""

    def __new__(cls, *args: Any) -> Any:
        return str.__new__(cls, *args)

    dtype = property(lambda self: of_element(text_type(len(self))))
    shape = ()
    ndim = 0
    size = 1

    def item(self, *args: Any) -> str:
        return str.__str__(self)[:]

    tolist = item


class _Opaque:
    """A scalar of which nothing is known."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        return Unknown(f"numpy.{cls.__name__}(...)")


class bytes_(_Opaque, character):
    pass


class void(_Opaque, flexible):
    pass


class object_(generic):
    def __new__(cls, *args: Any) -> Any:
        return args[0] if args else None


class datetime64(_Opaque, generic):
    pass


class timedelta64(_Opaque, generic):
    pass


class longdouble(_Opaque, floating):
    pass


class clongdouble(_Opaque, complexfloating):
    pass


ABSTRACT = (
    generic,
    number,
    integer,
    signedinteger,
    unsignedinteger,
    inexact,
    floating,
    complexfloating,
    flexible,
    character,
)
OTHERS = (str_, bytes_, void, object_, datetime64, timedelta64, longdouble, clongdouble)
for _class_ in (*ABSTRACT, *OTHERS, float64, complex128):
    _class_.__module__ = "numpy"
_OTHER_SCALARS = {"U": str_, "S": bytes_, "V": void, "O": object_, "M": datetime64, "m": timedelta64}
_OF_ABSTRACT: dict[str, DType] = {
    "integer": dtypes.int64, "signedinteger": dtypes.int64, "unsignedinteger": dtypes.uint64, "number": dtypes.float64, "inexact": dtypes.float64,
    "floating": dtypes.float64, "complexfloating": dtypes.complex128, "str_": text_type(0), "object_": OBJECT, "bytes_": OtherType("bytes", "|S0", 0),
    "void": OtherType("void", "|V0", 0), "generic": OtherType("void", "|V0", 0), "flexible": OtherType("void", "|V0", 0), "character": OtherType("bytes", "|S0", 0),
    "datetime64": OtherType("datetime64", "<M8", 8), "timedelta64": OtherType("timedelta64", "<m8", 8),
    "longdouble": OtherType("longdouble", "<f16", 16), "clongdouble": OtherType("clongdouble", "<c32", 32),
}  # fmt: skip


def scalar(element: DType, value: Any = None, reason: str = "an element of an array") -> Any:
    """A scalar of an element type; an unknown one where the value is None, or cannot be held."""
    if type(element) is OtherType:
        return _other_scalar(element, value, reason)
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


def _other_scalar(element: OtherType, value: Any, reason: str) -> Any:
    """An element of texts or of objects; else nothing is known of it."""
    if element.kind == "U":
        return str_(value) if isinstance(value, str) else Unknown(reason, str)
    return value if element.kind == "O" and value is not None else Unknown(reason)


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


def all_together(elements: Any) -> DType:
    """The smallest type that holds several: floats decide before whole numbers do, as in `numpy.result_type`."""
    first, *rest = sorted(elements, key=lambda element: -element.category)
    for element in rest:
        first = together(first, element)
    return first  # type: ignore[no-any-return]


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


SAFE_FLOAT = {1: 2, 2: 4, 4: 8, 8: 8}  # bytes of a whole number: of the float that holds it


def can_cast(source: DType, target: DType, casting: str = "safe") -> bool:
    """`numpy.can_cast` of two element types."""
    if casting == "unsafe" or source is target:
        return True
    if casting in ("no", "equiv"):
        return False
    low, high = source.category, target.category
    if casting == "same_kind":
        if low == high == INTEGER:
            return source.is_signed <= target.is_signed
        return low <= high
    if low == BOOL:
        return True
    if low > high:
        return False
    if low == high == INTEGER:
        if source.is_signed == target.is_signed:
            return source.itemsize <= target.itemsize
        return target.is_signed and source.itemsize < target.itemsize
    if low == high:
        return source.itemsize <= target.itemsize
    size = target.to_real().itemsize
    return (SAFE_FLOAT[source.itemsize] if low == INTEGER else source.itemsize) <= size


def check_bounds(value: Any, element: DType) -> None:
    """Refuses a whole number of Python's that a type does not hold."""
    if type(value) is int and not isinstance(element, dtypes.UnknownDType) and element.category == INTEGER:
        bits = element.itemsize * 8
        low = -(1 << (bits - 1)) if element.is_signed else 0
        if not low <= value < low + (1 << bits):
            raise OverflowError(f"Python integer {value} out of bounds for {element.name}")
