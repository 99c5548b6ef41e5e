"""Nobody can say here what a loss is given."""

from __future__ import annotations

from convcalc.check.rule import unknown

RULE = unknown("unknown-loss", "nobody can say here what a loss is given")
