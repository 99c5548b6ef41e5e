"""PyTorch refuses the call, for a reason that has no rule of its own."""

from __future__ import annotations

from convcalc.check.assumed_output import rerun
from convcalc.check.cascade import BEHIND
from convcalc.check.rule import MANY, OWN_PLACE, refused

RULE = refused(
    "torch-error",
    "PyTorch refuses the call, for a reason that has no rule of its own",
    explain=None,
    fixes=None,
    assumed_output=rerun,
    cascade=BEHIND,
    root_causes=None,
    lacks={
        "explain": MANY,
        "fixes": MANY,
        "root_causes": OWN_PLACE,
    },
)
