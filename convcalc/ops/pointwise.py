"""Operations on one tensor, element by element, as a table; those with further arguments follow it.

Source: aten/src/ATen/native/UnaryOps.cpp, cpu/UnaryOpsKernel.cpp; element types measured on every type
"""

from __future__ import annotations

import _operator as python
import math

from convcalc.tensor import ShapeError, ShapeNotImplementedError, ShapeTypeError, Tensor, make
from convcalc.tensor.dtypes import COMPLEX, FLOATING, bool_, int32, int64, result_dtype

from .arguments import tensor_argument
from .arithmetic import as_float, check_kernel, in_place, kind
from .elementwise import common_dtype, operand, pointwise, to_out
from .registry import operation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Rule = Callable[..., Any]

# names (`_`: there is an in-place method; `__`: and an in-place function) | result | refused types | kernel or complaint
_TABLE = """
acos=arccos__ acosh=arccosh__ asin=arcsin__ asinh=arcsinh__ atan=arctan__ atanh=arctanh__ cos__ cosh__ sin__ sinh__ tan__ exp__ exp2__ expm1__ log__ log10__ log1p__ log2__ sqrt__ rsqrt__ reciprocal__ sinc__ | float | |
erf__ erfc__ lgamma_ i0__ | float | c | {}_vml_cpu
erfinv_ | float | c | erfinv_vml_cpu
digamma_ | float | c | digamma
deg2rad__ rad2deg__ | float | c | {} is not supported for complex tensors.
abs=absolute__ | real | b | abs_cpu
neg=negative__ | same | b | Negation, the `-` operator, on a bool tensor is not supported. If you are trying to invert a mask, use the `~` or `logical_not()` operator instead.
positive | same | b | The `+` operator, on a bool tensor is not supported.
ceil__ floor__ trunc=fix__ | same | bc | {}_vml_cpu
frac__ | same | bic | frac_cpu
sign_ | same | c | !Unlike NumPy, torch.sign is not intended to support complex numbers. Please use torch.sgn instead.
sgn_ conj_physical__ | same | |
square__ | square | |
bitwise_not_ | same | hfc | bitwise_not_cpu
angle | real float | |
isnan isinf isfinite isreal logical_not_ | bool | |
isposinf isneginf | bool | c | {} does not support complex inputs.
signbit | bool | c | !signbit is not implemented for complex tensors.
"""
_SPECIAL = """
entr=entr_cpu i0e=i0e_cpu i1=i1_cpu i1e=i1e_cpu ndtr=erf_vml_cpu gammaln=lgamma_vml_cpu psi=digamma digamma=digamma erf=erf_vml_cpu erfc=erfc_vml_cpu erfinv=erfinv_vml_cpu i0=i0_vml_cpu | c
airy_ai bessel_j0 bessel_j1 bessel_y0 bessel_y1 erfcx log_ndtr modified_bessel_i0 modified_bessel_i1 modified_bessel_k0 modified_bessel_k1 ndtri scaled_modified_bessel_k0 scaled_modified_bessel_k1 spherical_bessel_j0 | hc
exp2 expm1 log1p sinc | -
"""
_VALUES: dict[str, Rule] = {
    "acos": math.acos, "asin": math.asin, "atan": math.atan, "cos": math.cos, "sin": math.sin, "tan": math.tan, "cosh": math.cosh,
    "sinh": math.sinh, "exp": math.exp, "exp2": lambda x: 2.0**x, "expm1": math.expm1, "log": math.log, "log10": math.log10,
    "log1p": math.log1p, "log2": math.log2, "sqrt": math.sqrt, "rsqrt": lambda x: 1 / math.sqrt(x), "reciprocal": lambda x: 1 / x,
    "erf": math.erf, "erfc": math.erfc, "lgamma": math.lgamma, "deg2rad": math.radians, "rad2deg": math.degrees, "abs": abs,
    "neg": python.neg, "positive": python.pos, "ceil": math.ceil, "floor": math.floor, "trunc": math.trunc,
    "sign": lambda x: (x > 0) - (x < 0), "square": lambda x: x * x, "isnan": math.isnan, "isinf": math.isinf, "isfinite": math.isfinite,
    "logical_not": python.not_, "bitwise_not": python.inv,
}  # fmt: skip
_OPERATORS = {
    "neg": "Tensor.__neg__",
    "positive": "Tensor.__pos__",
    "abs": "Tensor.__abs__",
    "bitwise_not": "Tensor.__invert__",
}
_COMPLEX_COMPLAINTS = {name: f"!{name} is not supported for complex inputs" for name in ("ceil", "floor", "trunc")}


