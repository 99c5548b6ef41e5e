"""Activation layers: the shape stays, but for GLU, which halves a dimension.

Source: torch/nn/modules/activation.py
"""

from __future__ import annotations

from convcalc.ops import activation as _activation
from convcalc.ops import softmax as _softmax
from convcalc.tensor import Parameter, ShapeAssertionError, ShapeValueError, Tensor, dtype_of, make
from convcalc.tensor.tensor import check_sizes

from .constructors import own_constructor
from .facts import facts
from .module import Module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@own_constructor
@facts(kind="activation")
class _InPlace(Module):
    """A layer whose only setting is whether it writes into its input."""

    __constants__ = ["inplace"]

    @staticmethod
    def _constructor() -> Any:
        def __init__(self: Any, inplace: bool = False) -> None:
            super().__init__()
            self.inplace = inplace

        return __init__

    def extra_repr(self) -> str:
        return "inplace=True" if self.inplace else ""


def _and_inplace(module: Any) -> str:
    return ", inplace=True" if module.inplace else ""


@own_constructor
class ReLU(_InPlace):
    """y = max(0, x).

    Shapes:  x: any but bool and complex; y: the same
    Units:   no params, no macs
    Errors:  x is bool or complex
    Source:  torch.nn.ReLU
    """

    def forward(self, input: Tensor) -> Tensor:
        return _activation.relu(input, self.inplace)


@own_constructor
class SiLU(_InPlace):
    """y = x * sigmoid(x).

    Shapes:  x: any, floating-point; y: the same
    Units:   no params, no macs
    Errors:  x is not floating-point or complex
    Source:  torch.nn.SiLU
    """

    def forward(self, input: Tensor) -> Tensor:
        return _activation.silu(input, self.inplace)


@own_constructor
class Mish(_InPlace):
    """y = x * tanh(softplus(x)).

    Shapes:  x: any, floating-point; y: the same
    Units:   no params, no macs
    Errors:  x is not floating-point
    Source:  torch.nn.Mish
    """

    def forward(self, input: Tensor) -> Tensor:
        return _activation.mish(input, self.inplace)


@own_constructor
class SELU(_InPlace):
    """A scaled exponential unit.

    Shapes:  x: any, floating-point; y: the same
    Units:   no params, no macs
    Errors:  x is not floating-point
    Source:  torch.nn.SELU
    """

    def forward(self, input: Tensor) -> Tensor:
        return _activation.selu(input, self.inplace)


@own_constructor
class Hardsigmoid(_InPlace):
    """A sigmoid of straight lines.

    Shapes:  x: any, floating-point; y: the same
    Units:   no params, no macs
    Errors:  x is not floating-point
    Source:  torch.nn.Hardsigmoid
    """

    def forward(self, input: Tensor) -> Tensor:
        return _activation.hardsigmoid(input, self.inplace)

    def extra_repr(self) -> str:
        return ""


@own_constructor
class Hardswish(_InPlace):
    """y = x * hardsigmoid(x).

    Shapes:  x: any, floating-point; y: the same
    Units:   no params, no macs
    Errors:  x is not floating-point
    Source:  torch.nn.Hardswish
    """

    def forward(self, input: Tensor) -> Tensor:
        return _activation.hardswish(input, self.inplace)

    def extra_repr(self) -> str:
        return ""


@facts(kind="activation")
class Threshold(Module):
    """x where it is above a threshold, else a value.

    Shapes:  x: any; y: the same
    Units:   no params, no macs
    Errors:  x is bool or complex; threshold or value is outside the range of an integer x
    Source:  torch.nn.Threshold
    """

    __constants__ = ["threshold", "value", "inplace"]

    def __init__(self, threshold: float, value: float, inplace: bool = False) -> None:
        super().__init__()
        self.threshold = threshold
        self.value = value
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        return _activation.threshold(input, self.threshold, self.value, self.inplace)

    def extra_repr(self) -> str:
        return f"threshold={self.threshold}, value={self.value}{_and_inplace(self)}"


