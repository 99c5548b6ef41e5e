"""A layer that folds or splits channels gets a number of them that does not divide evenly."""

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

EXPECTED = {
    "upscale_factor": "a multiple of {} channels",
    "kernel_size": "a multiple of {} channels",
    "downscale_factor": "height and width to be multiples of {}",
}


def explain(refused: RefusedCall) -> str | None:
    error = refused.error
    if error.shape is None or not refused.subject:
        return None
    if error.expected is None:
        return f"{refused.subject} halves a dimension, whose size must be even, but it is {error.actual} in {shown(error.shape)}"
    expected = EXPECTED.get(error.argument or "")
    if expected is None:
        return None
    return f"{refused.subject} expected {expected.format(error.expected)}, got {error.actual} in {shown(error.shape)}"


def fixes(case: Case) -> Iterator[Candidate]:
    from convcalc.check.fixes import layers

    yield from layers.sizes(case)
    yield from layers.divisors(case)


RULE = refused(
    "channel-multiple",
    "a layer that folds or splits channels gets a number of them that does not divide evenly",
    explain=explain,
    fixes=fixes,
    assumed_output=rerun,
    cascade=BEHIND,
    root_causes=None,
    lacks={
        "root_causes": OWN_PLACE,
    },
)
