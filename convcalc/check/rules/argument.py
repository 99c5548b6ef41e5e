"""An argument has a value or a type that PyTorch does not take."""

from __future__ import annotations

from convcalc.check.assumed_output import rerun
from convcalc.check.cascade import NEVER
from convcalc.check.rule import MANY, OWN_PLACE, refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from convcalc.check.fixes.case import Candidate, Case


def fixes(case: Case) -> Iterator[Candidate]:
    from convcalc.check.fixes import losses, probabilities, swaps, words

    yield from probabilities.of_distribution(case)
    yield from words.slips(case)
    yield from losses.dropped(case)
    yield from swaps.arguments(case)


RULE = refused(
    "argument",
    "an argument has a value or a type that PyTorch does not take",
    explain=None,
    fixes=fixes,
    assumed_output=rerun,
    cascade=NEVER,
    root_causes=None,
    lacks={
        "explain": MANY,
        "root_causes": OWN_PLACE,
    },
)
