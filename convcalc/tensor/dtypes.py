"""Element types and type promotion.

Source: torch/csrc/utils/tensor_dtypes.cpp, c10/core/ScalarType.h, and `torch.result_type`'s rules (a dimensioned tensor
outranks a 0-dim one, which outranks a Python number, unless the lower rank is of a higher category).
"""

from __future__ import annotations

from .unknown import NotKnown, Number, Unknown, UnknownValue, is_array, strangers, torch_number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

BOOL, INTEGER, FLOATING, COMPLEX = range(4)


class DType:
    """An element type; there is one object for each, and it prints as `torch.float32`."""

    __slots__ = ("category", "is_signed", "itemsize", "name")

    abbr = NotKnown("torch.dtype.abbr")

    def __init__(self, name: str, category: int, itemsize: int, is_signed: bool = True) -> None:
        self.name = name
        self.category = category
        self.itemsize = itemsize
        self.is_signed = is_signed

    @property
    def is_floating_point(self) -> bool:
        return self.category == FLOATING

    @property
    def is_complex(self) -> bool:
        return self.category == COMPLEX

    def to_real(self) -> DType:
        return _REAL.get(self, self)

    def to_complex(self) -> DType:
        return _COMPLEX.get(self, complex64)

    def __repr__(self) -> str:
        return f"torch.{self.name}"

    def __reduce__(self) -> Any:
        return (dtype_of, (self.name,))

    def __copy__(self) -> DType:
        return self

    def __deepcopy__(self, memo: Any) -> DType:
        return self

    def may_be(self, other: DType) -> bool:
        """Whether it is the other type, or nobody knows that it is not."""
        return self is other


class UnknownDType(DType):
    """An element type of which only some are possible: `candidates`. Tensors that share the object have the same type.

    What all of them agree on is known. No rule sees one: an operation on such a tensor is tried with each type (`convcalc.ops.worlds`).
    """

    __slots__ = ("candidates",)

    name = None  # type: ignore[assignment]

    def __init__(self, candidates: Iterable[DType]) -> None:
        self.candidates = tuple(candidates)
        if UnknownDType not in strangers:
            strangers.append(UnknownDType)

    def _agreed(self, fact: str) -> Any:
        facts = {getattr(dtype, fact) for dtype in self.candidates}
        if len(facts) > 1:
            raise UnknownValue("an element type")
        return facts.pop()

    category = property(lambda self: self._agreed("category"))
    itemsize = property(lambda self: self._agreed("itemsize"))
    is_signed = property(lambda self: self._agreed("is_signed"))

    def _asked(self, fact: str) -> Any:
        """An answer to the user's own question."""
        try:
            return self._agreed(fact)
        except UnknownValue as unknown:
            return Unknown(unknown.reason, bool)

    is_floating_point = property(lambda self: self._asked("is_floating_point"))
    is_complex = property(lambda self: self._asked("is_complex"))

    def to_real(self) -> DType:
        return one_of(dtype.to_real() for dtype in self.candidates)

    def to_complex(self) -> DType:
        return one_of(dtype.to_complex() for dtype in self.candidates)

    def may_be(self, other: DType) -> bool:
        return self is other or other in self.candidates

    def __eq__(self, other: object) -> Any:
        if self is other:
            return True
        if isinstance(other, DType) and any(map(other.may_be, self.candidates)):
            return Unknown("an element type", bool)
        return False

    def __ne__(self, other: object) -> Any:
        equal = self.__eq__(other)
        return equal if type(equal) is Unknown else not equal

    def __hash__(self) -> int:
        return id(self) >> 4

    def __repr__(self) -> str:
        return "?"

    def __reduce__(self) -> Any:
        return (UnknownDType, (self.candidates,))


def takes_gradients(dtype: DType) -> bool | None:
    """Whether tensors of an element type can need a gradient; None where that is not known of the type."""
    try:
        return bool(dtype.category >= FLOATING)
    except UnknownValue:
        return None


