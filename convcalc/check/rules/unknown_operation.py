"""An operation has no rule here, so its result is not known."""

from __future__ import annotations

from convcalc.check.rule import unknown

RULE = unknown("unknown-operation", "an operation has no rule here, so its result is not known")
