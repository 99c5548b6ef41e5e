"""A softmax over many classes, split by how often they occur."""

from __future__ import annotations

from collections import namedtuple

from convcalc.ops.registry import Operation
from convcalc.ops.results import not_implemented
from convcalc.tensor import ShapeError, ShapeValueError, Tensor, make
from convcalc.tensor.dtypes import COMPLEX, int32, int64
from convcalc.tensor.unknown import lacks

from .container import ModuleList, Sequential
from .facts import facts
from .linear import Linear
from .module import Module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

_ASMoutput = namedtuple("_ASMoutput", ["output", "loss"])


def _likelihood(head: Tensor, target: Tensor) -> Tensor:
    """Which tails run, and on how many rows, depends on the targets: their cost is not known."""
    if target.dtype.category == COMPLEX:
        raise not_implemented("ge_cpu", target.dtype)
    if target.dtype is not int64 and target.dtype is not int32:
        raise ShapeError("gather(): Expected dtype int32/int64 for index", "loss-shapes", actual=target.dtype.name)
    return make(target.shape, head.dtype)


_log_likelihood = Operation("adaptive_log_softmax", _likelihood, (), None).labelled("F.log_softmax")


@facts(kind="loss", takes="in_features", axis=-1, unit="features", ranks=(1, 2), sample=1)
class AdaptiveLogSoftmaxWithLoss(Module):
    """A head for the frequent classes and a smaller tail for each cluster of rare ones.

    Shapes:  x: (N, in_features) or (in_features,); t: (N,) or (); output: (N,) or (); loss: ()
    Units:   params = in_features * head + for each tail in_features * h + h * classes, h = in_features // div_value^i
    Errors:  cutoffs do not rise from 1 to n_classes - 1; batch sizes differ
    Source:  torch.nn.AdaptiveLogSoftmaxWithLoss; Grave et al., Efficient softmax approximation for GPUs, 2017
    """

    def __init__(
        self,
        in_features: int,
        n_classes: int,
        cutoffs: Sequence[int],
        div_value: float = 4.0,
        head_bias: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        cutoffs = list(cutoffs)
        if len(cutoffs) == 0:
            raise ShapeValueError("cutoffs should be a sequence of length larger than 0")
        rising = cutoffs == sorted(set(cutoffs)) and all(int(c) == c for c in cutoffs)
        if not rising or cutoffs[0] <= 0 or cutoffs[-1] > n_classes - 1:
            raise ShapeValueError(
                "cutoffs should be a sequence of unique, positive integers sorted in an increasing order, where each value is between 1 and n_classes-1"
            )
        self.in_features = in_features
        self.n_classes = n_classes
        self.cutoffs = [*cutoffs, n_classes]
        self.div_value = div_value
        self.head_bias = head_bias
        self.shortlist_size = self.cutoffs[0]
        self.n_clusters = len(self.cutoffs) - 1
        self.head_size = self.shortlist_size + self.n_clusters
        self.head = Linear(in_features, self.head_size, bias=head_bias, device=device, dtype=dtype)
        self.tail = ModuleList()
        for i in range(self.n_clusters):
            width = int(in_features // (div_value ** (i + 1)))
            classes = self.cutoffs[i + 1] - self.cutoffs[i]
            first = Linear(in_features, width, bias=False, device=device, dtype=dtype)
            self.tail.append(Sequential(first, Linear(width, classes, bias=False, device=device, dtype=dtype)))

    def reset_parameters(self) -> None:
        """Values are not kept: nothing to do."""

    def forward(self, input_: Tensor, target_: Tensor) -> Any:
        dims = target_.dim()
        if dims > 1:
            raise ShapeError(
                "0D or 1D target tensor expected, multi-target not supported",
                "loss-shapes",
                actual=tuple(target_.shape),
            )
        if dims == 1 and input_.size(0) != target_.size(0):
            raise ShapeError(
                "Input and target should have the same size in the batch dimension.",
                "loss-shapes",
                expected=input_.size(0),
                actual=target_.size(0),
            )
        if input_.dim() != dims + 1:
            raise ShapeError(
                f"{dims}D target tensor expects {dims + 1}D input tensors, but found inputs with size {input_.size()}",
                "loss-shapes",
            )
        head = self.head(input_ if dims else make((1, *input_.shape), input_.dtype))
        output = _log_likelihood(head, target_)
        return _ASMoutput(output, make((), output.dtype))

    def log_prob(self, input: Tensor) -> Tensor:
        """The logarithm of every class's probability: (N, n_classes)."""
        head = self.head(input)
        for tail in self.tail:
            tail(input)
        return make((head.shape[0], self.n_classes), head.dtype)

    def predict(self, input: Tensor) -> Tensor:
        """The likeliest class of each sample: (N,)."""
        head = self.head(input)
        return make((head.shape[0],), int64)


lacks(AdaptiveLogSoftmaxWithLoss, "nn.AdaptiveLogSoftmaxWithLoss", "_get_full_log_prob")
