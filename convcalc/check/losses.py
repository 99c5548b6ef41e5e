"""Losses that PyTorch accepts and that surely mean something else: probabilities where raw scores are taken, shapes that
broadcast, another number of outputs than the data set has classes.
"""

from __future__ import annotations

from convcalc.nn.module import is_layer
from convcalc.tensor import Tensor
from convcalc.trace import tensors

from .diagnosis import constructor_span, span_of_call
from .diagnostic import Diagnostic
from .explanation import shown
from .provenance import history, plain_shape, provenance

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from convcalc.source.program import Program
    from convcalc.trace import Call

# Operations that keep the numbers: what is before them is what a loss gets.
_KEEPS = frozenset(
    "view reshape flatten squeeze unsqueeze contiguous transpose permute to type_as type float double half long clone view_as reshape_as cpu cuda".split()
)
_RAW = frozenset(("linear", "convolution", "matrix product"))  # kinds of operations
_MEAN = frozenset("mse_loss l1_loss smooth_l1_loss huber_loss".split())

# The last operation before a loss, and why it cannot be meant: {loss: {operation: (what it gets, what it takes, what to do)}}
_CLASHES = {
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
_OF_RAW = {
    "nll_loss": "takes log-probabilities, but gets raw scores: a log_softmax is missing",
    "binary_cross_entropy": "takes probabilities between 0 and 1, but gets raw scores: a sigmoid is missing",
}


def doubtful_losses(program: Program) -> list[Diagnostic]:
    """The losses of a script that get something else than they take, once for each line."""
    found: dict[tuple[Any, ...], Diagnostic] = {}
    for call in program.record.calls:
        if call.kind != "op" or call.error is not None or call.is_caught or call.operation is None:
            continue
        name = _name(call)
        if name not in _CLASHES and name not in _OF_RAW and name not in _MEAN:
            continue
        for warning in _of_loss(program, call, name):
            found.setdefault((warning.rule, warning.file, warning.line), warning)
    return list(found.values())


def _of_loss(program: Program, call: Call, name: str) -> Iterator[Diagnostic]:
    given = [t for t in tensors(call.arguments) if isinstance(t, Tensor)][:2]
    if len(given) < 2:
        return
    predictions, targets = given
    if name in _MEAN:
        if predictions.shape != targets.shape:
            a, b = shown(predictions.shape), shown(targets.shape)
            text = f"{_title(call)} gets predictions {a} and targets {b}, which broadcast to {shown(_common(call))}: every prediction is compared with several targets"
            yield _warning(program, call, "loss-shapes", text, predictions)
        return
    last = _last_operation(predictions)
    if last is not None:
        why = _CLASHES.get(name, {}).get(_name(last)) or (
            _OF_RAW.get(name) if last.operation is not None and last.operation.kind in _RAW else None
        )
        if why is not None:
            found = _warning(
                program, call, "softmax-before-loss", f"{_title(call)} {why}{_where(program, last)}", predictions
            )
            if is_layer(last.owner):
                found.constructor = constructor_span(program.record, last.owner, program.source)
            yield found
    yield from _of_classes(program, call, name, predictions, targets)


def _where(program: Program, last: Call) -> str:
    """Where the operation before the loss stands: for a layer, where it was built."""
    if is_layer(last.owner):
        built = program.record.built.get(id(last.owner))
        return f" ({type(last.owner).__name__} of line {built.line})" if built is not None else ""
    return f" (line {last.line})" if last.line is not None else ""


def _of_classes(program: Program, call: Call, name: str, predictions: Tensor, targets: Tensor) -> Iterator[Diagnostic]:
    if name not in ("cross_entropy", "nll_loss") or len(predictions.shape) != 2:
        return
    classes, data_set = _classes(targets)
    outputs = predictions.shape[1]
    if classes is None or type(outputs) is not int or outputs == classes:
        return
    layer = _last_linear(predictions)
    if outputs < classes:
        text = f"the model has {outputs} outputs, but {data_set} has {classes} classes: labels from {outputs} on are out of bounds"
        found = _warning(program, call, "class-count", text, predictions)
        found.update(severity="error", torch=f"IndexError: Target {classes - 1} is out of bounds.")
    else:
        text = f"the model has {outputs} outputs, but {data_set} has only {classes} classes"
        found = _warning(program, call, "class-count", text, predictions)
    found.update(expected=classes, actual=outputs)
    if layer is not None:
        found.constructor = constructor_span(program.record, layer, program.source)
    yield found


def _classes(targets: Any) -> tuple[int | None, str]:
    """How many classes the data set of these labels has, where it is known."""
    if hasattr(targets, "class_count"):
        return targets.class_count, targets.data_set
    for made, before, _ in history(targets):
        if _name(made) not in _KEEPS:
            break
        if hasattr(before, "class_count"):
            return before.class_count, before.data_set
    return None, ""


def _last_operation(tensor: Any) -> Call | None:
    """The operation that made the numbers of a tensor, past those that only arrange them."""
    return next((made for made, _, _ in history(tensor) if _name(made) not in _KEEPS), None)


def _name(call: Call) -> str:
    return call.type.rpartition(".")[2].strip("_")


def _last_linear(tensor: Any) -> Any:
    made = _last_operation(tensor)
    return made.owner if made is not None and _name(made) == "linear" and is_layer(made.owner) else None


def _title(call: Call) -> str:
    return type(call.owner).__name__ if is_layer(call.owner) else call.type


def _common(call: Call) -> Any:
    from convcalc.ops.arguments import broadcast_shapes

    a, b = [t.shape for t in tensors(call.arguments) if isinstance(t, Tensor)][:2]
    return broadcast_shapes(a, b)


def _warning(program: Program, call: Call, rule: str, message: str, tensor: Tensor) -> Diagnostic:
    span = span_of_call(call, program.source)
    steps = provenance(tensor)
    return Diagnostic(
        rule, "warning", call.file, call.line, message, column=span.column, end_line=span.end_line, end_column=span.end_column,
        shape=plain_shape(tensor.shape), provenance=steps,
    )  # fmt: skip
