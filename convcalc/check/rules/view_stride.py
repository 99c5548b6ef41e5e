"""A view of a tensor whose elements are in another order in memory, as after permute or transpose."""

from __future__ import annotations

from convcalc.check.assumed_output import of_view
from convcalc.check.cascade import BEHIND
from convcalc.check.rule import OWN_PLACE, refused
from convcalc.check.wording import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from convcalc.check.fixes.case import Candidate, Case
    from convcalc.check.wording import RefusedCall


def explain(refused: RefusedCall) -> str | None:
    shape = refused.error.shape
    if shape is None or not refused.operation:
        return None
    return f"{refused.operation} cannot regroup {shown(shape)}, whose elements are in another order in memory (as after permute or transpose); reshape can"


def fixes(case: Case) -> Iterator[Candidate]:
    from convcalc.check.fixes import tensors

    yield from tensors.view_order(case)


RULE = refused(
    "view-stride",
    "a view of a tensor whose elements are in another order in memory, as after permute or transpose",
    explain=explain,
    fixes=fixes,
    assumed_output=of_view,
    cascade=BEHIND,
    root_causes=None,
    lacks={
        "root_causes": OWN_PLACE,
    },
)
