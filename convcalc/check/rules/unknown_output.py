"""It is not known what a model returns."""

from __future__ import annotations

from convcalc.check.rule import unknown

RULE = unknown("unknown-output", "it is not known what a model returns")
