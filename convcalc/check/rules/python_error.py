"""Python itself raises an exception, and nothing unknown can be the cause."""

from __future__ import annotations

from convcalc.check.assumed_output import rerun
from convcalc.check.cascade import BEHIND
from convcalc.check.rule import OWN_PLACE, refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from convcalc.check.fixes.case import Candidate, Case


def fixes(case: Case) -> Iterator[Candidate]:
    from convcalc.check.fixes import divisors, meant, swaps, words

    yield from words.slips(case)
    yield from meant.asserted(case)
    yield from divisors.divisible(case)
    yield from swaps.arguments(case)


RULE = refused(
    "python-error",
    "Python itself raises an exception, and nothing unknown can be the cause",
    explain=None,
    fixes=fixes,
    assumed_output=rerun,
    cascade=BEHIND,
    root_causes=None,
    lacks={
        "explain": "Python's own words are the plainest",
        "root_causes": OWN_PLACE,
    },
)
