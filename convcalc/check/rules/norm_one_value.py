"""A normalization layer in training mode gets one value per channel, too few to average over."""

from __future__ import annotations

from convcalc.check.assumed_output import of_same_shape
from convcalc.check.cascade import BEHIND
from convcalc.check.rule import NO_INTENT, OWN_PLACE, refused
from convcalc.check.wording import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from convcalc.check.wording import RefusedCall


def explain(refused: RefusedCall) -> str | None:
    if not refused.tensors:
        return None
    shape = refused.tensors[0].shape
    return (
        f"{refused.subject} in training needs more than one value per channel to average over, but got {shown(shape)}"
    )


RULE = refused(
    "norm-one-value",
    "a normalization layer in training mode gets one value per channel, too few to average over",
    explain=explain,
    fixes=None,
    assumed_output=of_same_shape,
    cascade=BEHIND,
    root_causes=None,
    lacks={
        "fixes": NO_INTENT,
        "root_causes": OWN_PLACE,
    },
)
