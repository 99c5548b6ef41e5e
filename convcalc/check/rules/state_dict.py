"""A loaded state has other keys or sizes than the model."""

from __future__ import annotations

from convcalc.check.cascade import BEHIND
from convcalc.check.rule import NO_OUTPUT, OWN_PLACE, PLAIN, refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from convcalc.check.fixes.case import Candidate, Case


def fixes(case: Case) -> Iterator[Candidate]:
    from convcalc.check.fixes import states

    yield from states.entries(case)
    yield from states.of_load(case)


RULE = refused(
    "state-dict",
    "a loaded state has other keys or sizes than the model",
    explain=None,
    fixes=fixes,
    assumed_output=None,
    cascade=BEHIND,
    root_causes=None,
    lacks={
        "explain": PLAIN,
        "assumed_output": NO_OUTPUT,
        "root_causes": OWN_PLACE,
    },
)
