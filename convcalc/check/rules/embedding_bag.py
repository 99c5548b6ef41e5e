"""The offsets or weights of an embedding bag do not fit its indices."""

from __future__ import annotations

from convcalc.check.assumed_output import rerun
from convcalc.check.cascade import BEHIND
from convcalc.check.rule import OWN_PLACE, PLAIN, refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from convcalc.check.fixes.case import Candidate, Case


def fixes(case: Case) -> Iterator[Candidate]:
    from convcalc.check.fixes import inputs, losses, tensors

    yield from tensors.element_types(case)
    yield from losses.losses(case)
    yield from inputs.like_another(case)


RULE = refused(
    "embedding-bag",
    "the offsets or weights of an embedding bag do not fit its indices",
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
