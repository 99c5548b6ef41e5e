"""Python itself raises an exception, and nothing unknown can be the cause."""

from __future__ import annotations

from convcalc.check.assumed_output import rerun
from convcalc.check.cascade import BEHIND
from convcalc.check.rule import MANY, OWN_PLACE, refused

RULE = refused(
    "python-error",
    "Python itself raises an exception, and nothing unknown can be the cause",
    explain=None,
    fixes=None,
    assumed_output=rerun,
    cascade=BEHIND,
    root_causes=None,
    lacks={
        "explain": "Python's own words are the plainest",
        "fixes": MANY,
        "root_causes": OWN_PLACE,
    },
)
