"""A layer does not take tensors with this number of dimensions."""

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
    if not refused.tensors:
        return None
    shape = refused.tensors[0].shape
    return f"{refused.subject} does not take {len(shape)} dimensions: it got {shown(shape)}"


def fixes(case: Case) -> Iterator[Candidate]:
    from convcalc.check.fixes import aligned, inputs, layers, layout, swaps, tensors

    yield from swaps.misplaced(case)
    yield from aligned.pixels(case)
    yield from tensors.flattened_batch(case)
    yield from layers.other_rank(case)
    yield from inputs.missing_batch(case)
    yield from tensors.products(case)
    yield from tensors.concatenations(case)
    yield from layout.repeated_otherwise(case)
    yield from swaps.names(case)
    yield from layout.reduced_otherwise(case)


RULE = refused(
    "input-dimensions",
    "a layer does not take tensors with this number of dimensions",
    explain=explain,
    fixes=fixes,
    assumed_output=rerun,
    cascade=BEHIND,
    root_causes=("missing-batch", "channels-last"),
)
