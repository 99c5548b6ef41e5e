"""An index lies outside the table of an embedding."""

from __future__ import annotations

from convcalc.check.assumed_output import answer, first_tensor, like
from convcalc.check.cascade import NEVER
from convcalc.check.rule import OWN_PLACE, refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from convcalc.check.fixes.case import Candidate, Case
    from convcalc.check.wording import RefusedCall
    from convcalc.tensor import ShapeError
    from convcalc.trace import Call


def explain(refused: RefusedCall) -> str | None:
    rows, index = refused.error.expected, refused.error.actual
    if type(rows) is not int or type(index) is not int or not refused.subject:
        return None
    return f"{refused.subject} has {rows} rows, 0 to {rows - 1}, but is asked for row {index}"


def assumed_output(call: Call, error: ShapeError) -> Any:
    """Return the rows of other indices in the same places."""
    tensor = first_tensor(call)
    return None if tensor is None else answer(call, tensor, [like(tensor, tensor.shape)])


def fixes(case: Case) -> Iterator[Candidate]:
    from convcalc.check.fixes import rows

    yield from rows.embedding(case)


RULE = refused(
    "embedding-index",
    "an index lies outside the table of an embedding",
    explain=explain,
    fixes=fixes,
    assumed_output=assumed_output,
    cascade=NEVER,
    root_causes=None,
    lacks={
        "root_causes": OWN_PLACE,
    },
)
