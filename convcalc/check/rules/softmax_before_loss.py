"""A loss that takes raw scores gets probabilities, or the other way round."""

from __future__ import annotations

from convcalc.check.losses import LossCall, last_operation, operation_name
from convcalc.check.rule import WARNING, looked_for
from convcalc.check.span import constructor_span
from convcalc.nn.module import is_layer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from convcalc.check.diagnostic import Diagnostic
    from convcalc.trace import Call

RAW = frozenset(("linear", "convolution", "matrix product"))  # kinds of operations that give raw scores
# The last operation before a loss, and why it cannot be meant: {loss: {operation: what it takes, and gets}}
CLASHES = {
    "cross_entropy": {
        "softmax": "takes raw scores and makes log-probabilities of them itself, but gets the probabilities of a softmax",
    },
    "binary_cross_entropy_with_logits": {
        "sigmoid": "takes raw scores and applies a sigmoid itself, but gets the output of a sigmoid",
    },
    "nll_loss": {
        "softmax": "takes log-probabilities, but gets the probabilities of a softmax without their logarithm",
    },
}
OF_RAW = {
    "nll_loss": "takes log-probabilities, but gets raw scores: a log_softmax is missing",
    "binary_cross_entropy": "takes probabilities between 0 and 1, but gets raw scores: a sigmoid is missing",
}


def find_in_loss(loss: LossCall) -> Diagnostic | None:
    """Return a warning where a loss gets what another one takes."""
    last = last_operation(loss.predictions)
    if last is None:
        return None
    name = operation_name(last)
    why = CLASHES.get(loss.name, {}).get(name) or (
        OF_RAW.get(loss.name) if last.operation is not None and last.operation.kind in RAW else None
    )
    if why is None:
        return None
    found = loss.warning(RULE.name, f"{loss.title} {why}{_where(loss, last)}")
    if is_layer(last.owner):
        found.constructor = constructor_span(loss.program.record, last.owner, loss.program.source)
    return found


def _where(loss: LossCall, last: Call) -> str:
    """Return where the operation before the loss stands: for a layer, where it was built."""
    if is_layer(last.owner):
        built = loss.program.record.built.get(id(last.owner))
        return f" ({type(last.owner).__name__} of line {built.line})" if built is not None else ""
    return f" (line {last.line})" if last.line is not None else ""


RULE = looked_for(
    "softmax-before-loss",
    WARNING,
    "a loss that takes raw scores gets probabilities, or the other way round",
    find_in_loss=find_in_loss,
    fixes=None,
    lacks={"fixes": "whether the loss or the operation before it is to change is the author's to say"},
)