@facts(kind="activation")
class RReLU(Module):
    """A leaky unit of random slope.

    Shapes:  x: any, floating-point; y: the same; lower <= upper
    Units:   no params, no macs
    Errors:  lower is above upper; x is not floating-point
    Source:  torch.nn.RReLU
    """

    __constants__ = ["lower", "upper", "inplace"]

    def __init__(self, lower: float = 1.0 / 8, upper: float = 1.0 / 3, inplace: bool = False) -> None:
        super().__init__()
        self.lower = lower
        self.upper = upper
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        return _activation.rrelu(input, self.lower, self.upper, self.training, self.inplace)

    def extra_repr(self) -> str:
        return f"lower={self.lower}, upper={self.upper}{_and_inplace(self)}"


@facts(kind="activation")
class Hardtanh(Module):
    """x held between two limits.

    Shapes:  x: any but bool and complex; y: the same
    Units:   no params, no macs
    Errors:  max_val is not above min_val; x is bool or complex; an unsigned x with a negative limit
    Source:  torch.nn.Hardtanh
    """

    __constants__ = ["min_val", "max_val", "inplace"]

    def __init__(
        self,
        min_val: float = -1.0,
        max_val: float = 1.0,
        inplace: bool = False,
        min_value: float | None = None,
        max_value: float | None = None,
    ) -> None:
        super().__init__()
        self.min_val = min_val if min_value is None else min_value  # min_value and max_value are the old names
        self.max_val = max_val if max_value is None else max_value
        self.inplace = inplace
        if self.max_val <= self.min_val:
            raise ShapeAssertionError(f"max_val ({self.max_val}) must be greater than min_val ({self.min_val})")

    def forward(self, input: Tensor) -> Tensor:
        return _activation.hardtanh(input, self.min_val, self.max_val, self.inplace)

    def extra_repr(self) -> str:
        return f"min_val={self.min_val}, max_val={self.max_val}{_and_inplace(self)}"


class ReLU6(Hardtanh):
    """y = min(max(0, x), 6).

    Shapes:  x: any but bool and complex; y: the same
    Units:   no params, no macs
    Errors:  x is bool or complex
    Source:  torch.nn.ReLU6
    """

    def __init__(self, inplace: bool = False) -> None:
        super().__init__(0.0, 6.0, inplace)

    def extra_repr(self) -> str:
        return "inplace=True" if self.inplace else ""


@facts(kind="activation")
class ELU(Module):
    """x above 0, alpha * (exp(x) - 1) below.

    Shapes:  x: any, floating-point; y: the same
    Units:   no params, no macs
    Errors:  x is not floating-point
    Source:  torch.nn.ELU
    """

    __constants__ = ["alpha", "inplace"]

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        super().__init__()
        self.alpha = alpha
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        return _activation.elu(input, self.alpha, self.inplace)

    def extra_repr(self) -> str:
        return f"alpha={self.alpha}{_and_inplace(self)}"


@facts(kind="activation")
class CELU(Module):
    """x above 0, alpha * (exp(x / alpha) - 1) below.

    Shapes:  x: any, floating-point; y: the same
    Units:   no params, no macs
    Errors:  alpha is 0; x is not floating-point
    Source:  torch.nn.CELU
    """

    __constants__ = ["alpha", "inplace"]

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        super().__init__()
        self.alpha = alpha
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        return _activation.celu(input, self.alpha, self.inplace)

    def extra_repr(self) -> str:
        return f"alpha={self.alpha}{_and_inplace(self)}"


@facts(kind="activation")
class LeakyReLU(Module):
    """x above 0, negative_slope * x below.

    Shapes:  x: any, floating-point; y: the same
    Units:   no params, no macs
    Errors:  x is not floating-point
    Source:  torch.nn.LeakyReLU
    """

    __constants__ = ["inplace", "negative_slope"]

    def __init__(self, negative_slope: float = 0.01, inplace: bool = False) -> None:
        super().__init__()
        self.negative_slope = negative_slope
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        return _activation.leaky_relu(input, self.negative_slope, self.inplace)

    def extra_repr(self) -> str:
        return f"negative_slope={self.negative_slope}{_and_inplace(self)}"


