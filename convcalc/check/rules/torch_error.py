"""PyTorch refuses the call, for a reason that has no rule of its own."""

from __future__ import annotations

from convcalc.check.assumed_output import rerun
from convcalc.check.cascade import BEHIND
from convcalc.check.rule import MANY, OWN_PLACE, refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from convcalc.check.fixes.case import Candidate, Case


def fixes(case: Case) -> Iterator[Candidate]:
    from convcalc.check.fixes import samples, swaps, words

    yield from words.slips(case)
    yield from samples.collated(case)
    yield from swaps.arguments(case)


RULE = refused(
    "torch-error",
    "PyTorch refuses the call, for a reason that has no rule of its own",
    explain=None,
    fixes=fixes,
    assumed_output=rerun,
    cascade=BEHIND,
    root_causes=None,
    lacks={
        "explain": MANY,
        "root_causes": OWN_PLACE,
    },
)
