"""A shape error on one side of a branch that only real data can decide."""

from __future__ import annotations

from convcalc.check.rule import WARNING, looked_for

RULE = looked_for(
    "unknown-branch",
    WARNING,
    "a shape error on one side of a branch that only real data can decide",
    find=None,
    fixes=None,
    lacks={
        "find": "the branch explorer finds it, by running the file on other sides",
        "fixes": "whether that side is ever taken is not known",
    },
)
