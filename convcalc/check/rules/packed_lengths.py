"""The lengths of packed sequences do not fit the batch."""

from __future__ import annotations

from convcalc.check.assumed_output import rerun
from convcalc.check.cascade import BEHIND
from convcalc.check.rule import NO_INTENT, OWN_PLACE, PLAIN, refused

RULE = refused(
    "packed-lengths",
    "the lengths of packed sequences do not fit the batch",
    explain=None,
    fixes=None,
    assumed_output=rerun,
    cascade=BEHIND,
    root_causes=None,
    lacks={
        "explain": PLAIN,
        "fixes": NO_INTENT,
        "root_causes": OWN_PLACE,
    },
)
