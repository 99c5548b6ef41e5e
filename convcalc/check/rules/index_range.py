"""An index lies outside the tensor."""

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
    error = refused.error
    index, _, rest = str(error).partition(" is out of bounds for dimension ")
    if not rest or type(error.expected) is not int or not refused.tensors:
        return None
    dim, shape = rest.split()[0], shown(refused.tensors[0].shape)
    there = f"has indices 0 to {error.expected - 1}" if error.expected else "is empty"
    return f"{index} is out of range: dimension {dim} of {shape} {there}"


def fixes(case: Case) -> Iterator[Candidate]:
    from convcalc.check.fixes import aligned, handed, inputs, tensors

    yield from aligned.dimensions(case)
    yield from handed.of_kinds(case)
    yield from tensors.dimensions(case)
    yield from inputs.missing_batch(case)


RULE = refused(
    "index-range",
    "an index lies outside the tensor",
    explain=explain,
    fixes=fixes,
    assumed_output=rerun,
    cascade=BEHIND,
    root_causes=("missing-batch", "channels-last"),
)
