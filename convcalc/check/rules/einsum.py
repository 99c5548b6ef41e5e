"""The letters of an einsum do not fit the operands."""

from __future__ import annotations

from convcalc.check.assumed_output import rerun
from convcalc.check.cascade import BEHIND
from convcalc.check.rule import OWN_PLACE, refused
from convcalc.check.wording import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from convcalc.check.fixes.case import Candidate, Case
    from convcalc.check.wording import RefusedCall


def explain(refused: RefusedCall) -> str | None:
    error = refused.error
    words = str(error).split()
    if "subscript" not in words or type(error.expected) is not int or len(refused.tensors) < 2:
        return None
    letter = words[words.index("subscript") + 1]
    shapes = " and ".join(shown(t.shape) for t in refused.tensors)
    return f"einsum of {shapes}: the letter {letter} stands for {error.expected} and for {error.actual}"


def fixes(case: Case) -> Iterator[Candidate]:
    """Yield the letters of an operand in another order; which sizes are meant, nothing else in the file tells."""
    from convcalc.check.fixes import letters

    yield from letters.of_einsum(case)


RULE = refused(
    "einsum",
    "the letters of an einsum do not fit the operands",
    explain=explain,
    fixes=fixes,
    assumed_output=rerun,
    cascade=BEHIND,
    root_causes=None,
    lacks={
        "root_causes": OWN_PLACE,
    },
)