@facts(kind="activation")
class Sigmoid(Module):
    """y = 1 / (1 + exp(-x)).

    Shapes:  x: any; y: the same, floating-point
    Units:   no params, no macs
    Source:  torch.nn.Sigmoid
    """

    def forward(self, input: Tensor) -> Tensor:
        return _activation.sigmoid(input)


@facts(kind="activation")
class Tanh(Module):
    """y = tanh(x).

    Shapes:  x: any; y: the same, floating-point
    Units:   no params, no macs
    Source:  torch.nn.Tanh
    """

    def forward(self, input: Tensor) -> Tensor:
        return _activation.tanh(input)


@facts(kind="activation")
class LogSigmoid(Module):
    """y = log(sigmoid(x)).

    Shapes:  x: any, floating-point; y: the same
    Units:   no params, no macs
    Errors:  x is not floating-point
    Source:  torch.nn.LogSigmoid
    """

    def forward(self, input: Tensor) -> Tensor:
        return _activation.logsigmoid(input)


@facts(kind="activation")
class Softsign(Module):
    """y = x / (1 + |x|).

    Shapes:  x: any; y: the same, floating-point
    Units:   no params, no macs
    Errors:  x is bool
    Source:  torch.nn.Softsign
    """

    def forward(self, input: Tensor) -> Tensor:
        return _activation.softsign(input)


@facts(kind="activation")
class Tanhshrink(Module):
    """y = x - tanh(x).

    Shapes:  x: any; y: the same, floating-point
    Units:   no params, no macs
    Errors:  x is bool
    Source:  torch.nn.Tanhshrink
    """

    def forward(self, input: Tensor) -> Tensor:
        return _activation.tanhshrink(input)


@facts(kind="activation")
class GELU(Module):
    """y = x * P(normal < x).

    Shapes:  x: any, floating-point; y: the same; approximate is none or tanh
    Units:   no params, no macs
    Errors:  approximate is neither none nor tanh; x is not floating-point
    Source:  torch.nn.GELU
    """

    __constants__ = ["approximate"]

    def __init__(self, approximate: str = "none") -> None:
        super().__init__()
        self.approximate = approximate

    def forward(self, input: Tensor) -> Tensor:
        return _activation.gelu(input, approximate=self.approximate)

    def extra_repr(self) -> str:
        return f"approximate={self.approximate!r}"


@facts(kind="activation")
class Softplus(Module):
    """y = log(1 + exp(beta * x)) / beta.

    Shapes:  x: any, floating-point; y: the same
    Units:   no params, no macs
    Errors:  x is not floating-point
    Source:  torch.nn.Softplus
    """

    __constants__ = ["beta", "threshold"]

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        super().__init__()
        self.beta = beta
        self.threshold = threshold

    def forward(self, input: Tensor) -> Tensor:
        return _activation.softplus(input, self.beta, self.threshold)

    def extra_repr(self) -> str:
        return f"beta={self.beta}, threshold={self.threshold}"


@facts(kind="activation")
class Hardshrink(Module):
    """0 where |x| <= lambd, else x.

    Shapes:  x: any, floating-point; y: the same
    Units:   no params, no macs
    Errors:  x is not floating-point
    Source:  torch.nn.Hardshrink
    """

    __constants__ = ["lambd"]

    def __init__(self, lambd: float = 0.5) -> None:
        super().__init__()
        self.lambd = lambd

    def forward(self, input: Tensor) -> Tensor:
        return _activation.hardshrink(input, self.lambd)

    def extra_repr(self) -> str:
        return f"{self.lambd}"


