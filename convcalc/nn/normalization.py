"""Normalisation over the last dimensions, over groups of channels and across channels."""

from __future__ import annotations

from convcalc.ops import normalization as _normalization
from convcalc.ops.results import cannot_cast
from convcalc.tensor import Parameter, ShapeIndexError, ShapeValueError, Tensor, dtype_of, make
from convcalc.tensor.dtypes import FLOATING, default_dtype
from convcalc.tensor.tensor import check_sizes

from .facts import facts
from .module import Module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _sizes(value: Any) -> tuple[int, ...]:
    return check_sizes((value,), "empty")


def _layer_shape(normalized_shape: Any) -> tuple[int, ...]:
    """The shape that a layer normalises over: an int stands for one dimension."""
    return (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)


@facts(kind="normalization", takes="normalized_shape", gives="normalized_shape", axis=-1, unit="as last sizes")
class LayerNorm(Module):
    """Normalise over the last dimensions.

    Shapes:  x: (*, *normalized_shape); y: the same
    Units:   params = 2 * product(normalized_shape)
    Errors:  the last sizes of x are not normalized_shape
    Source:  torch.nn.LayerNorm
    """

    __constants__ = ["normalized_shape", "eps", "elementwise_affine"]

    def __init__(
        self,
        normalized_shape: Any,
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        self.normalized_shape = _layer_shape(normalized_shape)
        self.eps = eps
        self.elementwise_affine = elementwise_affine
        kind = dtype_of(dtype)
        shape = _sizes(self.normalized_shape) if elementwise_affine else ()
        self.register_parameter("weight", Parameter(make(shape, kind)) if elementwise_affine else None)
        self.register_parameter("bias", Parameter(make(shape, kind)) if elementwise_affine and bias else None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Values are not kept: nothing to do."""

    def forward(self, input: Tensor) -> Tensor:
        return _normalization.layer_norm(input, self.normalized_shape, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        return f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}, bias={self.bias is not None}"


@facts(kind="normalization", takes="normalized_shape", gives="normalized_shape", axis=-1, unit="as last sizes")
class RMSNorm(Module):
    """Divide by the root mean square over the last dimensions.

    Shapes:  x: (*, *normalized_shape); y: the same
    Units:   params = product(normalized_shape)
    Errors:  the last sizes of x are not normalized_shape
    Source:  torch.nn.RMSNorm
    """

    __constants__ = ["normalized_shape", "eps", "elementwise_affine"]

    def __init__(
        self,
        normalized_shape: Any,
        eps: float | None = None,
        elementwise_affine: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        self.normalized_shape = _layer_shape(normalized_shape)
        self.eps = eps
        self.elementwise_affine = elementwise_affine
        self.register_parameter(
            "weight", Parameter(make(_sizes(self.normalized_shape), dtype_of(dtype))) if elementwise_affine else None
        )
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Values are not kept: nothing to do."""

    def forward(self, x: Tensor) -> Tensor:
        return _normalization.rms_norm(x, self.normalized_shape, self.weight, self.eps)

    def extra_repr(self) -> str:
        return f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}"


@facts(kind="normalization", takes="num_channels", gives="num_channels", axis=1, unit="channels")
class GroupNorm(Module):
    """Normalise each group of channels of each sample.

    Shapes:  x: (N, C, *); y: the same
    Units:   params = 2 * C
    Errors:  num_groups does not divide num_channels; x does not have num_channels channels
    Source:  torch.nn.GroupNorm
    """

    __constants__ = ["num_groups", "num_channels", "eps", "affine"]

    def __init__(
        self,
        num_groups: int,
        num_channels: int,
        eps: float = 1e-5,
        affine: bool = True,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__()
        if num_channels % num_groups != 0:
            message = f"num_channels ({num_channels}) must be divisible by num_groups ({num_groups})"
            raise ShapeValueError(message, "groups", expected=num_groups, actual=num_channels, argument="num_groups")
        self.num_groups = num_groups
        self.num_channels = num_channels
        self.eps = eps
        self.affine = affine
        kind = dtype_of(dtype)
        shape = _sizes(num_channels) if affine else ()
        self.register_parameter("weight", Parameter(make(shape, kind)) if affine else None)
        self.register_parameter("bias", Parameter(make(shape, kind)) if affine and bias else None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Values are not kept: nothing to do."""

    def forward(self, input: Tensor) -> Tensor:
        return _normalization.group_norm(input, self.num_groups, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        return f"{self.num_groups}, {self.num_channels}, eps={self.eps}, affine={self.affine}, bias={self.bias is not None}"


@facts(kind="normalization")
class _ResponseNorm(Module):
    """The settings of normalisation across neighbouring channels."""

    def extra_repr(self) -> str:
        return f"{self.size}, alpha={self.alpha}, beta={self.beta}, k={self.k}"


class LocalResponseNorm(_ResponseNorm):
    """Divide by a power of the mean square over neighbouring channels.

    Shapes:  x: (N, C, *); y: the same
    Units:   no params, no macs
    Errors:  x has fewer than 3 dimensions
    Source:  torch.nn.LocalResponseNorm
    """

    __constants__ = ["size", "alpha", "beta", "k"]

    def __init__(self, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> None:
        super().__init__()
        self.size, self.alpha, self.beta, self.k = size, alpha, beta, k

    def forward(self, input: Tensor) -> Tensor:
        return _normalization.local_response_norm(input, self.size, self.alpha, self.beta, self.k)


@facts(dims=2, ranks=(4,), sample=3)
class CrossMapLRN2d(_ResponseNorm):
    """`LocalResponseNorm` of images as an autograd function.

    Shapes:  x: (N, C, H, W); y: the same
    Units:   no params, no macs
    Errors:  x is not 4-D
    Source:  torch.nn.CrossMapLRN2d
    """

    def __init__(self, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1) -> None:
        super().__init__()
        self.size, self.alpha, self.beta, self.k = size, alpha, beta, k

    def forward(self, input: Tensor) -> Tensor:
        if input.dim() != 4:
            raise ShapeValueError(
                f"CrossMapLRN2d: Expected input to be 4D, got {input.dim()}D instead.",
                "input-dimensions",
                actual=input.dim(),
            )
        if input.dtype.category < FLOATING:
            raise cannot_cast(default_dtype(), input.dtype)
        if self.size == 0:
            raise ZeroDivisionError("float division by zero")
        if input.shape[1] == 0:
            message = f"select(): index 0 out of range for tensor of size {list(input.shape)} at dimension 1"
            raise ShapeIndexError(message, "norm-channels", actual=0)
        return make(input.shape, input.dtype)
