"""A dimension is named that the tensor does not have."""

from __future__ import annotations

from convcalc.check.assumed_output import rerun
from convcalc.check.cascade import BEHIND
from convcalc.check.rule import refused
from convcalc.check.wording import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from convcalc.check.fixes.case import Candidate, Case
    from convcalc.check.wording import RefusedCall


def explain(refused: RefusedCall) -> str | None:
    start, _, rest = str(refused.error).partition("in range of [")
    allowed, _, asked = rest.partition("], but got ")
    if not start.startswith("Dimension out of range") or len(refused.tensors) != 1 or not refused.subject:
        return None
    low, _, high = allowed.partition(", ")
    shape = shown(refused.tensors[0].shape)
    return f"{refused.subject} asks for dimension {asked.rstrip(')')} of {shape}, where {low} to {high} are possible"


def fixes(case: Case) -> Iterator[Candidate]:
    from convcalc.check.fixes import inputs, layout, letters, tensors

    yield from letters.of_permutation(case)
    yield from tensors.dimensions(case)
    yield from tensors.flattened_batch(case)
    yield from inputs.missing_batch(case)
    yield from layout.reduced_otherwise(case)


RULE = refused(
    "dimension-range",
    "a dimension is named that the tensor does not have",
    explain=explain,
    fixes=fixes,
    assumed_output=rerun,
    cascade=BEHIND,
    root_causes=("missing-batch", "channels-last"),
)
