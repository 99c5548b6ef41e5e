"""Losses that ask for a margin.

Source: torch/nn/modules/loss.py
"""

from __future__ import annotations

from convcalc.ops import margin_loss as _margin
from convcalc.tensor import ShapeValueError, Tensor

from .distance import PairwiseDistance
from .loss import _Loss, _WeightedLoss

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class HingeEmbeddingLoss(_Loss):
    """Distances, small where t = 1.

    Shapes:  x, t: the same; y: () or as x
    Units:   no params, no macs
    Errors:  x and t do not broadcast
    Source:  torch.nn.HingeEmbeddingLoss
    """

    __constants__ = ["margin", "reduction"]

    def __init__(
        self, margin: float = 1.0, size_average: Any = None, reduce: Any = None, reduction: str = "mean"
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.margin = margin

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return _margin.hinge_embedding_loss(input, target, margin=self.margin, reduction=self.reduction)


class SoftMarginLoss(_Loss):
    """log(1 + exp(-t * x)).

    Shapes:  x, t: the same; y: () or as x
    Units:   no params, no macs
    Errors:  t does not broadcast to x; x is not floating-point
    Source:  torch.nn.SoftMarginLoss
    """

    __constants__ = ["reduction"]

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return _margin.soft_margin_loss(input, target, reduction=self.reduction)


class MultiLabelMarginLoss(_Loss):
    """Margins between classes.

    Shapes:  x: (C,) or (N, C); t: the same, int64; y: () or (N,)
    Units:   no params, no macs
    Errors:  t is of another size or not int64; x is not float32 or float64
    Source:  torch.nn.MultiLabelMarginLoss
    """

    __constants__ = ["reduction"]

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return _margin.multilabel_margin_loss(input, target, reduction=self.reduction)


class MultiLabelSoftMarginLoss(_WeightedLoss):
    """Cross entropy of many labels.

    Shapes:  x, t: (N, C); y: () or (N,)
    Units:   no params, no macs
    Errors:  sizes do not broadcast
    Source:  torch.nn.MultiLabelSoftMarginLoss
    """

    __constants__ = ["reduction"]

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return _margin.multilabel_soft_margin_loss(input, target, weight=self.weight, reduction=self.reduction)


class MultiMarginLoss(_WeightedLoss):
    """A margin to the other classes.

    Shapes:  x: (C,) or (N, C); t: () or (N,), int64; y: () or (N,)
    Units:   no params, no macs
    Errors:  p is neither 1 nor 2; t is not (N,) or not int64; the weight is not (C,)
    Source:  torch.nn.MultiMarginLoss
    """

    __constants__ = ["p", "margin", "reduction"]

    def __init__(
        self,
        p: int = 1,
        margin: float = 1.0,
        weight: Tensor | None = None,
        size_average: Any = None,
        reduce: Any = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(weight, size_average, reduce, reduction)
        if p != 1 and p != 2:
            raise ShapeValueError("only p == 1 and p == 2 supported")
        if weight is not None and weight.dim() != 1:
            raise ShapeValueError(
                f"MultiMarginLoss: expected weight to be None or 1D tensor, got {weight.dim()}D instead", "loss-shapes"
            )
        self.p = p
        self.margin = margin

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return _margin.multi_margin_loss(
            input, target, p=self.p, margin=self.margin, weight=self.weight, reduction=self.reduction
        )


class CosineEmbeddingLoss(_Loss):
    """Similar vectors where t = 1.

    Shapes:  x1, x2: (N, D) or (D,); t: (N,) or (); y: () or (N,)
    Units:   no params, no macs
    Errors:  sizes do not fit; t has other dimensions than x1 without its last
    Source:  torch.nn.CosineEmbeddingLoss
    """

    __constants__ = ["margin", "reduction"]

    def __init__(
        self, margin: float = 0.0, size_average: Any = None, reduce: Any = None, reduction: str = "mean"
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.margin = margin

    def forward(self, input1: Tensor, input2: Tensor, target: Tensor) -> Tensor:
        return _margin.cosine_embedding_loss(input1, input2, target, margin=self.margin, reduction=self.reduction)


class MarginRankingLoss(_Loss):
    """Ranks.

    Shapes:  x1, x2, t: the same; y: () or as x1
    Units:   no params, no macs
    Errors:  x1, x2 and t have different numbers of dimensions, or do not broadcast
    Source:  torch.nn.MarginRankingLoss
    """

    __constants__ = ["margin", "reduction"]

    def __init__(
        self, margin: float = 0.0, size_average: Any = None, reduce: Any = None, reduction: str = "mean"
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.margin = margin

    def forward(self, input1: Tensor, input2: Tensor, target: Tensor) -> Tensor:
        return _margin.margin_ranking_loss(input1, input2, target, margin=self.margin, reduction=self.reduction)


class TripletMarginLoss(_Loss):
    """Nearer to the positive than to the negative.

    Shapes:  three of (*, D); y: () or (*)
    Units:   no params, no macs
    Errors:  margin is not above 0; the numbers of dimensions differ, or the sizes do not broadcast
    Source:  torch.nn.TripletMarginLoss
    """

    __constants__ = ["margin", "p", "eps", "swap", "reduction"]

    def __init__(
        self,
        margin: float = 1.0,
        p: float = 2.0,
        eps: float = 1e-6,
        swap: bool = False,
        size_average: Any = None,
        reduce: Any = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        if margin <= 0:
            raise ShapeValueError(f"TripletMarginLoss: expected margin to be greater than 0, got {margin} instead")
        self.margin = margin
        self.p = p
        self.eps = eps
        self.swap = swap

    def forward(self, anchor: Tensor, positive: Tensor, negative: Tensor) -> Tensor:
        return _margin.triplet_margin_loss(
            anchor,
            positive,
            negative,
            margin=self.margin,
            p=self.p,
            eps=self.eps,
            swap=self.swap,
            reduction=self.reduction,
        )


class TripletMarginWithDistanceLoss(_Loss):
    """`TripletMarginLoss` with a distance of the user's own.

    Shapes:  anchor, positive, negative: as the distance takes them; y: () or as the distance
    Units:   no params, no macs
    Errors:  margin is not above 0; the sizes do not broadcast
    Source:  torch.nn.TripletMarginWithDistanceLoss
    """

    __constants__ = ["margin", "swap", "reduction"]

    def __init__(
        self,
        *,
        distance_function: Callable[[Tensor, Tensor], Tensor] | None = None,
        margin: float = 1.0,
        swap: bool = False,
        reduction: str = "mean",
    ) -> None:
        super().__init__(size_average=None, reduce=None, reduction=reduction)
        if margin <= 0:
            raise ShapeValueError(
                f"TripletMarginWithDistanceLoss: expected margin to be greater than 0, got {margin} instead"
            )
        self.distance_function = PairwiseDistance() if distance_function is None else distance_function
        self.margin = margin
        self.swap = swap

    def forward(self, anchor: Tensor, positive: Tensor, negative: Tensor) -> Tensor:
        return _margin.triplet_margin_with_distance_loss(
            anchor,
            positive,
            negative,
            distance_function=self.distance_function,
            margin=self.margin,
            swap=self.swap,
            reduction=self.reduction,
        )
