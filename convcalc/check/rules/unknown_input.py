"""It is not known what a model is fed."""

from __future__ import annotations

from convcalc.check.rule import unknown

RULE = unknown("unknown-input", "it is not known what a model is fed")
