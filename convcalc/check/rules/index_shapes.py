"""A tensor of indices or a mask does not fit what it indexes."""

from __future__ import annotations

from convcalc.check.assumed_output import rerun
from convcalc.check.cascade import BEHIND
from convcalc.check.rule import OWN_PLACE, PLAIN, refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from convcalc.check.fixes.case import Candidate, Case


def fixes(case: Case) -> Iterator[Candidate]:
    from convcalc.check.fixes import aligned, layout, losses, masks, tensors

    yield from aligned.gathered(case)
    yield from losses.losses(case)
    yield from tensors.products(case)
    yield from masks.uncut(case)
    yield from layout.reduced_otherwise(case)


RULE = refused(
    "index-shapes",
    "a tensor of indices or a mask does not fit what it indexes",
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
