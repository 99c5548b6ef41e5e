"""A model, or a part of one, comes from a module that is not analysed."""

from __future__ import annotations

from convcalc.check.rule import unknown

RULE = unknown("unknown-module", "a model, or a part of one, comes from a module that is not analysed")
