"""Edits of a user's file that may mend a refusal: thought up here from what is known of it, tried by `report.repair`.

Each family is a generator of mends, the likeliest first. None has to be right: only those that are seen to
help are told (`search`).
"""

from __future__ import annotations

from . import batches, inputs, layers, losses, tensors, windows

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .case import Candidate, Case

    Family = Callable[[Case], Iterator[Candidate]]

__all__ = ["candidates"]

_DATA: tuple[Family, ...] = (inputs.like_another, inputs.first_size, inputs.missing_batch, inputs.channels_first)
_SIZES: tuple[Family, ...] = (
    tensors.flattened_batch,
    layers.sizes,
    windows.other_input,
    layers.other_rank,
    windows.smaller,
    *_DATA,
    layers.another,
)

FAMILIES: dict[str, tuple[Family, ...]] = {
    "linear-in-features": _SIZES,
    "conv-channels": _SIZES,
    "norm-channels": _SIZES,
    "recurrent-input": _SIZES,
    "reused-layer": (layers.another, *_SIZES),
    "recurrent-hidden": (layers.hidden,),
    "attention-shapes": (layers.heads, layers.sizes),
    "attention-heads": (layers.divisors,),
    "groups": (layers.divisors, inputs.missing_batch),
    "channel-multiple": (layers.sizes, layers.divisors),
    "kernel-larger-than-input": (windows.smaller,),
    "input-dimensions": (
        tensors.flattened_batch,
        layers.other_rank,
        inputs.missing_batch,
        tensors.products,
        tensors.concatenations,
    ),
    "last-batch": (batches.last_batch,),
    "missing-batch": (inputs.missing_batch,),
    "channels-last": (inputs.channels_first, layers.sizes),
    "flatten-size": (tensors.views, tensors.flattened_batch),
    "view-size": (tensors.views, inputs.missing_batch),
    "view-stride": (tensors.view_order,),
    "broadcast": (losses.dropped, tensors.operands, losses.losses, *_DATA),
    "concat": (tensors.concatenations, *_DATA),
    "matmul": (tensors.products,),
    "dimension-range": (tensors.dimensions, tensors.flattened_batch, inputs.missing_batch),
    "index-range": (tensors.dimensions, inputs.missing_batch),
    "index-shapes": (losses.losses, tensors.products),
    "dtype": (losses.losses, tensors.element_types),
    "embedding-dtype": (tensors.element_types,),
    "embedding-bag": (tensors.element_types, losses.losses, inputs.like_another),
    "loss-shapes": (losses.losses, tensors.flattened_batch, inputs.missing_batch, tensors.views),
}


def candidates(case: Case) -> Iterator[Candidate]:
    """The mends of a refusal that are worth a try, each once."""
    seen = set()
    for family in FAMILIES.get(case.found.rule, ()):
        for mend in family(case):
            key = mend.edit.key()
            if key not in seen and case.text.text[mend.edit.start : mend.edit.end] != mend.edit.new:
                seen.add(key)
                yield mend
