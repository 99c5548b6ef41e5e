"""Clipping gradients: nothing of it changes a shape.

Source: torch/nn/utils/clip_grad.py
"""

from __future__ import annotations

from convcalc.tensor import Tensor, Unknown, make
from convcalc.tensor.dtypes import default_dtype

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _listed(tensors: Any) -> list[Any]:
    return [tensors] if isinstance(tensors, (Tensor, Unknown)) else list(tensors)


def get_total_norm(
    tensors: Any, norm_type: float = 2.0, error_if_nonfinite: bool = False, foreach: bool | None = None
) -> Tensor:
    """The norm over all tensors together: a scalar. Source: torch.nn.utils.get_total_norm"""
    found = [t for t in _listed(tensors) if isinstance(t, Tensor)]
    return make((), found[0].dtype.to_real() if found else default_dtype())


def clip_grad_norm_(
    parameters: Any,
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
    foreach: bool | None = None,
) -> Tensor:
    """Scales all gradients down to a norm of `max_norm`; returns the norm, a scalar. Source: torch.nn.utils.clip_grad_norm_"""
    return get_total_norm(_listed(parameters), norm_type, error_if_nonfinite, foreach)


def clip_grad_norm(
    parameters: Any,
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
    foreach: bool | None = None,
) -> Tensor:
    """The old name of `clip_grad_norm_`."""
    return clip_grad_norm_(parameters, max_norm, norm_type, error_if_nonfinite, foreach)


def clip_grads_with_norm_(parameters: Any, max_norm: float, total_norm: Tensor, foreach: bool | None = None) -> None:
    """Scales all gradients by max_norm / total_norm. Source: torch.nn.utils.clip_grads_with_norm_"""
    _listed(parameters)


def clip_grad_value_(parameters: Any, clip_value: float, foreach: bool | None = None) -> None:
    """Cuts all gradients to -clip_value ... clip_value. Source: torch.nn.utils.clip_grad_value_"""
    _listed(parameters)
