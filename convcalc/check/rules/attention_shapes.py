"""The query, key, value or mask of an attention layer does not fit the layer, or they do not fit each other."""

from __future__ import annotations

from convcalc.check.assumed_output import rerun
from convcalc.check.cascade import BEHIND
from convcalc.check.rule import OWN_PLACE, refused
from convcalc.check.wording import spec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from convcalc.check.fixes.case import Candidate, Case
    from convcalc.check.wording import RefusedCall


def explain(refused: RefusedCall) -> str | None:
    from convcalc.nn.attention import MultiheadAttention

    error, layer = refused.error, refused.module
    if error.argument != "embed_dim" or not isinstance(layer, MultiheadAttention):
        return None
    return f"{spec(refused.record, layer)} expected {error.expected} features per step, got {error.actual}"


def fixes(case: Case) -> Iterator[Candidate]:
    from convcalc.check.fixes import layers, layout, masks, namesakes, swaps

    yield from masks.of_attention(case)
    yield from namesakes.of_size(case)
    yield from masks.made_turned(case)
    yield from layout.grown_otherwise(case)
    yield from layout.transposed(case)
    yield from layers.heads(case)
    yield from layers.sizes(case)
    yield from swaps.arguments(case)
    yield from layers.batch_first(case)


RULE = refused(
    "attention-shapes",
    "the query, key, value or mask of an attention layer does not fit the layer, or they do not fit each other",
    explain=explain,
    fixes=fixes,
    assumed_output=rerun,
    cascade=BEHIND,
    root_causes=None,
    lacks={
        "root_causes": OWN_PLACE,
    },
)
