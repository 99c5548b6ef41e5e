"""`torch.nn.init`: how parameters are filled. Values are not kept; what PyTorch refuses is refused.

Source: torch/nn/init.py
"""

from __future__ import annotations

import math

from convcalc.ops.results import in_place, is_computable, not_implemented
from convcalc.tensor import ShapeError, ShapeTypeError, ShapeValueError, Tensor, Unknown
from convcalc.tensor.dtypes import COMPLEX
from convcalc.trace.recorder import warn

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

LINEAR = ("linear", "conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d")
GAINS = {"sigmoid": 1, "tanh": 5.0 / 3, "relu": math.sqrt(2.0), "selu": 3.0 / 4, **dict.fromkeys(LINEAR, 1)}


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """The factor by which weights before a nonlinearity are scaled."""
    if nonlinearity in GAINS:
        return GAINS[nonlinearity]
    if nonlinearity != "leaky_relu":
        raise ShapeValueError(f"Unsupported nonlinearity {nonlinearity}")
    slope = 0.01 if param is None else param
    if isinstance(slope, bool) or not isinstance(slope, (int, float, Unknown)):
        raise ShapeValueError(f"negative_slope {param} not a valid number")
    return math.sqrt(2.0 / (1 + slope**2)) if not isinstance(slope, Unknown) else slope


def _calculate_fan_in_and_fan_out(tensor: Tensor) -> tuple[int, int]:
    """How many numbers go into, and come out of, one of the map that `tensor` is the weight of."""
    if tensor.dim() < 2:
        raise ShapeValueError(
            "Fan in and fan out can not be computed for tensor with fewer than 2 dimensions",
            "argument",
            actual=tuple(tensor.shape),
        )
    places: Any = 1
    for size in tensor.shape[2:]:
        places = places * size
    return tensor.shape[1] * places, tensor.shape[0] * places


def _calculate_correct_fan(tensor: Tensor, mode: str) -> int:
    mode = mode.lower()
    modes = ["fan_in", "fan_out"]
    if mode not in modes:
        raise ShapeValueError(f"Mode {mode} not supported, please use one of {modes}")
    return _calculate_fan_in_and_fan_out(tensor)[modes.index(mode)]


def _drawn(tensor: Tensor, kernel: str) -> Tensor:
    """The tensor after a draw of random numbers, which need a floating-point type."""
    if isinstance(tensor, Unknown):
        return tensor
    if not is_computable(tensor.dtype) and tensor.dtype.category != COMPLEX:
        raise not_implemented(kernel, tensor.dtype)
    return in_place(tensor)


def _uniform(tensor: Tensor, low: Any, high: Any) -> Tensor:
    _need(tensor, "uniform_")
    if low > high:
        raise ShapeError(f"uniform_ expects to return a [from, to) range, but found from={low:g} > to={high:g}")
    return _drawn(tensor, "check_uniform_bounds")


def _normal(tensor: Tensor, std: Any) -> Tensor:
    _need(tensor, "normal_")
    if std < 0:
        raise ShapeError(f"normal expects std >= 0.0, but found std {std:g}")
    return _drawn(tensor, "normal_kernel_cpu")


def _need(tensor: Any, method: str) -> None:
    if not isinstance(tensor, (Tensor, Unknown)):
        raise AttributeError(f"'{type(tensor).__name__}' object has no attribute '{method}'")


def _filled(tensor: Tensor, value: Any, method: str = "fill_") -> Tensor:
    """The tensor full of one number, which a small constant keeps."""
    _need(tensor, method)
    if isinstance(tensor, Unknown):
        return tensor
    if value is None or isinstance(value, str):
        raise ShapeTypeError(f"fill_() received an invalid combination of arguments - got ({type(value).__name__})")
    kept = tensor.values
    in_place(tensor)
    if kept is not None and not isinstance(value, (Tensor, Unknown)):
        tensor.values = [value] * len(kept)
    return tensor


def uniform_(tensor: Tensor, a: float = 0.0, b: float = 1.0, generator: Any = None) -> Tensor:
    return _uniform(tensor, a, b)


def normal_(tensor: Tensor, mean: float = 0.0, std: float = 1.0, generator: Any = None) -> Tensor:
    return _normal(tensor, std)


