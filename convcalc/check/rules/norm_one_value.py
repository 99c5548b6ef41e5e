"""A normalization layer in training mode gets one value per channel, too few to average over."""

from __future__ import annotations

from convcalc.check.assumed_output import of_same_shape
from convcalc.check.cascade import BEHIND
from convcalc.check.rule import OWN_PLACE, refused
from convcalc.check.wording import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from convcalc.check.fixes.case import Candidate, Case
    from convcalc.check.wording import RefusedCall


def explain(refused: RefusedCall) -> str | None:
    if not refused.tensors:
        return None
    shape = refused.tensors[0].shape
    return (
        f"{refused.subject} in training needs more than one value per channel to average over, but got {shown(shape)}"
    )


def fixes(case: Case) -> Iterator[Candidate]:
    from convcalc.check.fixes import rows

    yield from rows.last_batch_of_one(case)


RULE = refused(
    "norm-one-value",
    "a normalization layer in training mode gets one value per channel, too few to average over",
    explain=explain,
    fixes=fixes,
    assumed_output=of_same_shape,
    cascade=BEHIND,
    root_causes=None,
    lacks={
        "root_causes": OWN_PLACE,
    },
)
