"""A padding does not fit the input: too many sizes, or as large as the input itself."""

from __future__ import annotations

from convcalc.check.assumed_output import rerun
from convcalc.check.cascade import BEHIND
from convcalc.check.rule import NO_INTENT, OWN_PLACE, refused
from convcalc.check.wording import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from convcalc.check.wording import RefusedCall


def explain(refused: RefusedCall) -> str | None:
    error = refused.error
    if not isinstance(error.actual, tuple) or error.shape is None or not refused.subject:
        return None
    before, after = error.actual
    return f"{refused.subject} pads {shown(error.shape)} by {before} and {after}, where at most {error.expected} fits"


RULE = refused(
    "pad-size",
    "a padding does not fit the input: too many sizes, or as large as the input itself",
    explain=explain,
    fixes=None,
    assumed_output=rerun,
    cascade=BEHIND,
    root_causes=None,
    lacks={
        "fixes": NO_INTENT,
        "root_causes": OWN_PLACE,
    },
)