def trunc_normal_(
    tensor: Tensor, mean: float = 0.0, std: float = 1.0, a: float = -2.0, b: float = 2.0, generator: Any = None
) -> Tensor:
    if std == 0:
        raise ZeroDivisionError("float division by zero")
    return _normal(tensor, std)


def constant_(tensor: Tensor, val: float) -> Tensor:
    return _filled(tensor, val)


def ones_(tensor: Tensor) -> Tensor:
    return _filled(tensor, 1.0)


def zeros_(tensor: Tensor) -> Tensor:
    return _filled(tensor, 0.0, "zero_")


def eye_(tensor: Tensor) -> Tensor:
    if tensor.ndimension() != 2:
        raise ShapeValueError("Only tensors with 2 dimensions are supported", "argument", actual=tensor.ndimension())
    return in_place(tensor)


def dirac_(tensor: Tensor, groups: int = 1) -> Tensor:
    if tensor.ndimension() not in (3, 4, 5):
        raise ShapeValueError(
            "Only tensors with 3, 4, or 5 dimensions are supported", "argument", actual=tensor.ndimension()
        )
    if tensor.shape[0] % groups != 0:
        raise ShapeValueError("dim 0 must be divisible by groups", "argument", expected=groups, actual=tensor.shape[0])
    return in_place(tensor)


def _xavier_std(tensor: Tensor, gain: Any) -> Any:
    fan_in, fan_out = _calculate_fan_in_and_fan_out(tensor)
    total = fan_in + fan_out
    return gain * math.sqrt(2.0 / float(total)) if isinstance(total, int) else total


def xavier_uniform_(tensor: Tensor, gain: float = 1.0, generator: Any = None) -> Tensor:
    bound = math.sqrt(3.0) * _xavier_std(tensor, gain)
    return _uniform(tensor, -bound, bound)


def xavier_normal_(tensor: Tensor, gain: float = 1.0, generator: Any = None) -> Tensor:
    return _normal(tensor, _xavier_std(tensor, gain))


def _kaiming(tensor: Tensor, a: Any, mode: str, nonlinearity: str) -> bool:
    """Whether there is anything to fill; the mode and the nonlinearity are checked then."""
    if 0 in tensor.shape:
        warn("a tensor without elements has nothing to initialise")
        return False
    _calculate_correct_fan(tensor, mode)
    calculate_gain(nonlinearity, a)
    return True


def kaiming_uniform_(
    tensor: Tensor, a: float = 0, mode: str = "fan_in", nonlinearity: str = "leaky_relu", generator: Any = None
) -> Tensor:
    return _uniform(tensor, 0.0, 1.0) if _kaiming(tensor, a, mode, nonlinearity) else tensor


def kaiming_normal_(
    tensor: Tensor, a: float = 0, mode: str = "fan_in", nonlinearity: str = "leaky_relu", generator: Any = None
) -> Tensor:
    return _normal(tensor, 1.0) if _kaiming(tensor, a, mode, nonlinearity) else tensor


def orthogonal_(tensor: Tensor, gain: float = 1, generator: Any = None) -> Tensor:
    if tensor.ndimension() < 2:
        raise ShapeValueError(
            "Only tensors with 2 or more dimensions are supported", "argument", actual=tensor.ndimension()
        )
    return tensor if 0 in tensor.shape else _drawn(tensor, "normal_kernel_cpu")


def sparse_(tensor: Tensor, sparsity: float, std: float = 0.01, generator: Any = None) -> Tensor:
    if tensor.ndimension() != 2:
        raise ShapeValueError("Only tensors with 2 dimensions are supported", "argument", actual=tensor.ndimension())
    return _normal(tensor, std)


def _old_name(function: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """The function under its name of before 0.4, without the underscore."""

    def old(*args: Any, **kwargs: Any) -> Tensor:
        warn(f"nn.init.{function.__name__[:-1]} is the old name of nn.init.{function.__name__}")
        return function(*args, **kwargs)

    old.__name__ = function.__name__[:-1]
    return old


uniform = _old_name(uniform_)
normal = _old_name(normal_)
constant = _old_name(constant_)
eye = _old_name(eye_)
dirac = _old_name(dirac_)
xavier_uniform = _old_name(xavier_uniform_)
xavier_normal = _old_name(xavier_normal_)
kaiming_uniform = _old_name(kaiming_uniform_)
kaiming_normal = _old_name(kaiming_normal_)
orthogonal = _old_name(orthogonal_)
sparse = _old_name(sparse_)
