"""The shapes of two operands do not fit each other."""

from __future__ import annotations

from convcalc.check.assumed_output import EITHER, like, two_tensors
from convcalc.check.cascade import BEHIND
from convcalc.check.rule import refused
from convcalc.check.wording import shown
from convcalc.tensor import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from convcalc.check.fixes.case import Candidate, Case
    from convcalc.check.wording import RefusedCall
    from convcalc.tensor import ShapeError
    from convcalc.trace import Call


def explain(refused: RefusedCall) -> str | None:
    given = refused.tensors
    if refused.operation in ("__setitem__", "__getitem__", "log_prob", "cdf", "icdf"):
        return _of_part(refused)
    if len(given) < 2:
        return None
    a, b = given[0].shape, given[1].shape
    for i in range(1, min(len(a), len(b)) + 1):
        x, y = a[-i], b[-i]
        if x != y and x != 1 and y != 1:
            at = {1: "last size", 2: "second-to-last size"}.get(i, f"size {i} from the end")
            return f"{refused.operation} of {shown(a)} and {shown(b)}: the {at} is {x} and {y}, which must be equal (or one of them 1)"
    return None


def _of_part(refused: RefusedCall) -> str | None:
    """Return what is wrong where a part is written, indexed, or a value scored: not the whole tensor, which is a neighbour."""
    words = str(refused.error)
    if refused.operation == "__setitem__" and refused.tensors:
        value = refused.tensors[-1].shape
        for start in ("size=[", "Target sizes: [", "indexing result of shape ["):
            _, found, rest = words.partition(start)
            if found:
                part = rest.partition("]")[0]
                room = f"({part},)" if "," not in part else f"({part})"
                return f"the part of {shown(refused.tensors[0].shape)} that is written to is {room}, but it gets {shown(value)}"
    if "value" in words.lower() and " vs " in words and refused.operation != "__getitem__":
        sizes = [part.partition(")")[0] for part in words.split("torch.Size(")[1:]]
        if len(sizes) == 2:
            value_size, own = (f"({s.strip('[]')}{',' if ',' not in s and s != '[]' else ''})" for s in sizes)
            return f"{refused.operation} of a value of {value_size}, but the distribution is over {own}"
    return None


def fixes(case: Case) -> Iterator[Candidate]:
    from convcalc.check.fixes import (
        aligned,
        items,
        layers,
        layout,
        losses,
        masks,
        meant,
        namesakes,
        of_data,
        probabilities,
        reductions,
        settings,
        skips,
        swaps,
        tensors,
        widths,
    )

    yield from probabilities.of_distribution(case)
    if case.call is not None and "__getitem__" in case.call.type:
        yield from layout.reduced_otherwise(case)
    yield from losses.dropped(case)
    yield from aligned.as_rows(case)
    yield from meant.written(case)
    yield from layers.written_weights(case)
    yield from meant.of_operands(case, layout.operands(case))
    yield from meant.one_setting(case)
    if case.call is not None and "setitem" in case.call.type:
        yield from items.written_part(case)
    yield from masks.cut(case)
    yield from swaps.names(case)
    yield from skips.sizes(case)
    yield from layout.reduced_mask(case)
    yield from reductions.keepdims(case)
    yield from namesakes.of_size(case)
    yield from aligned.beside(case, layout.operands(case))
    yield from aligned.one_hot(case)
    yield from aligned.last_layer(case)
    yield from layout.sides(case)
    yield from widths.projection(case)
    yield from widths.of_parts(case)
    yield from widths.as_beside(case)
    yield from items.labels_repeated(case)
    yield from settings.of_data(case)
    yield from layout.reduced_otherwise(case)
    yield from tensors.operands(case)
    yield from losses.losses(case)
    yield from of_data(case)


def assumed_output(call: Call, error: ShapeError) -> Any:
    """Return the common shape; a size is unknown where the two differ."""
    given = two_tensors(call)
    if len(given) < 2:
        return None
    a, b = given
    rank = max(len(a.shape), len(b.shape))
    first, second = ((1,) * (rank - len(t.shape)) + tuple(t.shape) for t in (a, b))
    return like(a, [y if x == 1 else x if y in (1, x) else Unknown(EITHER) for x, y in zip(first, second)])


RULE = refused(
    "broadcast",
    "the shapes of two operands do not fit each other",
    explain=explain,
    fixes=fixes,
    assumed_output=assumed_output,
    cascade=BEHIND,
    root_causes=("missing-batch", "channels-last"),
)
