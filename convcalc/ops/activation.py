"""Activations: one number in, one number out. The `F` functions, and the `torch` and `Tensor` names of the same.

A kernel that PyTorch compiled for floating-point types only refuses the others by its name. In-place forms return their
first argument. `softmax` and its kin, which look along a dimension, stand in `softmax.py`.
"""

from __future__ import annotations

from convcalc.tensor import (
    ShapeError,
    ShapeNotImplementedError,
    ShapeTypeError,
    ShapeValueError,
    Tensor,
    Unknown,
    make,
    wrap_dim,
)
from convcalc.tensor.dtypes import BOOL, COMPLEX, FLOATING, INTEGER, LEGACY_NAMES, bool_, default_dtype, float16
from convcalc.tensor.strides import elementwise_strides

from .arguments import tensor_argument
from .registry import operation
from .results import cannot_cast, check_subtraction, in_place, is_computable, like, not_implemented, store

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _floating(input: Tensor, function: str, kernel: str, inplace: bool) -> Tensor:
    """The result of a kernel for floating-point types."""
    if not isinstance(input, Tensor):
        tensor_argument(input, function, 1, "input")
    dtype = input.dtype
    if dtype.category != FLOATING or dtype.itemsize == 1:
        raise not_implemented(kernel, dtype)
    return in_place(input) if inplace else like(input)


def _number(value: Any, function: str, argument: str, position: int = 2) -> None:
    """A number, as a setting of a kernel."""
    if type(value) is float or type(value) is int:
        return
    if value is None or isinstance(value, (str, list, tuple, dict)):
        raise ShapeTypeError(
            f"{function}(): argument '{argument}' (position {position}) must be Number, not {type(value).__name__}"
        )


def _clamped(input: Tensor, function: str, kernel: str, inplace: bool, bool_message: str) -> Tensor:
    """The result of a clamp, which integers have too."""
    if not isinstance(input, Tensor):
        tensor_argument(input, function, 1, "input")
    dtype = input.dtype
    if dtype.category == BOOL:
        raise ShapeError(bool_message, "dtype", actual="bool")
    if dtype.category == COMPLEX:
        raise ShapeNotImplementedError("clamp is not supported for complex types", "dtype", actual=dtype.name)
    if (dtype.category == FLOATING and dtype.itemsize == 1) or dtype.name in ("uint16", "uint32", "uint64"):
        raise not_implemented(kernel, dtype)
    return in_place(input) if inplace else like(input)


# rectifiers


@operation("F.relu")
def relu(input: Tensor, inplace: bool = False) -> Tensor:
    """y = max(0, x).

    Shapes:  x: any; y: the same
    Errors:  x is bool or complex
    Source:  aten/src/ATen/native/Activation.cpp
    """
    return _clamped(input, "relu", "clamp_min_scalar_cpu", inplace, "Boolean inputs not supported for relu")


@operation("torch.relu", "Tensor.relu")
def _relu(input: Tensor) -> Tensor:
    return _clamped(input, "relu", "clamp_min_scalar_cpu", False, "Boolean inputs not supported for relu")


@operation("F.relu_", "torch.relu_", "Tensor.relu_")
def relu_(input: Tensor) -> Tensor:
    return _clamped(input, "relu_", "clamp_min_scalar_cpu", True, "Boolean inputs not supported for relu")


def _hardtanh(input: Tensor, function: str, low: Any, high: Any, inplace: bool) -> Tensor:
    """A clamp to [low, high]; an unsigned type has no negative limits."""
    if low > high:
        raise ShapeValueError("min_val cannot be greater than max_val")
    result = _clamped(input, function, "clamp_scalar_cpu", inplace, "Bool inputs not supported for hardtanh")
    if input.dtype.category == INTEGER and not input.dtype.is_signed and (low < 0 or high < 0):
        raise ShapeError(
            "cannot do hardtanh on an unsigned type with negative limits", "dtype", actual=input.dtype.name
        )
    return result