def one_of(candidates: Iterable[DType]) -> DType:
    """The type that is one of these."""
    different = dict.fromkeys(candidates)
    return next(iter(different)) if len(different) == 1 else UnknownDType(different)


bool_ = DType("bool", BOOL, 1, is_signed=False)
uint8 = DType("uint8", INTEGER, 1, is_signed=False)
int8 = DType("int8", INTEGER, 1)
int16 = DType("int16", INTEGER, 2)
int32 = DType("int32", INTEGER, 4)
int64 = DType("int64", INTEGER, 8)
uint16 = DType("uint16", INTEGER, 2, is_signed=False)
uint32 = DType("uint32", INTEGER, 4, is_signed=False)
uint64 = DType("uint64", INTEGER, 8, is_signed=False)
float8_e4m3fn = DType("float8_e4m3fn", FLOATING, 1)
float8_e5m2 = DType("float8_e5m2", FLOATING, 1)
float16 = DType("float16", FLOATING, 2)
bfloat16 = DType("bfloat16", FLOATING, 2)
float32 = DType("float32", FLOATING, 4)
float64 = DType("float64", FLOATING, 8)
complex32 = DType("complex32", COMPLEX, 4)
complex64 = DType("complex64", COMPLEX, 8)
complex128 = DType("complex128", COMPLEX, 16)

ALL: dict[str, DType] = {
    d.name: d
    for d in (
        bool_, uint8, int8, int16, int32, int64, uint16, uint32, uint64, float8_e4m3fn, float8_e5m2,
        float16, bfloat16, float32, float64, complex32, complex64, complex128,
    )
}  # fmt: skip
ALIASES: dict[str, DType] = {
    "half": float16, "float": float32, "double": float64, "short": int16, "int": int32, "long": int64,
    "chalf": complex32, "cfloat": complex64, "cdouble": complex128,
}  # fmt: skip

_REAL = {complex32: float16, complex64: float32, complex128: float64}
_COMPLEX = {float16: complex32, bfloat16: complex64, float32: complex64, float64: complex128}
_COMPLEX.update({c: c for c in _REAL})

# The names of the typed tensor classes (torch.FloatTensor, ...) and the names that error messages use.
LEGACY_NAMES: dict[DType, str] = {
    float32: "Float", float64: "Double", float16: "Half", bfloat16: "BFloat16", int64: "Long", int32: "Int",
    int16: "Short", int8: "Char", uint8: "Byte", bool_: "Bool", complex64: "ComplexFloat",
    complex128: "ComplexDouble", complex32: "ComplexHalf", uint16: "UInt16", uint32: "UInt32", uint64: "UInt64",
    float8_e4m3fn: "Float8_e4m3fn", float8_e5m2: "Float8_e5m2",
}  # fmt: skip
# What an error message about a C++ type calls it ("expected scalar type float but found long int").
C_NAMES: dict[DType, str] = {
    float32: "float", float64: "double", float16: "c10::Half", bfloat16: "c10::BFloat16", int64: "long int",
    int32: "int", int16: "short int", int8: "signed char", uint8: "unsigned char", bool_: "bool",
    complex64: "c10::complex<float>", complex128: "c10::complex<double>", complex32: "c10::complex<c10::Half>",
}  # fmt: skip

_default = [float32]


def dtype_of(spec: DType | str | type | None) -> DType:
    """The element type meant by `float32`, `"float32"`, `"torch.float32"`, `"long"`, Python's `float`, or None (the default)."""
    if isinstance(spec, DType):
        return spec
    if spec is None:
        return _default[0]
    if isinstance(spec, str):
        name = spec.removeprefix("torch.")
        found = ALL.get(name) or ALIASES.get(name)
        if found is not None:
            return found
    elif spec is float:
        return float64
    elif spec is int:
        return int64
    elif spec is bool:
        return bool_
    elif spec is complex:
        return complex128
    raise TypeError(f"not a data type: {spec!r}")


def default_dtype() -> DType:
    return _default[0]


