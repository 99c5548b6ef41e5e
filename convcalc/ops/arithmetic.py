"""Operations on two tensors, element by element: arithmetic, comparison, logic and bits, as one table; addition,
subtraction, division and powers, which have rules of their own, follow it.

Source: aten/src/ATen/native/BinaryOps.cpp, cpu/BinaryOpsKernel.cpp; element types measured on every type
"""

from __future__ import annotations

import _operator as python
import math

from convcalc.tensor import DType, ShapeError, ShapeNotImplementedError, Tensor, Unknown, UnknownValue
from convcalc.tensor.dtypes import (
    FLOATING,
    INTEGER,
    LEGACY_NAMES,
    bool_,
    complex128,
    default_dtype,
    float64,
    result_dtype,
)
from convcalc.tensor.size import differ
from convcalc.tensor.unknown import is_array
from convcalc.tensor.values import overwrite

from .arguments import tensor_argument
from .elementwise import common_dtype, into, operand, pointwise, to_out
from .operators import as_operator
from .registry import operation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Rule = Callable[..., Any]


def kind(dtype: DType) -> str:
    """One letter for the groups of types that kernels tell apart: bool, integer, half, float, complex."""
    return "h" if dtype.category == FLOATING and dtype.itemsize == 2 else "bifc"[dtype.category]


def check_kernel(dtype: DType, refused: str, complaint: str) -> None:
    """Refuses the types that a kernel does not have. A complaint without spaces is the name of a kernel."""
    if kind(dtype) in refused:
        if " " in complaint:
            raise (ShapeNotImplementedError if complaint[0] == "!" else ShapeError)(complaint.lstrip("!"), "dtype")
        raise ShapeNotImplementedError(f"\"{complaint}\" not implemented for '{LEGACY_NAMES[dtype]}'", "dtype")


def as_float(dtype: DType) -> DType:
    """The type that a function such as exp answers with: integers become the default floating type."""
    return dtype if dtype.category >= FLOATING else default_dtype()


