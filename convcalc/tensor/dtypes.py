"""Element types and type promotion.

Source: torch/csrc/utils/tensor_dtypes.cpp, c10/core/ScalarType.h, and `torch.result_type`'s rules (a dimensioned tensor
outranks a 0-dim one, which outranks a Python number, unless the lower rank is of a higher category).
"""

from __future__ import annotations

from .unknown import NotKnown

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
        return float64 if _default[0] is float64 else _default[0]
    elif spec is int:
        return int64
    elif spec is bool:
        return bool_
    elif spec is complex:
        return _default[0].to_complex()
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


def number_dtype(number: Any) -> DType:
    """The type that a Python number has as a tensor: bool, int64, or the default floating or complex type."""
    if isinstance(number, bool):
        return bool_
    if isinstance(number, int):
        return int64
    if isinstance(number, float):
        return _default[0]
    if isinstance(number, complex):
        return _default[0].to_complex()
    if hasattr(number, "__index__"):
        return int64
    raise TypeError(f"unsupported operand: {type(number).__name__}")


def can_cast(source: DType, target: DType) -> bool:
    """Whether an in-place operation may store `source` in `target`: never a higher category into a lower one."""
    return not (
        (source.category == COMPLEX and target.category != COMPLEX)
        or (source.category == FLOATING and target.category in (BOOL, INTEGER))
        or (source.category == INTEGER and target.category == BOOL)
    )
