"""Dropout layers."""

from __future__ import annotations

from convcalc.ops import dropout as _dropout
from convcalc.tensor import ShapeValueError, Tensor

from .facts import facts
from .module import Module


@facts(kind="dropout")
class _DropoutNd(Module):
    """A probability between 0 and 1; the shape stays.

    Source: torch/nn/modules/dropout.py
    """

    __constants__ = ["p", "inplace"]

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        super().__init__()
        if p < 0 or p > 1:
            raise ShapeValueError(f"dropout probability has to be between 0 and 1, but got {p}", "argument", actual=p)
        self.p = p
        self.inplace = inplace

    def extra_repr(self) -> str:
        return f"p={self.p}, inplace={self.inplace}"


class Dropout(_DropoutNd):
    """Zero elements.

    Shapes:  x: any; y: the same
    Units:   no params, no macs
    Errors:  p is not between 0 and 1; in training, x is not floating-point
    Source:  torch.nn.Dropout
    """

    def forward(self, input: Tensor) -> Tensor:
        return _dropout.dropout(input, self.p, self.training, self.inplace)


@facts(dims=1, ranks=(2, 3), sample=2)
class Dropout1d(_DropoutNd):
    """Zero channels.

    Shapes:  x: (N, C, L) or (C, L); y: the same
    Units:   no params, no macs
    Errors:  p is not between 0 and 1; x is not 2-D or 3-D
    Source:  torch.nn.Dropout1d
    """

    def forward(self, input: Tensor) -> Tensor:
        return _dropout.dropout1d(input, self.p, self.training, self.inplace)


@facts(dims=2)
class Dropout2d(_DropoutNd):
    """Zero channels.

    Shapes:  x: (N, C, H, W) or (N, C, L); y: the same
    Units:   no params, no macs
    Errors:  p is not between 0 and 1; in training, x has fewer than 2 dimensions
    Source:  torch.nn.Dropout2d
    """

    def forward(self, input: Tensor) -> Tensor:
        return _dropout.dropout2d(input, self.p, self.training, self.inplace)


@facts(dims=3)
class Dropout3d(_DropoutNd):
    """Zero channels.

    Shapes:  x: (N, C, D, H, W) or (C, D, H, W); y: the same
    Units:   no params, no macs
    Errors:  p is not between 0 and 1; in training, x has no dimension
    Source:  torch.nn.Dropout3d
    """

    def forward(self, input: Tensor) -> Tensor:
        return _dropout.dropout3d(input, self.p, self.training, self.inplace)


class AlphaDropout(_DropoutNd):
    """Dropout that keeps mean and variance.

    Shapes:  x: any; y: the same
    Units:   no params, no macs
    Errors:  p is not between 0 and 1; in training, x is not floating-point
    Source:  torch.nn.AlphaDropout
    """

    def forward(self, input: Tensor) -> Tensor:
        return _dropout.alpha_dropout(input, self.p, self.training)


class FeatureAlphaDropout(_DropoutNd):
    """`AlphaDropout` of whole channels.

    Shapes:  x: (N, C, *); y: the same
    Units:   no params, no macs
    Errors:  p is not between 0 and 1; in training, x has fewer than 2 dimensions
    Source:  torch.nn.FeatureAlphaDropout
    """

    def forward(self, input: Tensor) -> Tensor:
        return _dropout.feature_alpha_dropout(input, self.p, self.training)
