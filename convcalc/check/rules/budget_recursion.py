"""The file recurses without end."""

from __future__ import annotations

from convcalc.check.rule import unknown

RULE = unknown("budget-recursion", "the file recurses without end")
