"""Losses of classes.

Source: torch/nn/modules/loss.py
"""

from __future__ import annotations

from convcalc.ops import cross_entropy as _classes
from convcalc.tensor import ShapeError, Tensor, make
from convcalc.tensor.size import differ
from convcalc.trace.recorder import warn

from .facts import facts
from .linear import Linear
from .loss import _Loss, _WeightedLoss

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class NLLLoss(_WeightedLoss):
    """The likelihood of classes.

    Shapes:  x: (C,), (N, C) or (N, C, *), log-probabilities; t: (), (N,) or (N, *); y: () or as t
    Units:   no params, no macs
    Errors:  batch sizes or places differ; t is not int64; the weight is not (C,)
    Source:  torch.nn.NLLLoss
    """

    __constants__ = ["ignore_index", "reduction"]

    def __init__(
        self,
        weight: Tensor | None = None,
        size_average: Any = None,
        ignore_index: int = -100,
        reduce: Any = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(weight, size_average, reduce, reduction)
        self.ignore_index = ignore_index

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return _classes.nll_loss(
            input, target, weight=self.weight, ignore_index=self.ignore_index, reduction=self.reduction
        )


class NLLLoss2d(NLLLoss):
    """`NLLLoss`, by its old name for images."""

    def __init__(
        self,
        weight: Tensor | None = None,
        size_average: Any = None,
        ignore_index: int = -100,
        reduce: Any = None,
        reduction: str = "mean",
    ) -> None:
        warn("NLLLoss2d is the old name of NLLLoss")
        super().__init__(weight, size_average, ignore_index, reduce, reduction)


class CrossEntropyLoss(_WeightedLoss):
    """The likelihood of classes after a softmax.

    Shapes:  x: (C,), (N, C) or (N, C, *); t: class numbers (), (N,) or (N, *), or probabilities as x; y: (), or as t without C
    Units:   no params, no macs
    Errors:  batch sizes or places differ; t is not int64; the weight is not (C,)
    Source:  torch.nn.CrossEntropyLoss
    """

    __constants__ = ["ignore_index", "reduction", "label_smoothing"]

    def __init__(
        self,
        weight: Tensor | None = None,
        size_average: Any = None,
        ignore_index: int = -100,
        reduce: Any = None,
        reduction: str = "mean",
        label_smoothing: float = 0.0,
    ) -> None:
        super().__init__(weight, size_average, reduce, reduction)
        self.ignore_index = ignore_index
        self.label_smoothing = label_smoothing

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return _classes.cross_entropy(
            input,
            target,
            weight=self.weight,
            ignore_index=self.ignore_index,
            reduction=self.reduction,
            label_smoothing=self.label_smoothing,
        )


@facts(takes="in_features", axis=-1, unit="features")
class LinearCrossEntropyLoss(_WeightedLoss):
    """`CrossEntropyLoss` of a linear layer of its own.

    Shapes:  x: (in_features,) or (N, in_features); t: as for cross entropy of (N, num_classes, *out_features)
    Units:   params = in_features * num_classes * product(out_features), and as many biases as columns
    Source:  torch.nn.LinearCrossEntropyLoss
    """

    __constants__ = ["num_classes", "out_features", "reduction", "ignore_index", "label_smoothing"]

    def __init__(
        self,
        in_features: int,
        num_classes: int,
        *,
        out_features: tuple[int, ...] = (),
        bias: bool = False,
        device: Any = None,
        dtype: Any = None,
        reduction: str = "mean",
        weight: Tensor | None = None,
        ignore_index: int | None = None,
        label_smoothing: float = 0.0,
        options: Any = None,
    ) -> None:
        if weight is not None and differ(weight.shape, (num_classes,)):
            raise ShapeError(f"expected weight shape to be {(num_classes,)}, got {tuple(weight.shape)}", "loss-shapes")
        if label_smoothing < 0 or label_smoothing > 1.0:
            raise ShapeError(f"expected label_smoothing to be in range [0, 1], got {label_smoothing}", "argument")
        super().__init__(weight=weight, size_average=None, reduce=None, reduction=reduction)
        self.num_classes = num_classes
        self.out_features = out_features
        self.ignore_index = ignore_index
        self.label_smoothing = label_smoothing
        columns = num_classes
        for extent in out_features:
            columns = columns * extent
        self.linear = Linear(in_features, columns, bias=bias, device=device, dtype=dtype)
        self.options = options

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        linear, lead = self.linear, (self.num_classes, *self.out_features)
        return _classes.linear_cross_entropy(
            input,
            make((*lead, linear.in_features), linear.weight.dtype),
            target,
            linear_bias=None if linear.bias is None else make(lead, linear.bias.dtype),
            weight=self.weight,
            reduction=self.reduction,
            ignore_index=self.ignore_index,
            label_smoothing=self.label_smoothing,
            options=self.options,
        )

    def extra_repr(self) -> str:
        return (
            f"in_features={self.linear.in_features}, num_classes={self.num_classes}, out_features={self.out_features}, "
            f"bias={self.linear.bias is not None}, reduction={self.reduction}, ignore_index={self.ignore_index}, "
            f"label_smoothing={self.label_smoothing}, options={self.options}"
        )


class BCELoss(_WeightedLoss):
    """Cross entropy of probabilities.

    Shapes:  x, t: the same; y: () or as x
    Units:   no params, no macs
    Errors:  sizes or types differ; the weight does not broadcast
    Source:  torch.nn.BCELoss
    """

    __constants__ = ["reduction"]

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return _classes.binary_cross_entropy(input, target, weight=self.weight, reduction=self.reduction)


class BCEWithLogitsLoss(_Loss):
    """Cross entropy after a sigmoid.

    Shapes:  x, t: the same; y: () or as x
    Units:   no params, no macs
    Errors:  sizes differ; t is of an integer type; a weight does not broadcast
    Source:  torch.nn.BCEWithLogitsLoss
    """

    def __init__(
        self,
        weight: Tensor | None = None,
        size_average: Any = None,
        reduce: Any = None,
        reduction: str = "mean",
        pos_weight: Tensor | None = None,
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.register_buffer("weight", weight)
        self.register_buffer("pos_weight", pos_weight)

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return _classes.binary_cross_entropy_with_logits(
            input, target, self.weight, pos_weight=self.pos_weight, reduction=self.reduction
        )


class CTCLoss(_Loss):
    """The likelihood of label sequences.

    Shapes:  log_probs: (T, N, C) or (T, C); targets: (N, S) or all in a row; y: () or (N,)
    Units:   no params, no macs
    Errors:  lengths are not one a sequence or reach beyond T; blank is no class; log_probs is not float32 or float64
    Source:  torch.nn.CTCLoss
    """

    __constants__ = ["blank", "reduction"]

    def __init__(self, blank: int = 0, reduction: str = "mean", zero_infinity: bool = False) -> None:
        super().__init__(reduction=reduction)
        self.blank = blank
        self.zero_infinity = zero_infinity

    def forward(self, log_probs: Tensor, targets: Tensor, input_lengths: Tensor, target_lengths: Tensor) -> Tensor:
        from convcalc.ops.sequence_loss import ctc_loss

        return ctc_loss(
            log_probs, targets, input_lengths, target_lengths, self.blank, self.reduction, self.zero_infinity
        )
