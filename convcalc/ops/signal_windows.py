"""`torch.signal.windows`: vectors that taper off to both ends.

Source: torch/signal/windows/windows.py
"""

from __future__ import annotations

from convcalc.tensor import ShapeTypeError, ShapeValueError, Tensor, dtype_of, make

from .registry import operation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def _window(function: str, M: Any, dtype: Any, layout: Any) -> Tensor:
    dtype = dtype_of(dtype)
    if M < 0:
        raise ShapeValueError(f"{function} requires non-negative window length, got M={M}", "argument")
    if str(layout) not in ("strided", "torch.strided"):
        raise ShapeValueError(f"{function} is implemented for strided tensors only, got: {layout}")
    if dtype.name not in ("float32", "float64"):
        raise ShapeValueError(f"{function} expects float32 or float64 dtypes, got: {dtype}", "dtype")
    return make((M,), dtype)


def _plain(name: str, function: str) -> None:
    """A window whose only setting of its own is whether it is symmetric; `function` is what the messages name."""

    @operation(f"signal.windows.{name}")
    def rule(
        M: int,
        *,
        sym: bool = True,
        dtype: Any = None,
        layout: Any = "strided",
        device: Any = None,
        requires_grad: bool = False,
    ) -> Tensor:
        return _window(function, M, dtype, layout)


for _name, _function in (
    ("cosine", "cosine"), ("blackman", "blackman"), ("bartlett", "bartlett"), ("hamming", "general_cosine"),
    ("hann", "general_cosine"), ("nuttall", "general_cosine"),
):  # fmt: skip
    _plain(_name, _function)


def _positive(name: str, setting: str, default: float, refuses: Callable[[Any], bool], message: str) -> None:
    """A window with one more setting, of which some numbers are refused."""

    @operation(f"signal.windows.{name}")
    def rule(
        M: int,
        *,
        sym: bool = True,
        dtype: Any = None,
        layout: Any = "strided",
        device: Any = None,
        requires_grad: bool = False,
        **own: Any,
    ) -> Tensor:
        value = own.pop(setting, default)
        if own:
            raise ShapeTypeError(f"{name}() got an unexpected keyword argument '{next(iter(own))}'")
        window = _window(name, M, dtype, layout)
        if refuses(value):
            raise ShapeValueError(message.format(value))
        return window


_positive("gaussian", "std", 1.0, lambda std: std <= 0, "Standard deviation must be positive, got: {} instead.")
_positive("kaiser", "beta", 12.0, lambda beta: beta < 0, "beta must be non-negative, got: {} instead.")


@operation("signal.windows.exponential")
def exponential(
    M: int,
    *,
    center: float | None = None,
    tau: float = 1.0,
    sym: bool = True,
    dtype: Any = None,
    layout: Any = "strided",
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """A window that decays exponentially from its centre."""
    window = _window("exponential", M, dtype, layout)
    if tau <= 0:
        raise ShapeValueError(f"Tau must be positive, got: {tau} instead.")
    if sym and center is not None:
        raise ShapeValueError("Center must be None for symmetric windows")
    return window


@operation("signal.windows.general_cosine")
def general_cosine(
    M: int,
    *,
    a: Any,
    sym: bool = True,
    dtype: Any = None,
    layout: Any = "strided",
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """A sum of cosines with the weights `a`."""
    window = _window("general_cosine", M, dtype, layout)
    if M in (0, 1):
        return window
    if not hasattr(a, "__iter__"):
        raise ShapeTypeError("Coefficients must be a list/tuple")
    if not a:
        raise ShapeValueError("Coefficients cannot be empty")
    return window


@operation("signal.windows.general_hamming")
def general_hamming(
    M: int,
    *,
    alpha: float = 0.54,
    sym: bool = True,
    dtype: Any = None,
    layout: Any = "strided",
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """A raised cosine, alpha - (1 - alpha) cos."""
    return _window("general_cosine", M, dtype, layout)
