"""What PyTorch accepts and is surely meant otherwise: the warnings about a model that ran without an error.

Each is looked for by its own rule (`find`, `find_in_loss`); which rules look, and in which order, stands here.
"""

from __future__ import annotations

from .losses import MEAN, OF_CLASSES, OF_PROBABILITIES, loss_calls
from .rules import RULES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convcalc.source.discovery import Found
    from convcalc.source.program import Program

    from .diagnostic import Diagnostic

IN_LOSSES = {
    MEAN: ("loss-shapes",),
    OF_CLASSES: ("softmax-before-loss", "class-count"),
    OF_PROBABILITIES: ("softmax-before-loss",),
}
IN_MODELS = ("unused-layer", "batch-hard-coded")


def warnings(program: Program, model: Found, with_losses: bool) -> list[Diagnostic]:
    """Return the warnings about a model; with those about the losses of its script, which belong to no model."""
    if model.call is None or model.call.error is not None or model.call.is_caught:
        return []
    found = _in_losses(program) if with_losses else []
    for name in IN_MODELS:
        find = RULES[name].find
        assert find is not None
        found += find(program, model)
    return found


def is_fixable(d: Diagnostic) -> bool:
    """Return whether a diagnostic is a warning whose rule knows changes that may fix it."""
    rule = RULES.get(d.rule) if d.severity == "warning" else None
    return rule is not None and rule.kind == "looked_for" and rule.fixes is not None


def _in_losses(program: Program) -> list[Diagnostic]:
    """Return what is wrong with the losses of a script, once for each line."""
    found: dict[tuple[Any, ...], Diagnostic] = {}
    for loss in loss_calls(program):
        for name in IN_LOSSES[loss.kind]:
            find_in_loss = RULES[name].find_in_loss
            assert find_in_loss is not None
            warning = find_in_loss(loss)
            if warning is not None:
                found.setdefault((warning.rule, warning.file, warning.line), warning)
    return list(found.values())
