"""Nothing tells what a model of a folder is fed."""

from __future__ import annotations

from convcalc.check.rule import unknown

RULE = unknown("no-input", "nothing tells what a model of a folder is fed")
