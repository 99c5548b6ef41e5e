"""The element type is not one that the operation takes."""

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
    expected, actual = refused.error.expected, refused.error.actual
    if expected is None or actual is None or not refused.subject:
        return None
    return f"{refused.subject} takes {expected}, but got {actual}"


def fixes(case: Case) -> Iterator[Candidate]:
    from convcalc.check.fixes import losses, samples, tensors, typed

    yield from typed.written(case)
    yield from typed.of_operands(case)
    yield from typed.of_targets(case)
    yield from samples.of_operands(case)
    yield from samples.of_type(case)
    yield from losses.losses(case)
    yield from tensors.element_types(case)


RULE = refused(
    "dtype",
    "the element type is not one that the operation takes",
    explain=explain,
    fixes=fixes,
    assumed_output=with_type("float32"),
    cascade=NEVER,
    root_causes=None,
    lacks={
        "root_causes": OWN_PLACE,
    },
)
