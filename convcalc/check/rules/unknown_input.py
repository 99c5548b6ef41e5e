"""Nobody can say here what a model is fed."""

from __future__ import annotations

from convcalc.check.rule import unknown

RULE = unknown("unknown-input", "nobody can say here what a model is fed")
