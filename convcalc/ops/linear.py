"""Affine maps: `linear` and `bilinear`."""

from __future__ import annotations

import math

from convcalc.tensor import ShapeError, Tensor, make
from convcalc.tensor.size import agreed

from .arguments import tensor_argument
from .registry import operation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@operation("F.linear", kind="linear", unit="features", axis=-1, weight=1)
def linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """y = x W^T + b over the last dimension.

    Shapes:  input: (*, in_features); weight: (out_features, in_features) or (in_features); y: (*, out_features)
    Units:   macs = numel(y) * in_features
    Errors:  the last size of the input is not in_features; element types differ
    Source:  aten/src/ATen/native/Linear.cpp
    """
    tensor_argument(input, "linear", 1, "input")
    tensor_argument(weight, "linear", 2, "weight")
    shape, wshape = input.shape, weight.shape
    if len(wshape) == 1:
        if shape and shape[-1] != wshape[0]:
            raise ShapeError(
                f"size mismatch, got input ({list(shape)}), weight ({list(wshape)})",
                "linear-in-features",
                expected=wshape[0],
                actual=shape[-1],
            )
        return make(shape[:-1], input.dtype)
    if len(wshape) != 2:
        raise ShapeError(f"linear(): weight must be 1-D or 2-D, got {len(wshape)}-D", "argument")
    if not shape:
        raise ShapeError(
            "both arguments to linear need to be at least 1D, but they are 0D and 2D", "linear-in-features"
        )
    features = shape[-1]
    if features != wshape[1]:
        rows = math.prod(shape[:-1])
        message = f"mat1 and mat2 shapes cannot be multiplied ({rows}x{features} and {wshape[1]}x{wshape[0]})"
        raise ShapeError(
            message,
            "linear-in-features",
            expected=wshape[1],
            actual=features,
            shape=tuple(shape),
            argument="in_features",
        )
    if input.dtype is not weight.dtype:
        raise ShapeError(
            f"mat1 and mat2 must have the same dtype, but got {_name(input)} and {_name(weight)}",
            "dtype",
            expected=weight.dtype.name,
            actual=input.dtype.name,
        )
    if bias is not None:
        if bias.dtype is not input.dtype:
            raise ShapeError(
                f"self and mat2 must have the same dtype, but got {_name(bias)} and {_name(input)}", "dtype"
            )
        if bias.shape and bias.shape[-1] != wshape[0] and bias.shape[-1] != 1:
            raise ShapeError(
                f"The expanded size of the tensor ({wshape[0]}) must match the existing size ({bias.shape[-1]}) at non-singleton dimension {len(shape) - 1}",
                "broadcast",
            )
    return make((*shape[:-1], wshape[0]), input.dtype)


@linear.cost  # type: ignore[attr-defined, untyped-decorator]
def _linear_macs(output: Tensor, input: Tensor, weight: Tensor, bias: Any = None) -> int:
    return output.numel() * weight.shape[-1]  # type: ignore[no-any-return]


@operation("F.bilinear", "torch.bilinear", kind="linear", unit="features", axis=-1)
def bilinear(input1: Tensor, input2: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """y = x1^T A x2 + b, one matrix A for each output feature.

    Shapes:  input1: (*, in1_features); input2: (*, in2_features); weight: (out_features, in1_features, in2_features)
    Units:   macs = numel(y) * in1_features * in2_features + numel(y) * in2_features
    Errors:  the leading sizes differ; the last sizes are not in1_features and in2_features
    Source:  aten/src/ATen/native/Linear.cpp, bilinear
    """
    if input1.ndim != input2.ndim:
        raise ShapeError(
            f"bilinear(): input dimensions do not match: got {input1.ndim} and {input2.ndim}", "linear-in-features"
        )
    for i in range(input1.ndim - 1):
        if input1.shape[i] != input2.shape[i]:
            raise ShapeError(
                f"bilinear(): input batch dimensions do not match at dim {i}: got {input1.shape[i]} and {input2.shape[i]}",
                "linear-in-features",
            )
    for i, x in ((1, input1), (2, input2)):
        if x.shape[-1] != weight.shape[i]:
            raise ShapeError(
                f"bilinear(): input{i} size does not match weight size: got {x.shape[-1]} but expected {weight.shape[i]}",
                "linear-in-features", expected=weight.shape[i], actual=x.shape[-1], shape=tuple(x.shape), argument=f"in{i}_features",
            )  # fmt: skip
    if bias is not None and bias.shape[0] != weight.shape[0]:
        raise ShapeError(
            f"bilinear(): bias size does not match weight size: got {bias.shape[0]} but expected {weight.shape[0]}",
            "linear-in-features",
        )
    given = {"input1": input1, "input2": input2, "weight": weight}
    if bias is not None:
        given["bias"] = bias
    dtype = weight.dtype
    odd = next((x for x in given.values() if x.dtype is not dtype), None)
    if odd is not None:
        from .products import _c_name

        listed = ", ".join(f"{name}: {_c_name(x)}" for name, x in given.items())
        message = f"All tensors must have the same dtype, got {listed}"
        raise ShapeError(message, "dtype", expected=dtype.name, actual=odd.dtype.name)
    return make((*agreed(input1.shape[:-1], input2.shape[:-1]), weight.shape[0]), dtype)


@bilinear.cost  # type: ignore[attr-defined, untyped-decorator]
def _bilinear_macs(output: Tensor, input1: Tensor, input2: Tensor, weight: Tensor, bias: Any = None) -> int:
    return output.numel() * weight.shape[2] * (weight.shape[1] + 1)  # type: ignore[no-any-return]


def _name(tensor: Tensor) -> str:
    from convcalc.tensor.dtypes import LEGACY_NAMES

    return LEGACY_NAMES[tensor.dtype]
