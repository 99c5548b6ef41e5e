"""The target cannot be checked as it was named: no such file, no model in it, no input known."""

from __future__ import annotations

from convcalc.check.rule import ERROR, looked_for

RULE = looked_for(
    "usage",
    ERROR,
    "the target cannot be checked as it was named: no such file, no model in it, no input known",
    find=None,
    fixes=None,
    lacks={
        "find": "the command finds it, before anything is analysed",
        "fixes": "it is the call of the command that has to change, not the file",
    },
)
