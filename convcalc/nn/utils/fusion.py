"""Folding a batch normalisation into the layer before it.

Source: torch/nn/utils/fusion.py
"""

from __future__ import annotations

from copy import deepcopy

from convcalc.ops import find
from convcalc.tensor import Parameter, ShapeAssertionError, Tensor, make

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def fuse_conv_bn_eval(conv: Any, bn: Any, transpose: bool = False) -> Any:
    """The convolution that does both: the same weight, and always a bias. Source: torch.nn.utils.fuse_conv_bn_eval"""
    fused = _copy(conv, bn)
    statistics = (bn.running_mean, bn.running_var, bn.eps, bn.weight, bn.bias)
    fused.weight, fused.bias = fuse_conv_bn_weights(fused.weight, fused.bias, *statistics, transpose)
    return fused


def fuse_conv_bn_weights(
    conv_w: Tensor,
    conv_b: Tensor | None,
    bn_rm: Tensor,
    bn_rv: Tensor,
    bn_eps: float,
    bn_w: Tensor | None,
    bn_b: Tensor | None,
    transpose: bool = False,
) -> tuple[Parameter, Parameter]:
    """Weight and bias of the fused convolution; `transpose`: its output channels are in dimension 1."""
    ones = [1] * (conv_w.ndim - 2)
    return _fused(conv_w, conv_b, bn_rm, [1, -1, *ones] if transpose else [-1, 1, *ones])


def fuse_linear_bn_eval(linear: Any, bn: Any) -> Any:
    """The linear layer that does both: the same weight, and always a bias. Source: torch.nn.utils.fuse_linear_bn_eval"""
    fused = _copy(linear, bn, linear)
    statistics = (bn.running_mean, bn.running_var, bn.eps, bn.weight, bn.bias)
    fused.weight, fused.bias = fuse_linear_bn_weights(fused.weight, fused.bias, *statistics)
    return fused


def fuse_linear_bn_weights(
    linear_w: Tensor,
    linear_b: Tensor | None,
    bn_rm: Tensor,
    bn_rv: Tensor,
    bn_eps: float,
    bn_w: Tensor,
    bn_b: Tensor,
) -> tuple[Parameter, Parameter]:
    """Weight and bias of the fused linear layer."""
    return _fused(linear_w, linear_b, bn_rm, [-1, 1])


def _copy(layer: Any, bn: Any, linear: Any = None) -> Any:
    if layer.training or bn.training:
        raise ShapeAssertionError("Fusion only for eval!")
    copy = deepcopy(layer)
    if linear is not None and linear.out_features != bn.num_features and bn.num_features != 1:
        raise ShapeAssertionError(
            "To fuse, linear.out_features == bn.num_features or bn.num_features == 1, "
            f"got linear.out_features={linear.out_features} and bn.num_features={bn.num_features}"
        )
    if bn.running_mean is None or bn.running_var is None:
        raise ShapeAssertionError("bn.running_mean and bn.running_var must not be None")
    return copy


def _fused(weight: Tensor, bias: Tensor | None, mean: Tensor, shape: list[int]) -> tuple[Parameter, Parameter]:
    """Each output feature scaled: weight * scale and (bias - mean) * scale + shift."""
    scale = find("torch.reshape")(mean, shape)  # type: ignore[misc]
    scaled = find("torch.mul")(weight, scale)  # type: ignore[misc]
    shifted = mean if bias is None else find("torch.sub")(bias, mean)  # type: ignore[misc]
    trained = bias is not None and bias.requires_grad
    return (
        Parameter(make(scaled.shape, weight.dtype), weight.requires_grad),
        Parameter(make(shifted.shape, weight.dtype if bias is None else bias.dtype), trained),
    )
