"""Nothing says what a model in a folder is fed."""

from __future__ import annotations

from convcalc.check.rule import unknown

RULE = unknown("no-input", "nothing says what a model in a folder is fed")
