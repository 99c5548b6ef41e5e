"""The lengths of packed sequences do not fit the batch."""

from __future__ import annotations

from convcalc.check.assumed_output import rerun
from convcalc.check.cascade import BEHIND
from convcalc.check.rule import OWN_PLACE, PLAIN, refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from convcalc.check.fixes.case import Candidate, Case


def fixes(case: Case) -> Iterator[Candidate]:
    from convcalc.check.fixes import calls

    yield from calls.other(case)


RULE = refused(
    "packed-lengths",
    "the lengths of packed sequences do not fit the batch",
    explain=None,
    fixes=fixes,
    assumed_output=rerun,
    cascade=BEHIND,
    root_causes=None,
    lacks={
        "explain": PLAIN,
        "root_causes": OWN_PLACE,
    },
)
