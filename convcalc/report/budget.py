"""Budgets: how many parameters and multiply-accumulates a model may have."""

from __future__ import annotations

from .checking import CheckSettings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Budget:
    """The most that a model may have; None: any number."""

    __slots__ = ("macs", "params")

    def __init__(self, params: int | None = None, macs: int | None = None) -> None:
        self.params = params
        self.macs = macs


def over_budget(models: list[dict[str, Any]], budget: Budget, settings: CheckSettings) -> list[dict[str, Any]]:
    """A diagnostic for each budget that a model exceeds, or of which it is not known."""
    found = []
    for model in models:
        if model["target"]["class"] is None:
            continue
        for name, most, what in (("params", budget.params, "parameters"), ("macs", budget.macs, "MACs")):
            rule = f"budget-{name}"
            if most is None or rule in settings.ignore or (settings.select and rule not in settings.select):
                continue
            amount = model["totals"][name]
            if amount is None:
                found.append(
                    _diagnostic(
                        rule, "unknown", model, f"is not known to keep its budget of {most:,} {what}", most, None
                    )
                )
            elif amount > most:
                least = "at least " if name == "macs" and model["totals"]["macs_status"] == "lower-bound" else ""
                text = f"has {least}{amount:,} {what}, {amount - most:,} more than its budget of {most:,}"
                found.append(_diagnostic(rule, "error", model, text, most, amount))
    return found


def _diagnostic(
    rule: str, severity: str, model: dict[str, Any], text: str, expected: int, actual: int | None
) -> dict[str, Any]:
    target = model["target"]
    return {
        "rule": rule, "severity": severity, "file": target["file"], "line": target["line"], "column": None, "path": "",
        "message": f"{target['call']} {text}", "expected": expected, "actual": actual, "shape": None, "suggestions": [],
    }  # fmt: skip
