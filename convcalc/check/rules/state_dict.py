"""A loaded state has other keys or sizes than the model."""

from __future__ import annotations

from convcalc.check.cascade import BEHIND
from convcalc.check.rule import NO_INTENT, NO_OUTPUT, OWN_PLACE, PLAIN, refused

RULE = refused(
    "state-dict",
    "a loaded state has other keys or sizes than the model",
    explain=None,
    fixes=None,
    assumed_output=None,
    cascade=BEHIND,
    root_causes=None,
    lacks={
        "explain": PLAIN,
        "fixes": NO_INTENT,
        "assumed_output": NO_OUTPUT,
        "root_causes": OWN_PLACE,
    },
)
