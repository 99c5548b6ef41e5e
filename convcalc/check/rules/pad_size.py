"""A padding does not fit the input: too many sizes, or as large as the input itself."""

from __future__ import annotations

from convcalc.check.assumed_output import rerun
from convcalc.check.cascade import BEHIND
from convcalc.check.rule import OWN_PLACE, refused
from convcalc.check.wording import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from convcalc.check.fixes.case import Candidate, Case
    from convcalc.check.wording import RefusedCall


def explain(refused: RefusedCall) -> str | None:
    error = refused.error
    if not isinstance(error.actual, tuple) or error.shape is None or not refused.subject:
        return None
    before, after = error.actual
    return f"{refused.subject} pads {shown(error.shape)} by {before} and {after}, where at most {error.expected} fits"


def fixes(case: Case) -> Iterator[Candidate]:
    from convcalc.check.fixes import samples, skips

    yield from skips.swapped_pairs(case, case.inputs()[:1])
    yield from skips.smaller_padding(case)
    yield from samples.of_layout(case)


RULE = refused(
    "pad-size",
    "a padding does not fit the input: too many sizes, or as large as the input itself",
    explain=explain,
    fixes=fixes,
    assumed_output=rerun,
    cascade=BEHIND,
    root_causes=None,
    lacks={
        "root_causes": OWN_PLACE,
    },
)