@facts(kind="activation")
class Softshrink(Module):
    """x moved towards 0 by lambd.

    Shapes:  x: any, floating-point; y: the same; lambd >= 0
    Units:   no params, no macs
    Errors:  lambd is negative; x is not floating-point
    Source:  torch.nn.Softshrink
    """

    __constants__ = ["lambd"]

    def __init__(self, lambd: float = 0.5) -> None:
        super().__init__()
        self.lambd = lambd

    def forward(self, input: Tensor) -> Tensor:
        return _activation.softshrink(input, self.lambd)

    def extra_repr(self) -> str:
        return f"{self.lambd}"


@facts(kind="activation")
class GLU(Module):
    """One half of a dimension gated by the other.

    Shapes:  x: (*, 2n, *); y: (*, n, *)
    Units:   no params, no macs
    Errors:  the size along `dim` is odd
    Source:  torch.nn.GLU
    """

    __constants__ = ["dim"]

    def __init__(self, dim: int = -1) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, input: Tensor) -> Tensor:
        return _activation.glu(input, self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


@facts(kind="activation")
class PReLU(Module):
    """x above 0, a learned slope times x below, one for all or one for each channel.

    Shapes:  x: (*) or (N, C, *); y: the same
    Units:   params = num_parameters
    Errors:  num_parameters is neither 1 nor C
    Source:  torch.nn.PReLU
    """

    __constants__ = ["num_parameters"]

    def __init__(self, num_parameters: int = 1, init: float = 0.25, device: Any = None, dtype: Any = None) -> None:
        super().__init__()
        self.num_parameters = num_parameters
        self.init = init
        self.weight = Parameter(make(check_sizes((num_parameters,), "empty"), dtype_of(dtype)))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Values are not kept: nothing to do."""

    def forward(self, input: Tensor) -> Tensor:
        return _activation.prelu(input, self.weight)

    def extra_repr(self) -> str:
        return f"num_parameters={self.num_parameters}"


@own_constructor
@facts(kind="activation")
class _Along(Module):
    """A layer that looks along a dimension; without one, along the one that old code means."""

    __constants__ = ["dim"]

    @staticmethod
    def _constructor() -> Any:
        def __init__(self: Any, dim: int | None = None) -> None:
            super().__init__()
            self.dim = dim

        return __init__

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


@own_constructor
class Softmax(_Along):
    """Positive numbers that sum to 1 along `dim`.

    Shapes:  x: any, floating-point; y: the same
    Units:   no params, no macs
    Errors:  x has no dimension `dim`; x is not floating-point
    Source:  torch.nn.Softmax
    """

    def forward(self, input: Tensor) -> Tensor:
        return _softmax.softmax(input, self.dim)


@own_constructor
class Softmin(_Along):
    """`Softmax` of -x.

    Shapes:  x: any, floating-point; y: the same
    Units:   no params, no macs
    Errors:  x has no dimension `dim`; x is not floating-point
    Source:  torch.nn.Softmin
    """

    def forward(self, input: Tensor) -> Tensor:
        return _softmax.softmin(input, self.dim)


@own_constructor
class LogSoftmax(_Along):
    """The logarithm of `Softmax`.

    Shapes:  x: any, floating-point; y: the same
    Units:   no params, no macs
    Errors:  x has no dimension `dim`; x is not floating-point
    Source:  torch.nn.LogSoftmax
    """

    def forward(self, input: Tensor) -> Tensor:
        return _softmax.log_softmax(input, self.dim)


@facts(kind="activation", dims=2, ranks=(3, 4), sample=3)
class Softmax2d(Module):
    """`Softmax` over the channels of every place.

    Shapes:  x: (N, C, H, W) or (C, H, W); y: the same
    Units:   no params, no macs
    Errors:  x is not 3-D or 4-D; x is not floating-point
    Source:  torch.nn.Softmax2d
    """

    def forward(self, input: Tensor) -> Tensor:
        if input.dim() not in (3, 4):
            raise ShapeValueError(
                f"Softmax2d: expected input to be 3D or 4D, got {input.dim()}D instead", actual=input.dim()
            )
        return _softmax.softmax(input, -3)
