"""A tensor without elements is given to an operation that needs some."""

from __future__ import annotations

from convcalc.check.cascade import BEHIND
from convcalc.check.rule import NO_INTENT, OWN_PLACE, refused
from convcalc.check.wording import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from convcalc.check.wording import RefusedCall


def explain(refused: RefusedCall) -> str | None:
    shape = refused.error.shape
    if shape is None or not refused.subject:
        return None
    empty = [str(i) for i, size in enumerate(shape) if size == 0]
    where = f"dimension {empty[0]} is" if len(empty) == 1 else f"dimensions {', '.join(empty)} are"
    return f"{refused.subject} got a tensor without elements: {where} empty in {shown(shape)}" if empty else None


RULE = refused(
    "empty-input",
    "a tensor without elements is given to an operation that needs some",
    explain=explain,
    fixes=None,
    assumed_output=None,
    cascade=BEHIND,
    root_causes=None,
    lacks={
        "fixes": NO_INTENT,
        "assumed_output": "what it would answer to elements that are not there is not known",
        "root_causes": OWN_PLACE,
    },
)
