"""The file could not be analysed."""

from __future__ import annotations

from convcalc.check.rule import unknown

RULE = unknown("not-analysed", "the file could not be analysed")