@operation("F.hardtanh")
def hardtanh(input: Tensor, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> Tensor:
    return _hardtanh(input, "hardtanh", min_val, max_val, inplace)


@operation("F.hardtanh_")
def hardtanh_(input: Tensor, min_val: float = -1.0, max_val: float = 1.0) -> Tensor:
    return _hardtanh(input, "hardtanh_", min_val, max_val, True)


@operation("F.relu6")
def relu6(input: Tensor, inplace: bool = False) -> Tensor:
    return _hardtanh(input, "relu6", 0.0, 6.0, inplace)


def _threshold(input: Tensor, threshold: Any, value: Any, inplace: bool, function: str = "threshold") -> Tensor:
    tensor_argument(input, function, 1, "input")
    _number(threshold, function, "threshold")
    _number(value, function, "value", 3)
    dtype = input.dtype
    if not (is_computable(dtype) or (dtype.category == INTEGER and (dtype.is_signed or dtype.itemsize == 1))):
        raise not_implemented("threshold_cpu", dtype)
    if dtype.category == INTEGER:
        bits = 8 * dtype.itemsize - dtype.is_signed
        if any(int(v) >= 1 << bits or int(v) < -(dtype.is_signed << bits) for v in (threshold, value)):
            raise ShapeError(f"value cannot be converted to type {dtype.name}_t without overflow", "dtype")
    return in_place(input) if inplace else like(input)


@operation("F.threshold")
def threshold(input: Tensor, threshold: float, value: float, inplace: bool = False) -> Tensor:
    return _threshold(input, threshold, value, inplace)


@operation("torch.threshold")
def _torch_threshold(input: Tensor, threshold: float, value: float, *, out: Tensor | None = None) -> Tensor:
    return store(_threshold(input, threshold, value, False), out)


@operation("F.threshold_", "torch.threshold_")
def threshold_(input: Tensor, threshold: float, value: float) -> Tensor:
    return _threshold(input, threshold, value, True, "threshold_")


@operation("F.leaky_relu")
def leaky_relu(input: Tensor, negative_slope: float = 0.01, inplace: bool = False) -> Tensor:
    _number(negative_slope, "leaky_relu", "negative_slope")
    return _floating(input, "leaky_relu", "leaky_relu_cpu", inplace)


@operation("F.leaky_relu_")
def leaky_relu_(input: Tensor, negative_slope: float = 0.01) -> Tensor:
    _number(negative_slope, "leaky_relu_", "negative_slope")
    return _floating(input, "leaky_relu_", "leaky_relu_cpu", True)


def _rrelu(input: Tensor, lower: Any, upper: Any, training: Any, inplace: bool, function: str = "rrelu") -> Tensor:
    tensor_argument(input, function, 1, "input")
    if lower > upper:
        raise ShapeError("Lower bound should be less than or equal to the upper bound")
    if training and input.dtype is float16:
        raise not_implemented("rrelu_with_noise_out_cpu", input.dtype)
    result = _floating(input, function, "rrelu_with_noise_out_cpu" if training else "leaky_relu_cpu", inplace)
    return result if inplace else make(input.shape, input.dtype)  # always row-major


@operation("F.rrelu")
def rrelu(
    input: Tensor, lower: float = 1.0 / 8, upper: float = 1.0 / 3, training: bool = False, inplace: bool = False
) -> Tensor:
    return _rrelu(input, lower, upper, training, inplace)


@operation("torch.rrelu")
def _torch_rrelu(
    input: Tensor, lower: float = 1.0 / 8, upper: float = 1.0 / 3, training: bool = False, generator: Any = None
) -> Tensor:
    return _rrelu(input, lower, upper, training, False)


@operation("F.rrelu_", "torch.rrelu_")
def rrelu_(
    input: Tensor, lower: float = 1.0 / 8, upper: float = 1.0 / 3, training: bool = False, generator: Any = None
) -> Tensor:
    return _rrelu(input, lower, upper, training, True, "rrelu_")


@operation("F.prelu", "torch.prelu", "Tensor.prelu")
def prelu(input: Tensor, weight: Tensor) -> Tensor:
    """y = max(0, x) + weight * min(0, x), one weight for all or one for each channel.

    Shapes:  x: (*) or (N, C, *); weight: (), (1,) or (C,); y: as x
    Errors:  the number of weights is neither 1 nor C; element types differ
    Source:  aten/src/ATen/native/Activation.cpp, prelu
    """
    tensor_argument(input, "prelu", 1, "input")
    tensor_argument(weight, "prelu", 2, "weight")
    if input.dtype is not weight.dtype:
        raise ShapeError(
            f"prelu: Type promoting not supported. Got {LEGACY_NAMES[input.dtype]} and {LEGACY_NAMES[weight.dtype]}",
            "dtype",
        )
    count = weight.numel()
    if weight.ndim > 1:
        raise ShapeError(
            f"prelu: Expected `weight` to be a scalar or 1D tensor, but got: ndim = {weight.ndim}", "norm-channels"
        )
    if count != 1:
        if input.ndim == 0:
            raise ShapeError("Not allow zero-dim input tensor.", "norm-channels")
        channels = input.shape[1] if input.ndim > 1 else 1
        if channels != count:
            message = f"Mismatch of parameter numbers and input channel size. Found parameter numbers = {count} and channel size = {channels}."
            raise ShapeError(
                message,
                "norm-channels",
                expected=count,
                actual=channels,
                shape=tuple(input.shape),
                argument="num_parameters",
            )
    if not is_computable(input.dtype):
        raise not_implemented("prelu_cpu", input.dtype)
    return like(input)


# exponential units


def _nonzero_alpha(alpha: Any, function: str) -> None:
    _number(alpha, function, "alpha")
    if alpha == 0:
        raise ShapeError("ZeroDivisionError: alpha cannot be 0 for CELU")


@operation("F.elu")
def elu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    _number(alpha, "elu", "alpha")
    return _floating(input, "elu", "elu_cpu", inplace)


@operation("F.elu_")
def elu_(input: Tensor, alpha: float = 1.0) -> Tensor:
    _number(alpha, "elu_", "alpha")
    return _floating(input, "elu_", "elu_cpu", True)


@operation("F.selu")
def selu(input: Tensor, inplace: bool = False) -> Tensor:
    return _floating(input, "selu", "elu_cpu", inplace)


@operation("torch.selu")
def _torch_selu(input: Tensor) -> Tensor:
    return _floating(input, "selu", "elu_cpu", False)


@operation("F.selu_", "torch.selu_")
def selu_(input: Tensor) -> Tensor:
    return _floating(input, "selu_", "elu_cpu", True)


@operation("F.celu")
def celu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    _nonzero_alpha(alpha, "celu")
    return _floating(input, "celu", "elu_cpu", inplace)


@operation("torch.celu")
def _torch_celu(input: Tensor, alpha: float = 1.0) -> Tensor:
    _nonzero_alpha(alpha, "celu")
    return _floating(input, "celu", "elu_cpu", False)


@operation("F.celu_", "torch.celu_")
def celu_(input: Tensor, alpha: float = 1.0) -> Tensor:
    _nonzero_alpha(alpha, "celu_")
    return _floating(input, "celu_", "elu_cpu", True)


# smooth and shrinking units


@operation("F.gelu")
def gelu(input: Tensor, *, approximate: str = "none") -> Tensor:
    if not isinstance(approximate, (str, Unknown)):
        raise ShapeTypeError(f"gelu(): argument 'approximate' must be str, not {type(approximate).__name__}")
    if approximate not in ("none", "tanh") and not isinstance(approximate, Unknown):
        raise ShapeError("approximate argument must be either none or tanh.")
    return _floating(input, "gelu", "GeluKernelImpl", False)


@operation("F.silu")
def silu(input: Tensor, inplace: bool = False) -> Tensor:
    if isinstance(input, Tensor) and input.dtype.category == COMPLEX:
        return in_place(input) if inplace else like(input)
    return _floating(input, "silu", "silu_cpu", inplace)


@operation("F.mish")
def mish(input: Tensor, inplace: bool = False) -> Tensor:
    return _floating(input, "mish", "mish_cpu", inplace)


@operation("F.hardswish")
def hardswish(input: Tensor, inplace: bool = False) -> Tensor:
    return _floating(input, "hardswish", "hardswish_cpu", inplace)


@operation("F.hardsigmoid")
def hardsigmoid(input: Tensor, inplace: bool = False) -> Tensor:
    return _floating(input, "hardsigmoid", "hardsigmoid_cpu", inplace)


@operation("F.logsigmoid")
def logsigmoid(input: Tensor) -> Tensor:
    result = _floating(input, "log_sigmoid", "log_sigmoid_cpu", False)
    return make(result.shape, result.dtype)


@operation("F.softplus")
def softplus(input: Tensor, beta: float = 1, threshold: float = 20) -> Tensor:
    _number(beta, "softplus", "beta")
    _number(threshold, "softplus", "threshold", 3)
    return _floating(input, "softplus", "softplus_cpu", False)


@operation("F.softshrink")
def softshrink(input: Tensor, lambd: float = 0.5) -> Tensor:
    _number(lambd, "softshrink", "lambd")
    result = _floating(input, "softshrink", "softshrink_check", False)
    if lambd < 0:
        limits = {"float64": "1.79769e+308", "float32": "3.40282e+38", "float16": "65504", "bfloat16": "3.38953e+38"}
        name = input.dtype.name
        raise ShapeError(
            f"lambda must be in range [0, {limits[name]}] for input dtype {LEGACY_NAMES[input.dtype]}, but found {lambd}"
        )
    return result


@operation("F.hardshrink", "torch.hardshrink", "Tensor.hardshrink")
def hardshrink(input: Tensor, lambd: float = 0.5, *, out: Tensor | None = None) -> Tensor:
    _number(lambd, "hardshrink", "lambd")
    return store(_floating(input, "hardshrink", "hardshrink_cpu", False), out)


def _to_floating(input: Tensor, function: str, kernel: str) -> Tensor:
    """The result of a function that turns integers into the default floating-point type."""
    if not isinstance(input, Tensor):
        tensor_argument(input, function, 1, "input")
    dtype = input.dtype
    if dtype.category < FLOATING:
        return like(input, default_dtype())
    if dtype.itemsize == 1:
        raise not_implemented(kernel, dtype)
    return like(input)


def _to_floating_(input: Tensor, function: str, kernel: str) -> Tensor:
    dtype = _to_floating(input, function, kernel).dtype
    if dtype is not input.dtype:
        raise cannot_cast(dtype, input.dtype)
    return in_place(input)


@operation("F.sigmoid")
def sigmoid(input: Tensor) -> Tensor:
    return _to_floating(input, "sigmoid", "sigmoid_cpu_reduced_float")


@operation("torch.sigmoid", "Tensor.sigmoid", "special.expit")
def _sigmoid(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    return store(_to_floating(input, "sigmoid", "sigmoid_cpu_reduced_float"), out)


@operation("torch.sigmoid_", "Tensor.sigmoid_")
def sigmoid_(input: Tensor) -> Tensor:
    return _to_floating_(input, "sigmoid_", "sigmoid_cpu_reduced_float")


@operation("F.tanh")
def tanh(input: Tensor) -> Tensor:
    return _to_floating(input, "tanh", "tanh_vml_cpu")


@operation("torch.tanh", "Tensor.tanh")
def _tanh(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    return store(_to_floating(input, "tanh", "tanh_vml_cpu"), out)


@operation("torch.tanh_", "Tensor.tanh_")
def tanh_(input: Tensor) -> Tensor:
    return _to_floating_(input, "tanh_", "tanh_vml_cpu")


@operation("F.tanhshrink")
def tanhshrink(input: Tensor) -> Tensor:
    result = _to_floating(input, "tanh", "tanh_vml_cpu")
    if input.dtype is bool_:
        check_subtraction(input, result)
    return result


@operation("F.softsign")
def softsign(input: Tensor) -> Tensor:
    tensor_argument(input, "softsign", 1, "input")
    if input.dtype is bool_ or input.dtype.name in ("uint16", "uint32", "uint64"):
        raise not_implemented("abs_cpu", input.dtype)
    return _to_floating(input, "softsign", "add_stub")


@operation("F.glu")
def glu(input: Tensor, dim: int = -1) -> Tensor:
    """y = a * sigmoid(b), with a and b the halves of x along `dim`.

    Shapes:  x: (*, 2n, *); y: (*, n, *)
    Errors:  the size along `dim` is odd
    Source:  aten/src/ATen/native/GatedLinearUnit.cpp
    """
    tensor_argument(input, "glu", 1, "input")
    if input.ndim == 0:
        raise ShapeError("glu does not support scalars because halving size must be even")
    dim = wrap_dim(dim, input.ndim)
    size = input.shape[dim]
    if size % 2 != 0:
        raise ShapeError(
            f"Halving dimension must be even, but dimension {dim} is size {size}",
            "channel-multiple",
            actual=size,
            shape=tuple(input.shape),
        )
    if not is_computable(input.dtype):
        raise not_implemented("glu_cpu", input.dtype)
    shape = (*input.shape[:dim], size // 2, *input.shape[dim + 1 :])
    strides = input.strides if input._strides is not None else None
    if strides is None and dim == 0:
        return make(shape, input.dtype)
    return make(shape, input.dtype, elementwise_strides(shape, ((shape, input.strides),)))