def _unary(name: str, result: str, refused: str, complaint: str) -> Rule:
    function = _VALUES.get(name)
    about_complex = _COMPLEX_COMPLAINTS.get(name)

    def rule(input: Tensor, *, out: Tensor | None = None) -> Tensor:
        dtype = tensor_argument(input, name, 1, "input").dtype
        if refused and kind(dtype) in refused:
            check_kernel(dtype, refused, about_complex if about_complex and dtype.category == COMPLEX else complaint)
        if result == "same":
            made = pointwise((input,), dtype, python.not_ if dtype is bool_ and function is python.inv else function)
        elif result == "float":
            made = pointwise((input,), as_float(dtype), function)
        elif result == "bool":
            made = pointwise((input,), bool_, function, dtype)
        elif result == "square":
            made = pointwise((input,), int64 if dtype is bool_ else dtype, function)
        else:
            made = pointwise(
                (input,),
                (as_float(dtype) if result == "real float" else dtype).to_real()
                if dtype.category == COMPLEX or result == "real float"
                else dtype,
                function,
            )
        return made if out is None else to_out(out, made)

    rule.__name__ = rule.__qualname__ = name
    rule.__doc__ = f"`{name}` of each element; result type: {result}."
    return rule


def _register_rows() -> dict[str, Rule]:
    rules = {}
    for row in _TABLE.strip().splitlines():
        names, result, refused, complaint = [part.strip() for part in row.split("|")]
        for entry in names.split():
            stem = entry.rstrip("_")
            underscores = len(entry) - len(stem)
            aliases = stem.split("=")
            name = aliases[0]
            public = [f"{space}.{alias}" for alias in aliases for space in ("torch", "Tensor")]
            if name in _OPERATORS:
                public.append(_OPERATORS[name])
            rule = operation(*public)(_unary(name, result, refused, complaint.replace("{}", name)))
            if underscores:
                spaces = ("Tensor", "torch") if underscores == 2 else ("Tensor",)
                in_place(
                    rule,
                    *[
                        f"{space}.{alias}_"
                        for alias in aliases
                        for space in spaces
                        if (space, alias) != ("torch", "absolute")
                    ],
                )
            rules[name] = rule
    for row in _SPECIAL.strip().splitlines():
        names, refused = [part.strip() for part in row.split("|")]
        for entry in names.split():
            name, _, kernel = entry.partition("=")
            operation(f"special.{name}")(_unary(name, "float", refused.strip("-"), kernel or f"{name}_cpu"))
    return rules


RULES = _register_rows()


@operation("torch.round", "Tensor.round", "special.round")
def round(input: Tensor, *, decimals: int = 0, out: Tensor | None = None) -> Tensor:
    """Each element rounded half to even, to `decimals` places."""
    check_kernel(input.dtype, "bc", "round_vml_cpu")
    if decimals != 0 and input.dtype.category < FLOATING:
        raise ShapeNotImplementedError("\"round_vml_cpu\" not implemented for 'Int'", "dtype")
    function: Any = (lambda x: x if isinstance(x, int) else float(x.__round__())) if decimals == 0 else None
    return to_out(out, pointwise((input,), input.dtype, function))


@operation("torch.nan_to_num", "Tensor.nan_to_num")
def nan_to_num(
    input: Tensor, nan: Any = None, posinf: Any = None, neginf: Any = None, *, out: Tensor | None = None
) -> Tensor:
    """Each element, with NaN and infinities replaced."""
    return to_out(out, pointwise((input,), input.dtype))