def set_default_dtype(dtype: DType) -> None:
    if not isinstance(dtype, DType) or dtype.category != FLOATING:
        raise TypeError(f"only floating-point types are supported as the default type, got {dtype!r}")
    _default[0] = dtype


def promote(a: DType, b: DType) -> DType:
    """The smallest type that holds both, as `torch.promote_types`."""
    if a is b:
        return a
    if a.category != b.category:
        low, high = (a, b) if a.category < b.category else (b, a)
        if high.category == COMPLEX and low.category == FLOATING:
            return promote(high, low.to_complex())
        return high
    if a.category == INTEGER:
        if a.is_signed == b.is_signed:
            return a if a.itemsize >= b.itemsize else b
        unsigned, signed = (b, a) if a.is_signed else (a, b)
        if unsigned is not uint8:
            raise RuntimeError(
                f"Promotion for uint16, uint32, uint64 types is not supported, attempted to promote {unsigned} and {signed}"
            )
        return int16 if signed.itemsize == 1 else signed
    if a.itemsize == 1 or b.itemsize == 1:
        if a.itemsize == b.itemsize:
            raise RuntimeError(
                f"Promotion for Float8 Types is not supported, attempted to promote {LEGACY_NAMES[a]} and {LEGACY_NAMES[b]}"
            )
        raise RuntimeError(
            f"Promotion for Float8 Types is not supported, attempted to promote {LEGACY_NAMES[a]} and {LEGACY_NAMES[b]}"
        )
    if a.itemsize == b.itemsize:  # half and bfloat16
        return float32
    return a if a.itemsize > b.itemsize else b


def result_dtype(operands: Iterable[Any]) -> DType:
    """The element type of an operation on tensors and Python numbers.

    Three ranks (tensors with dimensions, 0-dim tensors, numbers); a lower rank counts only by its category.
    """
    dimensioned = scalar = number = None
    for operand in operands:
        dtype = getattr(operand, "dtype", None)
        if isinstance(dtype, DType):
            if operand.ndim:
                dimensioned = dtype if dimensioned is None else promote(dimensioned, dtype)
            else:
                scalar = dtype if scalar is None else promote(scalar, dtype)
        else:
            dtype = number_dtype(operand)
            number = dtype if number is None else promote(number, dtype)
    return _combine(dimensioned, _combine(scalar, number)) or _default[0]


def _combine(higher: DType | None, lower: DType | None) -> DType | None:
    if higher is None or lower is None:
        return higher or lower
    if higher.category == COMPLEX:
        return higher
    if higher.category == FLOATING:
        return higher.to_complex() if lower.category == COMPLEX else higher
    return promote(higher, lower) if higher is bool_ or lower.category >= FLOATING else higher


def number_type(dtype: DType) -> type:
    """The type of Python's numbers that elements of a tensor are: what `.item()` gives."""
    types = {(bool, int, float, complex)[d.category] for d in getattr(dtype, "candidates", (dtype,))}
    return types.pop() if len(types) == 1 else Number


def number_dtype(number: Any) -> DType:
    """The type that a Python number has as a tensor: bool, int64, or the default floating or complex type.

    An unknown number has one too if its kind is known.
    """
    if isinstance(number, bool):
        return bool_
    if isinstance(number, int):
        return int64
    if isinstance(number, float):
        return _default[0]
    if isinstance(number, complex):
        return _default[0].to_complex()
    plain = torch_number(number)
    if plain is not number:
        return number_dtype(plain)
    if type(number) is Unknown:
        raise UnknownValue(number.reason)
    if hasattr(number, "__index__") and not is_array(number):
        return int64
    raise TypeError(f"unsupported operand: {type(number).__name__}")


def can_cast(source: DType, target: DType) -> bool:
    """Whether an in-place operation may store `source` in `target`: never a higher category into a lower one."""
    return not (
        (source.category == COMPLEX and target.category != COMPLEX)
        or (source.category == FLOATING and target.category in (BOOL, INTEGER))
        or (source.category == INTEGER and target.category == BOOL)
    )