def in_place(rule: Rule, *names: str) -> Rule:
    """The form of an operation that writes to its first argument."""

    def inplace(self: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        try:
            result = rule(self, *args, **kwargs)
        except UnknownValue:
            overwrite(self)
            return self
        return into(self, result)

    inplace.__name__ = rule.__name__ + "_"
    inplace.__module__ = rule.__module__
    inplace.__doc__ = rule.__doc__
    inplace.__wrapped__ = rule  # type: ignore[attr-defined]
    written: Rule = operation(*[name for name in names if "__" not in name])(inplace)
    as_operator(written, *[name for name in names if "__" in name])
    return written


# operation | result: `same` (promoted), `float` (promoted, integers to floating), `bool`
# | refused types | the kernel that refuses, or the complaint ("!": NotImplementedError) | names
_TABLE = """
mul | same | | | torch.mul torch.multiply Tensor.mul Tensor.multiply Tensor.__mul__ Tensor.__rmul__ ; Tensor.mul_ Tensor.multiply_ Tensor.__imul__
remainder | same | bc | remainder_cpu | torch.remainder Tensor.remainder Tensor.__mod__ ; Tensor.remainder_ Tensor.__imod__
fmod | same | bc | fmod_cpu | torch.fmod Tensor.fmod ; Tensor.fmod_
floor_divide | same | bc | div_floor_cpu | torch.floor_divide Tensor.floor_divide Tensor.__floordiv__ ; Tensor.floor_divide_ Tensor.__ifloordiv__
atan2 | float | c | atan2_cpu | torch.atan2 torch.arctan2 Tensor.atan2 Tensor.arctan2 ; Tensor.atan2_ Tensor.arctan2_
copysign | float | c | copysign_cpu | torch.copysign Tensor.copysign ; Tensor.copysign_
maximum | same | c | maximum not implemented for complex tensors. | torch.maximum Tensor.maximum
minimum | same | c | minimum not implemented for complex tensors. | torch.minimum Tensor.minimum
fmax | same | c | fmax not implemented for complex tensors. | torch.fmax Tensor.fmax
fmin | same | c | fmin not implemented for complex tensors. | torch.fmin Tensor.fmin
hypot | same | bic | hypot_cpu | torch.hypot Tensor.hypot ; Tensor.hypot_
nextafter | same | bic | nextafter_cpu | torch.nextafter Tensor.nextafter ; Tensor.nextafter_
logaddexp | same | bi | logaddexp_cpu | torch.logaddexp Tensor.logaddexp
logaddexp2 | same | bic | logaddexp2_cpu | torch.logaddexp2 Tensor.logaddexp2
xlogy | float | c | xlogy_cpu | torch.xlogy special.xlogy Tensor.xlogy ; torch.xlogy_ Tensor.xlogy_
xlog1py | float | c | xlog1py_cpu | special.xlog1py
gcd | same | bhfc | gcd_cpu | torch.gcd Tensor.gcd ; torch.gcd_ Tensor.gcd_
lcm | same | bhfc | lcm_cpu | torch.lcm Tensor.lcm ; torch.lcm_ Tensor.lcm_
igamma | same | bic | igamma_cpu | torch.igamma special.gammainc Tensor.igamma ; Tensor.igamma_
igammac | same | bic | igammac_cpu | torch.igammac special.gammaincc Tensor.igammac ; Tensor.igammac_
lt | bool | c | lt_cpu | torch.lt torch.less Tensor.lt Tensor.less Tensor.__lt__ ; Tensor.lt_ Tensor.less_
le | bool | c | le_cpu | torch.le torch.less_equal Tensor.le Tensor.less_equal Tensor.__le__ ; Tensor.le_ Tensor.less_equal_
gt | bool | c | gt_cpu | torch.gt torch.greater Tensor.gt Tensor.greater Tensor.__gt__ ; Tensor.gt_ Tensor.greater_
ge | bool | c | ge_cpu | torch.ge torch.greater_equal Tensor.ge Tensor.greater_equal Tensor.__ge__ ; Tensor.ge_ Tensor.greater_equal_
eq | bool | | | torch.eq Tensor.eq ; Tensor.eq_
ne | bool | | | torch.ne torch.not_equal Tensor.ne Tensor.not_equal ; Tensor.ne_ Tensor.not_equal_
logical_and | bool | | | torch.logical_and Tensor.logical_and ; Tensor.logical_and_
logical_or | bool | | | torch.logical_or Tensor.logical_or ; Tensor.logical_or_
logical_xor | bool | | | torch.logical_xor Tensor.logical_xor ; Tensor.logical_xor_
bitwise_and | same | hfc | bitwise_and_cpu | torch.bitwise_and Tensor.bitwise_and Tensor.__and__ Tensor.__rand__ ; Tensor.bitwise_and_ Tensor.__iand__
bitwise_or | same | hfc | bitwise_or_cpu | torch.bitwise_or Tensor.bitwise_or Tensor.__or__ Tensor.__ror__ ; Tensor.bitwise_or_ Tensor.__ior__
bitwise_xor | same | hfc | bitwise_xor_cpu | torch.bitwise_xor Tensor.bitwise_xor Tensor.__xor__ Tensor.__rxor__ ; Tensor.bitwise_xor_ Tensor.__ixor__
bitwise_left_shift | same | bhfc | lshift_cpu | torch.bitwise_left_shift Tensor.bitwise_left_shift Tensor.__lshift__ ; Tensor.bitwise_left_shift_ Tensor.__ilshift__
bitwise_right_shift | same | bhfc | rshift_cpu | torch.bitwise_right_shift Tensor.bitwise_right_shift Tensor.__rshift__ ; Tensor.bitwise_right_shift_ Tensor.__irshift__
zeta | float | hc | zeta_cpu | special.zeta
"""
_POLYNOMIALS = (
    "chebyshev_polynomial_t chebyshev_polynomial_u chebyshev_polynomial_v chebyshev_polynomial_w hermite_polynomial_h "
    "hermite_polynomial_he laguerre_polynomial_l legendre_polynomial_p shifted_chebyshev_polynomial_t "
    "shifted_chebyshev_polynomial_u shifted_chebyshev_polynomial_v shifted_chebyshev_polynomial_w"
)
_VALUES: dict[str, Rule] = {
    "mul": python.mul, "remainder": python.mod, "fmod": math.fmod, "floor_divide": python.floordiv, "atan2": math.atan2,
    "maximum": max, "minimum": min, "hypot": math.hypot, "gcd": math.gcd, "lcm": math.lcm, "lt": python.lt, "le": python.le,
    "gt": python.gt, "ge": python.ge, "eq": python.eq, "ne": python.ne, "bitwise_and": python.and_,
    "bitwise_or": python.or_, "bitwise_xor": python.xor, "logical_and": lambda a, b: bool(a) and bool(b),
    "logical_or": lambda a, b: bool(a) or bool(b), "logical_xor": lambda a, b: bool(a) != bool(b),
}  # fmt: skip
# These take tensors only: a number as the second operand is refused.
_TENSORS_ONLY = frozenset(
    "atan2 maximum minimum fmax fmin hypot nextafter logaddexp logaddexp2 gcd lcm igamma igammac logical_and logical_or logical_xor".split()
)


def _binary(name: str, result: str, refused: str, complaint: str) -> Rule:
    function = _VALUES.get(name)
    tensors_only = name in _TENSORS_ONLY
    tensor_first = tensors_only or result == "bool" or name in ("fmod", "copysign")

    def rule(input: Tensor, other: Any, *, out: Tensor | None = None) -> Tensor:
        if not isinstance(other, Tensor):
            if type(other) is Unknown and not isinstance(input, Tensor):
                raise UnknownValue(other.reason)
            other = operand(other, name, 2, "other")
            if tensors_only:
                operand(
                    other if type(other) is Unknown else None if isinstance(other, (int, float, complex)) else other,
                    name,
                    2,
                    "other",
                )
        if not isinstance(input, Tensor):
            input = operand(None if tensor_first else input, name, 1, "input")
            if not isinstance(other, Tensor):
                operand(None, name, 1, "input")
        dtype = common_dtype(input, other)
        if refused and kind(dtype) in refused:
            check_kernel(dtype, refused, complaint)
        if result == "same":
            made = pointwise((input, other), dtype, function)
        elif result == "bool":
            made = pointwise((input, other), bool_, function, dtype)
        else:
            made = pointwise((input, other), as_float(dtype), function)
        return made if out is None else to_out(out, made)

    rule.__name__ = name
    rule.__qualname__ = name
    rule.__doc__ = f"`{name}` of two tensors, or of a tensor and a number, broadcast together; result type: {result}."
    return rule


def _register(row: str) -> Rule:
    name, result, refused, complaint, names = [part.strip() for part in row.split("|")]
    plain, _, writing = names.partition(";")
    public = plain.split()
    rule = operation(*[n for n in public if "__" not in n])(_binary(name, result, refused, complaint))
    as_operator(rule, *[n for n in public if "__" in n])
    if writing:
        in_place(rule, *writing.split())
    return rule


RULES: dict[str, Rule] = {row.partition(" ")[0]: _register(row) for row in _TABLE.strip().splitlines()}
for _name in _POLYNOMIALS.split():
    RULES[_name] = _register(f"{_name} | float | hc | {_name}_cpu | special.{_name}")
mul = RULES["mul"]
maximum, minimum = RULES["maximum"], RULES["minimum"]


def _reversed(name: str, rule: Rule) -> None:
    def reverse(self: Tensor, other: Any) -> Tensor:
        if is_array(other):
            return NotImplemented  # type: ignore[no-any-return]
        dtype = result_dtype((self, other)) if isinstance(other, (int, float, complex)) else None
        if dtype is None or rule.__name__ == "pow":
            return rule(other, self)  # type: ignore[no-any-return]
        from .creation import scalar_tensor

        return rule(scalar_tensor(other, dtype=dtype), self)  # type: ignore[no-any-return]

    reverse.__doc__ = f"`number {name} tensor`."
    operation(f"Tensor.{name}")(reverse)


_reversed("__rfloordiv__", RULES["floor_divide"])
_reversed("__rmod__", RULES["remainder"])
_reversed("__rlshift__", RULES["bitwise_left_shift"])
_reversed("__rrshift__", RULES["bitwise_right_shift"])


def _equality(name: str, rule: Rule) -> None:
    def equal(self: Tensor, other: Any) -> Any:
        if isinstance(other, (Tensor, int, float, complex)) or hasattr(type(other), "torch_number"):
            return rule(self, other)
        if is_array(other):  # PyTorch compares them for equality only
            return rule(self, other.__tensor__()) if name == "__eq__" else True
        return other if type(other) is Unknown else NotImplemented

    equal.__doc__ = f"`{name}` with a tensor or a number; anything else is compared by identity."
    operation(f"Tensor.{name}")(equal)


_equality("__eq__", RULES["eq"])
_equality("__ne__", RULES["ne"])


def _check_alpha(alpha: Any, dtype: DType) -> None:
    if isinstance(alpha, bool) and dtype is not bool_:
        raise ShapeError("Boolean alpha only supported for Boolean results.")
    if isinstance(alpha, float) and dtype.category < FLOATING:
        raise ShapeError("For integral input tensors, argument alpha must not be a floating point number.")


@operation("torch.add", "Tensor.add")
def add(input: Tensor, other: Any, *, alpha: Any = 1, out: Tensor | None = None) -> Tensor:
    """input + alpha * other.

    Shapes:  any two that broadcast
    Errors:  sizes that neither agree nor are 1; a fractional alpha with integers
    Source:  aten/src/ATen/native/BinaryOps.cpp, add_sub
    """
    if not isinstance(other, Tensor):
        other = operand(other, "add", 2, "other")
    if not isinstance(input, Tensor):
        input = operand(input if isinstance(other, Tensor) else None, "add", 1, "input")
    dtype = common_dtype(input, other)
    if alpha != 1 or type(alpha) is not int:
        _check_alpha(alpha, dtype)
    made = pointwise((input, other), dtype, python.add if alpha == 1 else None)
    return made if out is None else to_out(out, made)


@operation("torch.sub", "torch.subtract", "Tensor.sub", "Tensor.subtract")
def sub(input: Tensor, other: Any, *, alpha: Any = 1, out: Tensor | None = None) -> Tensor:
    """input - alpha * other; refused for bools."""
    if not isinstance(other, Tensor):
        other = operand(other, "sub", 2, "other")
    if not isinstance(input, Tensor):
        input = operand(input if isinstance(other, Tensor) else None, "sub", 1, "input")
    bools = [isinstance(x, bool) or (isinstance(x, Tensor) and x.dtype is bool_) for x in (input, other)]
    if all(bools):
        raise ShapeError(
            "Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or `logical_xor()` operator instead.",
            "dtype",
        )
    if any(bools):
        raise ShapeError(
            "Subtraction, the `-` operator, with a bool tensor is not supported. "
            "If you are trying to invert a mask, use the `~` or `logical_not()` operator instead.", "dtype",
        )  # fmt: skip
    dtype = common_dtype(input, other)
    if alpha != 1 or type(alpha) is not int:
        _check_alpha(alpha, dtype)
    made = pointwise((input, other), dtype, python.sub if alpha == 1 else None)
    return made if out is None else to_out(out, made)


@operation("torch.rsub")
def rsub(input: Tensor, other: Any, *, alpha: Any = 1) -> Tensor:
    """other - alpha * input."""
    tensor_argument(input, "rsub", 1, "input")
    if alpha == 1:
        return sub(other, input)
    made = sub(input, other, alpha=alpha)
    made.values = None
    return made


@operation("torch.div", "torch.divide", "Tensor.div", "Tensor.divide")
def div(input: Tensor, other: Any, *, rounding_mode: str | None = None, out: Tensor | None = None) -> Tensor:
    """input / other; without a rounding mode integers divide to floating numbers.

    Errors:  sizes that do not broadcast; a rounding mode that is not None, 'trunc' or 'floor'
    Source:  aten/src/ATen/native/BinaryOps.cpp, div
    """
    if not isinstance(other, Tensor):
        other = operand(other, "div", 2, "other")
    if not isinstance(input, Tensor):
        input = operand(input if isinstance(other, Tensor) else None, "div", 1, "input")
    dtype = common_dtype(input, other)
    if rounding_mode is None:
        made = pointwise((input, other), as_float(dtype), python.truediv)
    else:
        if rounding_mode not in ("trunc", "floor"):
            raise ShapeError(
                f"div expected rounding_mode to be one of None, 'trunc', or 'floor' but found '{rounding_mode}'",
                "argument",
            )
        check_kernel(dtype, "bc", f"div_{rounding_mode}_cpu")
        made = pointwise((input, other), dtype, python.floordiv if rounding_mode == "floor" else None)
    return made if out is None else to_out(out, made)


@operation("torch.true_divide", "Tensor.true_divide")
def true_divide(input: Tensor, other: Any, *, out: Tensor | None = None) -> Tensor:
    """input / other, in floating point."""
    return div(input, other, out=out)


def _reciprocal(input: Tensor) -> Tensor:
    return pointwise((1, input), as_float(input.dtype), python.truediv)


@operation("Tensor.__rtruediv__", "Tensor.__rdiv__")
def rdiv(self: Tensor, other: Any) -> Tensor:
    """other / self: the reciprocal, times a number."""
    if is_array(other):
        return _reciprocal(self) * other  # type: ignore[no-any-return]
    return mul(_reciprocal(self), other) if isinstance(other, Tensor) else div(other, self)


@operation("torch.pow", "Tensor.pow")
def pow(input: Any, exponent: Any, *, out: Tensor | None = None) -> Tensor:
    """input ** exponent; either may be a number.

    Errors:  an integer tensor to a negative whole number; bools
    Source:  aten/src/ATen/native/Pow.cpp
    """
    if not isinstance(exponent, Tensor):
        exponent = operand(exponent, "pow", 2, "exponent")
    if not isinstance(input, Tensor):
        input = operand(input if isinstance(exponent, Tensor) else None, "pow", 1, "input")
    dtype = common_dtype(input, exponent)
    number = not isinstance(exponent, Tensor)
    if dtype is bool_ and (not number or not isinstance(exponent, Unknown)):
        if not (number and exponent in (0, 1)) and input != 1:
            raise ShapeNotImplementedError("\"pow\" not implemented for 'Bool'", "dtype")
    if number and dtype.category == INTEGER and not isinstance(exponent, bool) and exponent < 0:
        raise ShapeError("Integers to negative integer powers are not allowed.")
    made = pointwise((input, exponent), dtype, python.pow)
    if not isinstance(input, Tensor):
        made._strides = None
    return made if out is None else to_out(out, made)


@operation("Tensor.__rpow__")
def rpow(self: Tensor, other: Any) -> Tensor:
    """other ** self."""
    return NotImplemented if is_array(other) else pow(other, self)


@operation("torch.float_power", "Tensor.float_power")
def float_power(input: Any, exponent: Any, *, out: Tensor | None = None) -> Tensor:
    """input ** exponent in double precision."""
    if not isinstance(exponent, Tensor):
        tensor_argument(input, "float_power", 1, "input")
    a, b = operand(input, "float_power", 1, "input"), operand(exponent, "float_power", 2, "exponent")
    dtype = complex128 if result_dtype((a, b)).is_complex else float64
    made = pointwise((a, b), dtype, python.pow)
    if out is not None and out.dtype is not dtype:
        raise ShapeError(
            f"the output given to float_power has dtype {out.dtype} but the operation's result requires dtype {dtype}",
            "dtype",
        )
    return to_out(out, made)


@operation("Tensor.float_power_")
def float_power_(self: Tensor, exponent: Any) -> Tensor:
    """self ** exponent in double precision, in place: self must be of that precision."""
    dtype = complex128 if result_dtype((self, exponent)).is_complex else float64
    if self.dtype is not dtype:
        raise ShapeError(
            f"the base given to float_power_ has dtype {_legacy(self.dtype)} but the operation's result requires dtype {_legacy(dtype)}",
            "dtype",
        )
    return into(self, float_power(self, exponent))


def _legacy(dtype: DType) -> str:
    return LEGACY_NAMES[dtype]


@operation("torch.heaviside", "Tensor.heaviside")
def heaviside(input: Tensor, values: Tensor, *, out: Tensor | None = None) -> Tensor:
    """0 below zero, 1 above, `values` at zero; both tensors of one type."""
    tensor_argument(input, "heaviside", 1, "input")
    tensor_argument(values, "heaviside", 2, "values")
    if input.dtype is not values.dtype:
        if input.dtype.is_complex or values.dtype.is_complex:
            raise ShapeError("heaviside is not yet implemented for complex tensors.", "dtype")
        raise ShapeError("heaviside is not yet implemented for tensors with different dtypes.", "dtype")
    check_kernel(input.dtype, "c", "heaviside is not yet implemented for complex tensors.")
    return to_out(out, pointwise((input, values), input.dtype))


@operation("torch.isclose", "Tensor.isclose")
def isclose(input: Tensor, other: Tensor, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False) -> Tensor:
    """Whether elements are close; both tensors of one type."""
    tensor_argument(input, "isclose", 1, "input")
    tensor_argument(other, "isclose", 2, "other")
    if input.dtype is not other.dtype:
        raise ShapeError(f"{_legacy(input.dtype)} did not match {_legacy(other.dtype)}", "dtype")
    if rtol < 0:
        raise ShapeError(f"rtol must be greater than or equal to zero, but got {rtol}")
    if atol < 0:
        raise ShapeError(f"atol must be greater than or equal to zero, but got {atol}")
    return pointwise((input, other), bool_)


@operation("torch.allclose", "Tensor.allclose")
def allclose(
    input: Tensor, other: Tensor, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False
) -> Unknown:
    """Whether all elements are close, which is not known."""
    isclose(input, other, rtol, atol, equal_nan)
    return Unknown("torch.allclose(...)", bool)


@operation("torch.equal", "Tensor.equal")
def equal(input: Tensor, other: Tensor) -> Any:
    """Whether two tensors have one shape and equal elements; False where the shapes differ."""
    if differ(input.shape, other.shape):
        return False
    return Unknown("torch.equal(...)", bool)


@operation("torch.ldexp", "Tensor.ldexp")
def ldexp(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """input * 2 ** other."""
    tensor_argument(input, "ldexp", 1, "input")
    tensor_argument(other, "ldexp", 2, "other")
    return mul(input, pow(2.0, other), out=out)  # type: ignore[no-any-return]


as_operator(add, "Tensor.__add__", "Tensor.__radd__")
as_operator(sub, "Tensor.__sub__")
as_operator(rsub, "Tensor.__rsub__")
as_operator(true_divide, "Tensor.__truediv__", "Tensor.__div__")
as_operator(pow, "Tensor.__pow__")
in_place(ldexp, "torch.ldexp_", "Tensor.ldexp_")
in_place(add, "Tensor.add_", "Tensor.__iadd__")
in_place(sub, "Tensor.sub_", "Tensor.subtract_", "Tensor.__isub__")
in_place(div, "Tensor.div_", "Tensor.divide_")
in_place(true_divide, "Tensor.true_divide_", "Tensor.__itruediv__", "Tensor.__idiv__")
in_place(pow, "Tensor.pow_", "Tensor.__ipow__")
in_place(heaviside, "Tensor.heaviside_")
