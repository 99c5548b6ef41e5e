"""A view or reshape asks for another number of elements than the tensor has."""

from __future__ import annotations

from convcalc.check.assumed_output import of_view
from convcalc.check.cascade import Link, OfLayerSize, OfNumber, cascade_of
from convcalc.check.rule import refused
from convcalc.check.wording import product, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from convcalc.check.fixes.case import Candidate, Case
    from convcalc.check.wording import RefusedCall
    from convcalc.tensor import ShapeError


def explain(refused: RefusedCall) -> str | None:
    sizes, shape = refused.error.actual, refused.error.shape
    if not isinstance(sizes, tuple) or shape is None or not refused.operation:
        return None
    total = product(shape)
    asked = f"{refused.operation}({', '.join(map(str, sizes))})"
    if len(shape) > 1 and len(sizes) > 1 and sizes[0] in (-1, shape[0]):
        each, wanted = product(shape[1:]), product(s for s in sizes[1:] if s != -1)
        if -1 not in sizes[1:]:
            return f"{asked} wants {wanted} values for each of the {shape[0]} samples, but {shown(shape)} has {each}"
    if -1 in sizes:
        known = product(s for s in sizes if s != -1)
        return f"{asked} does not fit {shown(shape)}: its {total} values cannot be divided by {known}"
    return f"{asked} has room for {product(sizes)} values, but {shown(shape)} has {total}"


def fixes(case: Case) -> Iterator[Candidate]:
    from convcalc.check.fixes import aligned, inputs, swaps, tensors

    yield from aligned.of_shape(case)
    yield from swaps.names(case)
    yield from tensors.views(case)
    yield from inputs.missing_batch(case)


class OfView(OfNumber):
    """Of the numbers of values; whatever was refused before it, other than a layer's size, may have made another shape of it."""

    def follows(self, link: Link) -> bool:
        return not isinstance(cascade_of(link.earlier), OfLayerSize) or super().follows(link)

    def is_same_number(self, link: Link) -> bool:
        if super().is_same_number(link):
            return True
        earlier, asked = self.sizes_of_earlier(link), link.error.actual
        if earlier is None or not isinstance(asked, tuple):
            return False
        return earlier[0] in asked and earlier[1] in tuple(link.tensor.shape)

    def two_sizes(self, error: ShapeError) -> tuple[Any, Any]:
        """Return the numbers of values of a sample: asked for, and there."""
        if not isinstance(error.actual, tuple) or error.shape is None:
            return error.expected, error.actual
        return product(error.actual[1:]), product(error.shape[1:])


OF_VIEW = OfView()

RULE = refused(
    "view-size",
    "a view or reshape asks for another number of elements than the tensor has",
    explain=explain,
    fixes=fixes,
    assumed_output=of_view,
    cascade=OF_VIEW,
    root_causes=("missing-batch", "channels-last", "flatten-size"),
)
