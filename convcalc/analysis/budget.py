"""Budgets: how many parameters and multiply-accumulates a model may have."""

from __future__ import annotations

from convcalc.check.diagnostic import Diagnostic
from convcalc.check.suppression import is_reported

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from .results import ModelReport
    from .settings import CheckSettings


class Budget:
    """The most that a model may have; None: any number."""

    __slots__ = ("macs", "params")

    def __init__(self, params: int | None = None, macs: int | None = None) -> None:
        self.params = params
        self.macs = macs


def over_budget(models: Iterable[ModelReport], budget: Budget, settings: CheckSettings) -> list[Diagnostic]:
    """A diagnostic for each budget that a model exceeds, or of which that is not known."""
    found = []
    for model in models:
        if model.target.class_name is not None:
            found += _of_params(model, budget.params) + _of_macs(model, budget.macs)
    return [d for d in found if is_reported(d, settings.select, settings.ignore)]


def _of_params(model: ModelReport, most: int | None) -> list[Diagnostic]:
    params = _known(model.totals.params)
    if most is None or (params is not None and params <= most):
        return []
    amount = _amount(params, most, "parameters")
    severity = "unknown" if params is None else "error"
    return [_over("budget-params", severity, model, amount, most, params)]


def _of_macs(model: ModelReport, most: int | None) -> list[Diagnostic]:
    macs, status = _known(model.totals.macs), model.totals.macs_status
    if most is None or (macs is not None and macs <= most and status == "exact"):
        return []
    known = macs is not None and macs > most
    amount = ("at least " if known and status != "exact" else "") + _amount(macs if known else None, most, "MACs")
    severity = "error" if known else "unknown"
    return [_over("budget-macs", severity, model, amount, most, macs)]


def _known(amount: Any) -> int | None:
    """A total that is a number; one of symbolic sizes may be within a budget or not."""
    return amount if type(amount) is int else None


def _amount(amount: int | None, most: int, what: str) -> str:
    if amount is None:
        return f"an unknown number of {what}; its budget is {most:,}"
    return f"{amount:,} {what}, {amount - most:,} more than its budget of {most:,}"


def _over(rule: str, severity: str, model: ModelReport, amount: str, most: int, actual: int | None) -> Diagnostic:
    target = model.target
    message = f"{target.call} has {amount}"
    return Diagnostic(rule, severity, target.file, target.line, message, expected=most, actual=actual, cell=target.cell)
