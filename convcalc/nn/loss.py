"""Losses of elements, and the base of all losses: each hands its settings to the function of the same name.

Source: torch/nn/modules/loss.py
"""

from __future__ import annotations

from convcalc.ops import loss as _loss
from convcalc.tensor import ShapeTypeError, Tensor, Unknown

from .facts import facts
from .module import Module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@facts(kind="loss")
class _Loss(Module):
    """How a loss is reduced; two old flags may say it too."""

    def __init__(self, size_average: Any = None, reduce: Any = None, reduction: str = "mean") -> None:
        super().__init__()
        old = size_average is not None or reduce is not None
        self.reduction = _loss.legacy_reduction(size_average, reduce) if old else reduction


class _WeightedLoss(_Loss):
    """A loss with a weight for each class or element, a buffer."""

    def __init__(
        self, weight: Tensor | None = None, size_average: Any = None, reduce: Any = None, reduction: str = "mean"
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.register_buffer("weight", weight)


class L1Loss(_Loss):
    """|x - t|.

    Shapes:  x, t: the same; y: (), or as x with reduction none
    Units:   no params, no macs
    Errors:  x and t do not broadcast
    Source:  torch.nn.L1Loss
    """

    __constants__ = ["reduction"]

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return _loss.l1_loss(input, target, reduction=self.reduction)


class MSELoss(_Loss):
    """(x - t)^2.

    Shapes:  x, t: the same; y: (), or as x with reduction none
    Units:   no params, no macs
    Errors:  x and t do not broadcast
    Source:  torch.nn.MSELoss
    """

    __constants__ = ["reduction"]

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return _loss.mse_loss(input, target, reduction=self.reduction)


class SmoothL1Loss(_Loss):
    """Squares near 0 and lines beyond beta.

    Shapes:  x, t: the same; y: () or as x
    Units:   no params, no macs
    Errors:  beta is negative; x and t do not broadcast; both are of an integer type
    Source:  torch.nn.SmoothL1Loss
    """

    __constants__ = ["reduction"]

    def __init__(
        self, size_average: Any = None, reduce: Any = None, reduction: str = "mean", beta: float = 1.0
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.beta = beta

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return _loss.smooth_l1_loss(input, target, reduction=self.reduction, beta=self.beta)


class HuberLoss(_Loss):
    """Squares near 0 and lines beyond delta.

    Shapes:  x, t: the same; y: () or as x
    Units:   no params, no macs
    Errors:  delta is not above 0; x and t do not broadcast; t cannot be cast to the type of x
    Source:  torch.nn.HuberLoss
    """

    __constants__ = ["reduction", "delta"]

    def __init__(self, reduction: str = "mean", delta: float = 1.0) -> None:
        if not isinstance(delta, (float, int, Unknown)):
            raise ShapeTypeError(f"delta must be a float or int, got: {type(delta)}")
        super().__init__(reduction=reduction)
        self.delta = delta

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return _loss.huber_loss(input, target, reduction=self.reduction, delta=self.delta)


class KLDivLoss(_Loss):
    """The divergence of distributions.

    Shapes:  x, t: the same; y: () or as x
    Units:   no params, no macs
    Errors:  x and t do not broadcast; an integer or complex type
    Source:  torch.nn.KLDivLoss
    """

    __constants__ = ["reduction"]

    def __init__(
        self, size_average: Any = None, reduce: Any = None, reduction: str = "mean", log_target: bool = False
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.log_target = log_target

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return _loss.kl_div(input, target, reduction=self.reduction, log_target=self.log_target)


class PoissonNLLLoss(_Loss):
    """The likelihood of counts.

    Shapes:  x, t: the same; y: () or as x
    Units:   no params, no macs
    Errors:  x and t do not broadcast
    Source:  torch.nn.PoissonNLLLoss
    """

    __constants__ = ["log_input", "full", "eps", "reduction"]

    def __init__(
        self,
        log_input: bool = True,
        full: bool = False,
        size_average: Any = None,
        eps: float = 1e-8,
        reduce: Any = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.log_input = log_input
        self.full = full
        self.eps = eps

    def forward(self, log_input: Tensor, target: Tensor) -> Tensor:
        return _loss.poisson_nll_loss(
            log_input, target, log_input=self.log_input, full=self.full, eps=self.eps, reduction=self.reduction
        )


class GaussianNLLLoss(_Loss):
    """The likelihood of normal distributions.

    Shapes:  x, t: the same; var: as x, or with a size 1; y: () or as x
    Units:   no params, no macs
    Errors:  var is of another size; x and t do not broadcast
    Source:  torch.nn.GaussianNLLLoss
    """

    __constants__ = ["full", "eps", "reduction"]

    def __init__(self, *, full: bool = False, eps: float = 1e-6, reduction: str = "mean") -> None:
        super().__init__(None, None, reduction)
        self.full = full
        self.eps = eps

    def forward(self, input: Tensor, target: Tensor, var: Tensor | float) -> Tensor:
        return _loss.gaussian_nll_loss(input, target, var, full=self.full, eps=self.eps, reduction=self.reduction)