@operation("torch.logit", "Tensor.logit", "special.logit")
def logit(input: Tensor, eps: float | None = None, *, out: Tensor | None = None) -> Tensor:
    """log(x / (1 - x))."""
    check_kernel(input.dtype, "c", "logit_cpu")
    return to_out(out, pointwise((input,), as_float(input.dtype)))


@operation("torch.polygamma", "special.polygamma")
def polygamma(n: int, input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The n-th derivative of digamma; n comes first."""
    if not isinstance(n, int):
        raise ShapeTypeError(f"polygamma(): argument 'n' (position 1) must be int, not {type(n).__name__}")
    if n < 0:
        raise ShapeError("polygamma(n, x) does not support negative n.")
    check_kernel(input.dtype, "c", "polygamma")
    return to_out(out, pointwise((input,), as_float(input.dtype)))


@operation("Tensor.polygamma")
def polygamma_method(self: Tensor, n: int) -> Tensor:
    """The n-th derivative of digamma."""
    return polygamma(n, self)


@operation("torch.mvlgamma", "Tensor.mvlgamma", "special.multigammaln")
def mvlgamma(input: Tensor, p: int, *, out: Tensor | None = None) -> Tensor:
    """The multivariate log-gamma function of dimension p."""
    if p < 1:
        raise ShapeError("p has to be greater than or equal to 1")
    check_kernel(input.dtype, "c", "mvlgamma")
    check_kernel(input.dtype, "b", "The input tensor may not be a boolean tensor.")
    return to_out(out, make(input.shape, as_float(input.dtype)))


@operation("torch.clamp", "torch.clip", "Tensor.clamp", "Tensor.clip")
def clamp(input: Tensor, min: Any = None, max: Any = None, *, out: Tensor | None = None) -> Tensor:
    """Each element kept within bounds, which are numbers or tensors.

    Errors:  no bound at all; complex types; bounds that do not broadcast
    Source:  aten/src/ATen/native/TensorCompare.cpp, clamp
    """
    tensor_argument(input, "clamp", 1, "input")
    if min is None and max is None:
        raise ShapeError("torch.clamp: At least one of 'min' or 'max' must not be None")
    if input.dtype.is_complex:
        raise ShapeError("clamp is not supported for complex types", "dtype")
    bounds = [x for x in (min, max) if x is not None]
    if any(isinstance(x, Tensor) for x in bounds) and not all(isinstance(x, Tensor) for x in bounds):
        raise ShapeTypeError(
            "clamp() received an invalid combination of arguments: both bounds must be tensors, or both numbers"
        )
    dtype = result_dtype((input, *bounds))
    if dtype is bool_ and not (len(bounds) == 1 and isinstance(bounds[0], Tensor)):
        raise ShapeNotImplementedError(
            "\"clamp_scalar_cpu\" not implemented for 'Bool'"
            if not isinstance(bounds[0], Tensor)
            else "\"clamp_cpu\" not implemented for 'Bool'",
            "dtype",
        )

    def function(x: Any, *limits: Any) -> Any:
        if min is not None and x < limits[0]:
            x = limits[0]
        return limits[-1] if max is not None and x > limits[-1] else x

    return to_out(out, pointwise((input, *bounds), dtype, function))


@operation("torch.clamp_min", "Tensor.clamp_min")
def clamp_min(input: Tensor, min: Any, *, out: Tensor | None = None) -> Tensor:
    """Each element, at least `min`."""
    return clamp(input, min, None, out=out)


@operation("torch.clamp_max", "Tensor.clamp_max")
def clamp_max(input: Tensor, max: Any, *, out: Tensor | None = None) -> Tensor:
    """Each element, at most `max`."""
    return clamp(input, None, max, out=out)


def _third_operand(name: str, sign: str) -> Rule:
    def rule(input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: Any = 1, out: Tensor | None = None) -> Tensor:
        for x in (tensor1, tensor2):
            tensor_argument(x, name, 2, "tensor1")
        dtype = result_dtype((input, tensor1, tensor2))
        if name == "addcdiv" and tensor1.dtype.category < FLOATING and tensor2.dtype.category < FLOATING:
            raise ShapeError(
                "Integer division with addcdiv is no longer supported, and in a future  release addcdiv will perform a true division "
                "of tensor1 and tensor2. The historic addcdiv behavior can be implemented as (input + value * torch.trunc(tensor1 / "
                "tensor2)).to(input.dtype) for integer inputs and as (input + value * tensor1 / tensor2) for float inputs.", "dtype",
            )  # fmt: skip
        if dtype is bool_:
            raise ShapeNotImplementedError(f"\"{name}_cpu_out\" not implemented for 'Bool'", "dtype")
        return to_out(out, pointwise((input, tensor1, tensor2), dtype))

    rule.__name__ = rule.__qualname__ = name
    rule.__doc__ = f"input + value * tensor1 {sign} tensor2."
    return operation(f"torch.{name}", f"Tensor.{name}")(rule)


addcmul, addcdiv = _third_operand("addcmul", "*"), _third_operand("addcdiv", "/")


@operation("torch.lerp", "Tensor.lerp")
def lerp(input: Tensor, end: Tensor, weight: Any, *, out: Tensor | None = None) -> Tensor:
    """input + weight * (end - input); all of one type."""
    if input.dtype is not end.dtype:
        raise ShapeError(f"expected dtype {_word(input)} for `end` but got dtype {_word(end)}", "dtype")
    operands: tuple[Any, ...] = (input, end)
    if isinstance(weight, Tensor):
        if weight.dtype is not input.dtype and weight.ndim:
            raise ShapeError(f"expected dtype {_word(input)} for `weight` but got dtype {_word(weight)}", "dtype")
        operands = (input, end, weight)
    check_kernel(input.dtype, "bi", "lerp_kernel_tensor" if isinstance(weight, Tensor) else "lerp_kernel_scalar")
    return to_out(out, pointwise(operands, input.dtype))


def _word(tensor: Tensor) -> str:
    from convcalc.tensor.dtypes import C_NAMES

    return C_NAMES[tensor.dtype]


@operation("torch.frexp", "Tensor.frexp")
def frexp(input: Tensor, *, out: Any = None) -> Any:
    """Mantissa and exponent of each element."""
    if input.dtype.category != FLOATING:
        raise ShapeError("torch.frexp() only supports floating-point dtypes", "dtype")
    from .named import named_result

    return named_result("frexp", mantissa=pointwise((input,), input.dtype), exponent=pointwise((input,), int32))


@operation("torch.where")
def where(condition: Tensor, input: Any = None, other: Any = None, *, out: Tensor | None = None) -> Any:
    """`input` where the condition holds, else `other`; with a condition alone, `nonzero` as a tuple.

    Errors:  a condition that is not bool (or uint8); sizes that do not broadcast
    Source:  aten/src/ATen/native/TensorCompare.cpp, where
    """
    if input is None and other is None:
        from .indexing import nonzero

        return nonzero(condition, as_tuple=True)
    tensor_argument(condition, "where", 1, "condition")
    input, other = operand(input, "where", 2, "input"), operand(other, "where", 3, "other")
    if condition.dtype is not bool_ and condition.dtype.name != "uint8":
        raise ShapeError(
            f"where expected condition to be a boolean tensor, but got a tensor with dtype {_legacy(condition)}",
            "dtype",
        )
    if isinstance(input, Tensor) or isinstance(other, Tensor):
        dtype = common_dtype(input, other)
    else:
        dtype = result_dtype((input, other))
    if condition.values is not None:
        return to_out(out, _chosen(condition, input, other, dtype))
    made = pointwise((condition, *[x for x in (input, other) if isinstance(x, Tensor)]), dtype)
    return to_out(out, made)


def _chosen(condition: Tensor, input: Any, other: Any, dtype: Any) -> Tensor:
    tensors = [x for x in (condition, input, other) if isinstance(x, Tensor)]
    plain = pointwise(tensors, dtype)
    if all(x.values is not None for x in tensors):
        from convcalc.tensor.values import computed, known

        from .elementwise import broadcast_values

        columns = []
        for x in (condition, input, other):
            if isinstance(x, Tensor):
                values = known(x)
                if values is None:
                    return plain
                columns.append(broadcast_values(values, x.shape, plain.shape))
            else:
                columns.append([x] * plain.numel())
        plain.values = computed(lambda c, a, b: a if c else b, columns, dtype)
    return plain


def _legacy(tensor: Tensor) -> str:
    from convcalc.tensor.dtypes import LEGACY_NAMES

    return LEGACY_NAMES[tensor.dtype]


@operation("Tensor.where")
def where_method(self: Tensor, condition: Tensor, other: Any) -> Any:
    """`self` where the condition holds, else `other`."""
    return where(condition, self, other)


@operation("torch.complex")
def complex_(real: Tensor, imag: Tensor, *, out: Tensor | None = None) -> Tensor:
    """A complex tensor of a real and an imaginary part."""
    tensor_argument(real, "complex", 1, "real")
    tensor_argument(imag, "complex", 2, "imag")
    if real.dtype is not imag.dtype or real.dtype.category != FLOATING or real.dtype.name == "bfloat16":
        if real.dtype is not imag.dtype and real.dtype.category == FLOATING:
            raise ShapeError(
                f"Expected object of scalar type {_legacy(real)} but got scalar type {_legacy(imag)} for second argument",
                "dtype",
            )
        raise ShapeError(
            f"Expected both inputs to be Half, Float or Double tensors but got {_legacy(real)} and {_legacy(imag)}",
            "dtype",
        )
    made = pointwise((real, imag), real.dtype.to_complex())
    if out is not None and out.dtype is not made.dtype:
        raise ShapeError(
            f"Expected object of scalar type {_legacy(made)} but got scalar type {_legacy(out)} for argument 'out'",
            "dtype",
        )
    return to_out(out, made)


@operation("torch.polar")
def polar(abs: Tensor, angle: Tensor, *, out: Tensor | None = None) -> Tensor:
    """A complex tensor of lengths and angles."""
    tensor_argument(abs, "polar", 1, "abs")
    tensor_argument(angle, "polar", 2, "angle")
    if abs.dtype.name not in ("float32", "float64") or angle.dtype.name not in ("float32", "float64"):
        raise ShapeError(
            f"Expected both inputs to be Half, Float or Double tensors but got {_legacy(abs)} and {_legacy(angle)}",
            "dtype",
        )
    if abs.dtype is not angle.dtype:
        raise ShapeError(
            f"Expected object of scalar type {_legacy(abs)} but got scalar type {_legacy(angle)} for second argument",
            "dtype",
        )
    return to_out(out, pointwise((abs, angle), abs.dtype.to_complex()))


@operation(
    "torch.conj", "Tensor.conj", "torch.resolve_conj", "Tensor.resolve_conj", "torch.resolve_neg", "Tensor.resolve_neg"
)
def conj(input: Tensor) -> Tensor:
    """The complex conjugate: a view."""
    return make(
        input.shape,
        input.dtype,
        input._strides,
        input.device,
        input.values if input.dtype.category != COMPLEX else None,
    )


in_place(round, "Tensor.round_", "torch.round_")
in_place(nan_to_num, "Tensor.nan_to_num_", "torch.nan_to_num_")
in_place(logit, "Tensor.logit_", "torch.logit_")
in_place(polygamma_method, "Tensor.polygamma_")
in_place(mvlgamma, "Tensor.mvlgamma_")
in_place(clamp, "Tensor.clamp_", "Tensor.clip_", "torch.clamp_", "torch.clip_")
in_place(clamp_min, "Tensor.clamp_min_", "torch.clamp_min_")
in_place(clamp_max, "Tensor.clamp_max_", "torch.clamp_max_")
in_place(addcmul, "Tensor.addcmul_")
in_place(addcdiv, "Tensor.addcdiv_")
in_place(lerp, "Tensor.lerp_")
