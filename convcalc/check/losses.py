"""The calls of losses in a run, with what the rules about them ask: what they are given, and where that comes from."""

from __future__ import annotations

from convcalc.nn.module import is_layer
from convcalc.tensor import Tensor
from convcalc.trace import tensors

from .diagnostic import Diagnostic
from .provenance import history, plain_shape, provenance
from .span import span_of_call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from convcalc.source.program import Program
    from convcalc.trace import Call

# Operations that keep the numbers: what is before them is what a loss gets.
KEEPS = frozenset(
    "view reshape flatten squeeze unsqueeze contiguous transpose permute to type_as type float double half long clone view_as reshape_as cpu cuda".split()
)
MEAN, OF_CLASSES, OF_PROBABILITIES = "mean", "classes", "probabilities"  # what a loss compares
KINDS = {
    **dict.fromkeys(("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss"), MEAN),
    **dict.fromkeys(("cross_entropy", "nll_loss"), OF_CLASSES),
    **dict.fromkeys(("binary_cross_entropy", "binary_cross_entropy_with_logits"), OF_PROBABILITIES),
}


class LossCall:
    """A loss that ran: the operation's name, predictions and targets."""

    __slots__ = ("call", "kind", "name", "predictions", "program", "targets")

    def __init__(self, program: Program, call: Call, name: str, predictions: Tensor, targets: Tensor) -> None:
        self.program = program
        self.call = call
        self.name = name
        self.kind = KINDS[name]
        self.predictions = predictions
        self.targets = targets

    @property
    def title(self) -> str:
        """The loss as its user knows it: the layer's class, or the function."""
        return type(self.call.owner).__name__ if is_layer(self.call.owner) else self.call.type

    def warning(self, rule: str, message: str) -> Diagnostic:
        """Return a warning at the loss, with how its predictions came about."""
        span = span_of_call(self.call, self.program.source)
        return Diagnostic(
            rule, "warning", self.call.file, self.call.line, message, column=span.column, end_line=span.end_line,
            end_column=span.end_column, shape=plain_shape(self.predictions.shape), provenance=provenance(self.predictions),
        )  # fmt: skip


def loss_calls(program: Program) -> Iterator[LossCall]:
    """Yield the calls of the losses about which there are rules."""
    for call in program.record.calls:
        if call.kind != "op" or call.error is not None or call.is_caught or call.operation is None:
            continue
        name = operation_name(call)
        if name in KINDS:
            given = [t for t in tensors(call.arguments) if isinstance(t, Tensor)][:2]
            if len(given) == 2:
                yield LossCall(program, call, name, *given)


def last_operation(tensor: Any) -> Call | None:
    """Return the operation that made the numbers of a tensor, past those that only arrange them."""
    return next((made for made, _, _ in history(tensor) if operation_name(made) not in KEEPS), None)


def operation_name(call: Call) -> str:
    """Return the name of an operation without what it is a function of."""
    return call.type.rpartition(".")[2].strip("_")
