"""Fixes of the data that a file makes up itself: `torch.randn(8, 1, 28, 28)` in another shape."""

from __future__ import annotations

import _ast as ast

from convcalc.check.syntax import called_name, number_of

from .case import MENDS, OTHER_DATA

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .case import Candidate, Case

MAKERS = ("randn", "rand", "zeros", "ones", "empty", "full", "randint", "arange", "tensor", "LongTensor", "FloatTensor")


def sizes_of(node: Any) -> Any:
    """Return the sizes that such a call is given, alone or in a tuple."""
    tuples = [a for a in node.args if type(a) in (ast.Tuple, ast.List)]
    return tuples[-1].elts if tuples else node.args


def sources(case: Case) -> list[Any]:
    """Return where the file makes up what it feeds."""
    call = case.call
    if call is None:
        return []
    while call.parent is not None:
        call = call.parent
    from convcalc.tensor import Tensor
    from convcalc.trace import tensors

    nodes = [case.source_call(t) for t in tensors(call.arguments) if isinstance(t, Tensor)]
    return [n for n in nodes if n is not None and called_name(n) in MAKERS]


def creation(case: Case, tensor: Any, wanted: tuple[int, ...]) -> Iterator[Candidate]:
    """Yield a tensor made in another shape, where the file makes it up itself."""
    node = case.source_call(tensor)
    if node is None or called_name(node) not in MAKERS:
        return
    sizes = sizes_of(node) if called_name(node) != "tensor" else node.args
    old = tuple(tensor.shape)
    if len(sizes) != len(old) or len(wanted) != len(old):
        return
    texts = [case.text.of(size) for size in sizes]
    reason = f"a shape of {wanted}"
    if sorted(wanted) == sorted(old):
        order = []
        left = list(range(len(old)))
        for size in wanted:
            at = next(i for i in left if old[i] == size)
            left.remove(at)
            order.append(at)
        yield case.replace_all(sizes, ", ".join(texts[i] for i in order), node, reason, OTHER_DATA)
    differing = [i for i in range(len(old)) if old[i] != wanted[i]]
    rank = OTHER_DATA
    if case.syntax.class_of(node) is not None:  # a table of the model's own
        rank = MENDS
        for i in differing:
            more = wanted[i] - old[i]
            if number_of(sizes[i]) is None and 0 < more < 3:
                yield case.replace(sizes[i], f"{texts[i]} + {more}", f"{wanted[i]} = {old[i]} + {more}", rank)
    for i in differing:
        for place, text in case.origins.changes(sizes[i], old[i], wanted[i]):
            yield case.replace(place, text, reason, rank)
    if rank == OTHER_DATA:
        new = [t if i not in differing else str(wanted[i]) for i, t in enumerate(texts)]
        yield case.replace_all(sizes, ", ".join(new), node, reason, OTHER_DATA)


def rebatched(case: Case, tensor: Any, old: int, new: int) -> Iterator[Candidate]:
    """Yield the first size of what a tensor came from, where the file makes it up itself."""
    made = case.producers(tensor)
    node = case.source_call(tensor)
    if node is None or called_name(node) not in MAKERS or not made[-1].outputs:
        return
    shape = tuple(made[-1].outputs[0].shape or ())
    sizes = sizes_of(node)
    if shape and sizes and shape[0] == old:
        for place, text in case.origins.changes(sizes[0], old, new):
            yield case.replace(place, text, f"as many as the others: {new}", OTHER_DATA)
        yield case.replace(sizes[0], str(new), f"as many as the others: {new}", OTHER_DATA)
