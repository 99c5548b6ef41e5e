"""Tensors to be joined differ in a dimension other than the joined one."""

from __future__ import annotations

from convcalc.check.assumed_output import EITHER, like
from convcalc.check.cascade import Cascade, Link
from convcalc.check.rule import refused
from convcalc.check.wording import shown
from convcalc.tensor import Tensor, Unknown
from convcalc.trace import tensors

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from convcalc.check.fixes.case import Candidate, Case
    from convcalc.check.wording import RefusedCall
    from convcalc.tensor import ShapeError
    from convcalc.trace import Call


def explain(refused: RefusedCall) -> str | None:
    shapes = [t.shape for t in refused.tensors]
    name = refused.operation
    listed = ", ".join(shown(s) for s in shapes[:4]) + (", …" if len(shapes) > 4 else "")
    if not name:
        return None
    if not shapes:
        return f"{name} takes at least one tensor, but the list is empty"
    if name == "stack":
        return f"stack takes tensors of the same shape, but got {listed}"
    if any(len(s) != len(shapes[0]) for s in shapes):
        return f"{name} takes tensors with the same number of dimensions, but got {listed}"
    dim = refused.argument(1, "dim", "axis") or 0
    return f"{name} along dimension {dim} of {listed}: all other sizes must be equal, but one has {refused.error.actual} where {refused.error.expected} was expected"


def fixes(case: Case) -> Iterator[Candidate]:
    from convcalc.check.fixes import aligned, arrays, layout, meant, of_data, reductions, samples, skips, swaps, tensors

    yield from tensors.of_numbers(case)
    yield from aligned.as_images(case, layout.operands(case))
    yield from meant.shifted(case, layout.operands(case))
    yield from samples.collated(case)
    yield from swaps.names(case)
    yield from layout.part_transposed(case)
    yield from layout.expanded(case)
    yield from arrays.scalars(case)
    yield from reductions.keepdims(case)
    yield from skips.sizes(case)
    yield from tensors.concatenations(case)
    yield from layout.repeated_otherwise(case)
    yield from layout.sides(case)
    yield from of_data(case)
    yield from layout.reduced_otherwise(case)


class Joining(Cascade):
    def explains(self, link: Link) -> bool:
        """Return whether a size that is refused would be the expected one, had the tensors been joined along another dimension."""
        if not link.behind:
            return False
        shapes = _shapes(link.earlier_call)
        if len({len(shape) for shape in shapes}) != 1:
            return False
        for dim in range(len(shapes[0])):
            others = [shape[:dim] + shape[dim + 1 :] for shape in shapes]
            if all(other == others[0] for other in others):
                joined = (*shapes[0][:dim], sum(shape[dim] for shape in shapes), *shapes[0][dim + 1 :])
                return link.error.expected in joined
        return False


def _shapes(call: Call) -> list[tuple[Any, ...]]:
    return [tuple(t.shape) for t in tensors(call.arguments) if isinstance(t, Tensor)]


def assumed_output(call: Call, error: ShapeError) -> Any:
    """Return the tensors joined; a size is unknown where they differ in another dimension than that."""
    args, kwargs = call.arguments
    items = list(args[0] if args else kwargs["tensors"])
    dim = args[1] if len(args) > 1 else kwargs.get("dim", kwargs.get("axis", 0))
    first = items[0]
    if call.operation is None or call.operation.name != "cat" or any(len(t.shape) != len(first.shape) for t in items):
        return None
    at = dim % len(first.shape)
    shape = []
    for i, sizes in enumerate(zip(*(t.shape for t in items))):
        shape.append(sum(sizes) if i == at else sizes[0] if len(set(sizes)) == 1 else Unknown(EITHER))
    return like(first, shape)


RULE = refused(
    "concat",
    "tensors to be joined differ in a dimension other than the joined one",
    explain=explain,
    fixes=fixes,
    assumed_output=assumed_output,
    cascade=Joining(),
    root_causes=("missing-batch", "channels-last"),
)
