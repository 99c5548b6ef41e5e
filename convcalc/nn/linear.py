"""Affine layers."""

from __future__ import annotations

from convcalc.ops import linear as _linear
from convcalc.tensor import Parameter, ShapeValueError, Tensor, UninitializedParameter, dtype_of, make
from convcalc.tensor.tensor import check_sizes

from .facts import facts
from .lazy import LazyModuleMixin
from .module import Module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@facts(kind="identity")
class Identity(Module):
    """Returns its input; takes and ignores any arguments.

    Shapes:  x: any; y: the same
    Units:   no params, no macs
    Source:  torch.nn.Identity
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()

    def forward(self, input: Tensor) -> Tensor:
        return input


@facts(kind="linear", takes="in_features", gives="out_features", axis=-1, unit="features", sample=1)
class Linear(Module):
    """y = x W^T + b over the last dimension.

    Shapes:  x: (*, in_features); y: (*, out_features)
    Units:   params = in_features * out_features + out_features; macs = numel(y) * in_features
    Errors:  the last size of x is not in_features; x is not of the layer's dtype
    Source:  torch.nn.Linear
    """

    __constants__ = ["in_features", "out_features"]

    def __init__(
        self, in_features: int, out_features: int, bias: bool = True, device: Any = None, dtype: Any = None
    ) -> None:
        super().__init__()
        self.in_features = in_features
        self.out_features = out_features
        self.weight = Parameter(make(check_sizes((out_features, in_features), "empty"), dtype_of(dtype)))
        if bias:
            self.bias = Parameter(make((out_features,), dtype_of(dtype)))
        else:
            self.register_parameter("bias", None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Values are not kept: nothing to do; here because subclasses override and call it."""

    def forward(self, input: Tensor) -> Tensor:
        return _linear.linear(input, self.weight, self.bias)

    def extra_repr(self) -> str:
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


class NonDynamicallyQuantizableLinear(Linear):
    """`Linear`, as MultiheadAttention's output projection has it."""


@facts(kind="linear", takes=("in1_features", "in2_features"), gives="out_features", axis=-1, unit="features", sample=1)
class Bilinear(Module):
    """y = x1^T A x2 + b.

    Shapes:  x1: (*, in1_features); x2: (*, in2_features); y: (*, out_features)
    Units:   params = out_features * in1_features * in2_features + out_features
    Errors:  the last sizes are not in1_features and in2_features; the leading sizes differ
    Source:  torch.nn.Bilinear
    """

    __constants__ = ["in1_features", "in2_features", "out_features"]

    def __init__(
        self,
        in1_features: int,
        in2_features: int,
        out_features: int,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        if in1_features == 0:
            raise ShapeValueError(f"in1_features must be > 0, but got (in1_features={in1_features})")
        self.in1_features = in1_features
        self.in2_features = in2_features
        self.out_features = out_features
        self.weight = Parameter(make(check_sizes((out_features, in1_features, in2_features), "empty"), dtype_of(dtype)))
        if bias:
            self.bias = Parameter(make((out_features,), dtype_of(dtype)))
        else:
            self.register_parameter("bias", None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Values are not kept: nothing to do."""

    def forward(self, input1: Tensor, input2: Tensor) -> Tensor:
        return _linear.bilinear(input1, input2, self.weight, self.bias)

    def extra_repr(self) -> str:
        return f"in1_features={self.in1_features}, in2_features={self.in2_features}, out_features={self.out_features}, bias={self.bias is not None}"


class LazyLinear(LazyModuleMixin, Linear):
    """`Linear` that takes in_features from its first input.

    Shapes:  x: (*, any); y: (*, out_features)
    Source:  torch.nn.LazyLinear
    """

    cls_to_become = Linear

    def __init__(self, out_features: int, bias: bool = True, device: Any = None, dtype: Any = None) -> None:
        super().__init__(0, 0, False, device, dtype)
        self.out_features = out_features
        self.weight = UninitializedParameter(dtype=dtype)
        if bias:
            self.bias = UninitializedParameter(dtype=dtype)

    def initialize_parameters(self, input: Tensor) -> None:
        if isinstance(self.weight, UninitializedParameter):
            self.in_features = input.shape[-1]
            shape = check_sizes((self.out_features, self.in_features), "empty")
            self.weight.materialize(shape, dtype=self.weight.dtype)
            if isinstance(self.bias, UninitializedParameter):
                self.bias.materialize((self.out_features,), dtype=self.bias.dtype)
