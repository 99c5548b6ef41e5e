"""The inner sizes of a matrix product differ."""

from __future__ import annotations

from convcalc.check.assumed_output import like, rerun, two_tensors
from convcalc.check.cascade import BEHIND
from convcalc.check.rule import refused
from convcalc.check.wording import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from convcalc.check.fixes.case import Candidate, Case
    from convcalc.check.wording import RefusedCall
    from convcalc.tensor import ShapeError
    from convcalc.trace import Call


def explain(refused: RefusedCall) -> str | None:
    given = refused.tensors[-2:]
    if len(given) < 2 or not refused.operation:
        return None
    a, b = given[0].shape, given[1].shape
    if len(a) < 2 or len(b) < 2 or a[-1] == b[-2]:
        return None
    return f"{refused.operation} of {shown(a)} and {shown(b)}: the last size of the first is {a[-1]}, the second-to-last of the second is {b[-2]}; they must be equal"


def fixes(case: Case) -> Iterator[Candidate]:
    from convcalc.check.fixes import layout, masks, swaps, tensors

    yield from layout.batched_product(case)
    yield from masks.cut(case)
    yield from masks.of_square(case)
    yield from tensors.products(case)
    yield from swaps.names(case)
    yield from swaps.arguments(case)
    yield from layout.reduced_otherwise(case)


def assumed_output(call: Call, error: ShapeError) -> Any:
    """Return the rows of the first with the columns of the second."""
    again = rerun(call, error)
    given = two_tensors(call)
    if again is not None or len(given) < 2 or any(len(t.shape) < 2 for t in given):
        return again
    a, b = given
    return like(a, (*a.shape[:-1], b.shape[-1]))


RULE = refused(
    "matmul",
    "the inner sizes of a matrix product differ",
    explain=explain,
    fixes=fixes,
    assumed_output=assumed_output,
    cascade=BEHIND,
    root_causes=("missing-batch", "channels-last"),
)
