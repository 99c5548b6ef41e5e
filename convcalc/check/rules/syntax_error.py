"""The file is not Python source."""

from __future__ import annotations

from convcalc.check.rule import ERROR, looked_for

RULE = looked_for(
    "syntax-error",
    ERROR,
    "the file is not Python source",
    find=None,
    fixes=None,
    lacks={
        "find": "Python's own parser finds it, before anything is analysed",
        "fixes": "Python's parser tells where it gave up, not what was meant",
    },
)
