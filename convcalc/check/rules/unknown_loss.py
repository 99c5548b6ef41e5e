"""It is not known what a loss is given."""

from __future__ import annotations

from convcalc.check.rule import unknown

RULE = unknown("unknown-loss", "it is not known what a loss is given")
