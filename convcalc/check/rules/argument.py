"""An argument has a value or a type that PyTorch does not take."""

from __future__ import annotations

from convcalc.check.assumed_output import rerun
from convcalc.check.cascade import NEVER
from convcalc.check.rule import MANY, OWN_PLACE, refused

RULE = refused(
    "argument",
    "an argument has a value or a type that PyTorch does not take",
    explain=None,
    fixes=None,
    assumed_output=rerun,
    cascade=NEVER,
    root_causes=None,
    lacks={
        "explain": MANY,
        "fixes": MANY,
        "root_causes": OWN_PLACE,
    },
)
