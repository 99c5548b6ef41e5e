"""The run depends on a value that only real data can tell."""

from __future__ import annotations

from convcalc.check.rule import unknown

RULE = unknown("unknown-value", "the run depends on a value that only real data can tell")
