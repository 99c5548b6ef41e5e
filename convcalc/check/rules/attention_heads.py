"""The width of an attention layer is not divisible by its number of heads."""

from __future__ import annotations

from convcalc.check.assumed_output import rerun
from convcalc.check.cascade import BEHIND
from convcalc.check.construction import layer_under_construction
from convcalc.check.rule import OWN_PLACE, refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from convcalc.check.fixes.case import Candidate, Case
    from convcalc.check.wording import RefusedCall


def explain(refused: RefusedCall) -> str | None:
    layer, heads, features = layer_under_construction(refused.error), refused.error.expected, refused.error.actual
    if layer is None or type(heads) is not int or type(features) is not int:
        return None
    return f"{type(layer).__name__} cannot split {features} features evenly among {heads} heads"


def fixes(case: Case) -> Iterator[Candidate]:
    from convcalc.check.fixes import layers

    yield from layers.divisors(case)


RULE = refused(
    "attention-heads",
    "the width of an attention layer is not divisible by its number of heads",
    explain=explain,
    fixes=fixes,
    assumed_output=rerun,
    cascade=BEHIND,
    root_causes=None,
    lacks={
        "root_causes": OWN_PLACE,
    },
)
