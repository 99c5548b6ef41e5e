"""The number of outputs is not the number of classes."""

from __future__ import annotations

from convcalc.check.assumed_output import rerun
from convcalc.check.cascade import BEHIND
from convcalc.check.losses import KEEPS, LossCall, last_operation, operation_name
from convcalc.check.provenance import history
from convcalc.check.rule import OWN_PLACE, refused
from convcalc.check.span import constructor_span
from convcalc.check.wording import shown
from convcalc.nn.module import is_layer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from convcalc.check.diagnostic import Diagnostic
    from convcalc.check.fixes.case import Candidate, Case
    from convcalc.check.wording import RefusedCall


def explain(refused: RefusedCall) -> str | None:
    classes, label = refused.error.expected, refused.error.actual
    if not str(refused.error).startswith("Target ") or type(classes) is not int or len(refused.tensors) < 2:
        return None
    return f"the predictions {shown(refused.tensors[0].shape)} are for {classes} classes, 0 to {classes - 1}, but a target is {label}"


def find_in_loss(loss: LossCall) -> Diagnostic | None:
    """Return an error where the labels of a known data set go beyond the outputs, a warning where outputs are left over."""
    if len(loss.predictions.shape) != 2:
        return None
    classes, data_set = _classes(loss.targets)
    outputs = loss.predictions.shape[1]
    if classes is None or type(outputs) is not int or outputs == classes:
        return None
    if outputs < classes:
        text = f"the model has {outputs} outputs, but {data_set} has {classes} classes: labels from {outputs} on are out of bounds"
        found = loss.warning(RULE.name, text)
        found.update(severity="error", torch=f"IndexError: Target {classes - 1} is out of bounds.")
    else:
        text = f"the model has {outputs} outputs, but {data_set} has only {classes} classes"
        found = loss.warning(RULE.name, text)
    found.update(expected=classes, actual=outputs)
    made = last_operation(loss.predictions)
    if made is not None and operation_name(made) == "linear" and is_layer(made.owner):
        found.constructor = constructor_span(loss.program.record, made.owner, loss.program.source)
    return found


def _classes(targets: Any) -> tuple[int | None, str]:
    """Return how many classes the data set of these labels has, where it is known."""
    if hasattr(targets, "class_count"):
        return targets.class_count, targets.data_set
    for made, before, _ in history(targets):
        if operation_name(made) not in KEEPS:
            break
        if hasattr(before, "class_count"):
            return before.class_count, before.data_set
    return None, ""


def fixes(case: Case) -> Iterator[Candidate]:
    from convcalc.check.fixes import rows

    yield from rows.classes(case)


RULE = refused(
    "class-count",
    "the number of outputs is not the number of classes",
    explain=explain,
    fixes=fixes,
    assumed_output=rerun,
    cascade=BEHIND,
    root_causes=None,
    find_in_loss=find_in_loss,
    lacks={
        "root_causes": OWN_PLACE,
    },
)
