"""Distance layers."""

from __future__ import annotations

from convcalc.ops import distance as _distance
from convcalc.tensor import Tensor

from .facts import facts
from .module import Module


@facts(kind="distance")
class PairwiseDistance(Module):
    """The norm of x1 - x2 over the last dimension.

    Shapes:  x1, x2: (*, D); y: (*), or (*, 1) with keepdim
    Units:   no params, no macs
    Errors:  the shapes do not broadcast
    Source:  torch.nn.PairwiseDistance
    """

    __constants__ = ["norm", "eps", "keepdim"]

    def __init__(self, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> None:
        super().__init__()
        self.norm = p
        self.eps = eps
        self.keepdim = keepdim

    def forward(self, x1: Tensor, x2: Tensor) -> Tensor:
        return _distance.pairwise_distance(x1, x2, self.norm, self.eps, self.keepdim)


@facts(kind="distance")
class CosineSimilarity(Module):
    """The cosine of the angle between x1 and x2 along `dim`.

    Shapes:  x1, x2: any that broadcast; y: the common shape without `dim`
    Units:   no params, no macs
    Errors:  the shapes do not broadcast; no such dimension
    Source:  torch.nn.CosineSimilarity
    """

    __constants__ = ["dim", "eps"]

    def __init__(self, dim: int = 1, eps: float = 1e-8) -> None:
        super().__init__()
        self.dim = dim
        self.eps = eps

    def forward(self, x1: Tensor, x2: Tensor) -> Tensor:
        return _distance.cosine_similarity(x1, x2, self.dim, self.eps)
