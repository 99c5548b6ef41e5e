"""An embedding gets indices that are not integers."""

from __future__ import annotations

from convcalc.check.assumed_output import answer, first_tensor, of_another_type, of_expected_size
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
    if refused.error.actual is None or not refused.subject:
        return None
    return f"{refused.subject} takes integers (int64) as indices, but got {refused.error.actual}"


def fixes(case: Case) -> Iterator[Candidate]:
    from convcalc.check.fixes import tensors

    yield from tensors.element_types(case)


def assumed_output(call: Call, error: ShapeError) -> Any:
    tensor = first_tensor(call)
    if tensor is None:
        return None
    return answer(call, tensor, [*of_expected_size(tensor, error), *of_another_type(call, tensor, "int64")])


RULE = refused(
    "embedding-dtype",
    "an embedding gets indices that are not integers",
    explain=explain,
    fixes=fixes,
    assumed_output=assumed_output,
    cascade=NEVER,
    root_causes=None,
    lacks={
        "root_causes": OWN_PLACE,
    },
)
