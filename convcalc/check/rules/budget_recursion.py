"""The file calls itself without end."""

from __future__ import annotations

from convcalc.check.rule import unknown

RULE = unknown("budget-recursion", "the file calls itself without end")
