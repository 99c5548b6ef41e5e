"""An embedding gets indices that are not integers."""

from __future__ import annotations

from convcalc.check.assumed_output import with_type
from convcalc.check.cascade import NEVER
from convcalc.check.rule import OWN_PLACE, refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from convcalc.check.fixes.case import Candidate, Case
    from convcalc.check.wording import RefusedCall


def explain(refused: RefusedCall) -> str | None:
    if refused.error.actual is None or not refused.subject:
        return None
    return f"{refused.subject} takes integers (int64) as indices, but got {refused.error.actual}"


def fixes(case: Case) -> Iterator[Candidate]:
    from convcalc.check.fixes import samples, tensors, typed

    yield from typed.of_indices(case)
    yield from samples.of_operands(case)
    yield from tensors.element_types(case)


RULE = refused(
    "embedding-dtype",
    "an embedding gets indices that are not integers",
    explain=explain,
    fixes=fixes,
    assumed_output=with_type("int64"),
    cascade=NEVER,
    root_causes=None,
    lacks={
        "root_causes": OWN_PLACE,
    },
)
