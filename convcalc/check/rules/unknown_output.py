"""Nobody can say here what a model gives."""

from __future__ import annotations

from convcalc.check.rule import unknown

RULE = unknown("unknown-output", "nobody can say here what a model gives")
