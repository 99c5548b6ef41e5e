"""A model has more multiply-accumulates than its budget."""

from __future__ import annotations

from convcalc.check.rule import ERROR, looked_for

RULE = looked_for(
    "budget-macs",
    ERROR,
    "a model has more multiply-accumulates than its budget",
    find=None,
    fixes=None,
    lacks={
        "find": "the command compares the totals of its report with the budgets",
        "fixes": "which layers are to be smaller is the author's to say",
    },
)
