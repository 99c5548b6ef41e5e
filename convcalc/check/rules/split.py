"""The parts of a split do not add up to the size."""

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
    sizes, dim = (
        refused.argument(1, "split_size_or_sections", "split_size", "split_sizes"),
        refused.argument(2, "dim") or 0,
    )
    if error.expected is None or not isinstance(sizes, (list, tuple)) or not refused.tensors:
        return None
    parts = " + ".join(map(str, sizes))
    return f"split of {shown(refused.tensors[0].shape)} along dimension {dim}: {parts} is {error.actual}, but the size is {error.expected}"


def fixes(case: Case) -> Iterator[Candidate]:
    from convcalc.check.fixes import layout

    yield from layout.parts(case)


RULE = refused(
    "split",
    "the parts of a split do not add up to the size",
    explain=explain,
    fixes=fixes,
    assumed_output=rerun,
    cascade=BEHIND,
    root_causes=None,
    lacks={
        "root_causes": OWN_PLACE,
    },
)
