"""Fixes of what takes dimensions away: sums that do not keep theirs, flattenings that begin too early, maxima that are pairs."""

from __future__ import annotations

import _ast as ast

from convcalc.check.syntax import argument, called_name, number_of
from convcalc.check.text import Edit
from convcalc.tensor import Tensor

from .candidate import Candidate
from .scope import is_at, values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .case import Case

KEEPING = frozenset("sum mean max min amax amin std var norm prod logsumexp argmax argmin any all median pairwise_distance".split())  # fmt: skip
_PAIRS = {"max": "amax", "min": "amin", "median": None, "mode": None, "topk": None, "sort": None}


def keepdims(case: Case, given: list[Any] | None = None) -> Iterator[Candidate]:
    """Yield a reduction before with its dimension kept as one of size 1, or no longer kept."""
    for tensor in case.inputs()[:3] if given is None else given:
        for made in case.producers(tensor)[:4]:
            name = made.type.rpartition(".")[2]
            node = case.node_of(made) if name in KEEPING else None
            if node is None:
                continue
            last = [*node.args, *(k.value for k in node.keywords)]
            kept = next((k for k in node.keywords if k.arg in ("keepdim", "keepdims")), None)
            if kept is None and (_has_dim(case, node) or name == "pairwise_distance"):
                yield case.insert_after(last[-1], ", keepdim=True", f"{name} keeps its dimension, as one of size 1", shown=node)  # fmt: skip
            elif kept is not None and len(last) > 1 and kept is node.keywords[-1]:
                before = last[-2]
                edit = Edit(case.text.span(before)[1], case.text.span(kept)[1], "")
                yield Candidate(edit, case.text.span(node), f"{name} without the dimension of size 1", is_undone=True)
            break


def asserted(case: Case) -> Iterator[Candidate]:
    """`assert a.shape == b.shape`, where one of them was reduced and the dimension kept, or not."""
    if not isinstance(case.error, AssertionError):
        return
    for node in case.syntax.nodes:
        if type(node) is not ast.Assert or not is_at(case, node) or type(node.test) is not ast.Compare:
            continue
        sides: list[Any] = [node.test.left, *node.test.comparators]
        owners = [s.func.value if called_name(s) == "size" else getattr(s, "value", None) for s in sides]
        known = dict(values(case))
        yield from keepdims(
            case, [known[o.id] for o in owners if type(o) is ast.Name and isinstance(known.get(o.id), Tensor)]
        )


def _has_dim(case: Case, node: Any) -> bool:
    own = type(node.func) is ast.Attribute and case.text.of(node.func.value) in ("torch", "F")
    dim = argument(node, "dim", ("input", "dim") if own else ("dim",))
    return dim is not None and type(number_of(dim)) is int


def flattened_from(case: Case) -> Iterator[Candidate]:
    """`x.flatten(1)` before a layer that takes the last dimensions together only: `x.flatten(2)`."""
    for made in case.producers(case.tensor)[:6]:
        if made.type.rpartition(".")[2] != "flatten" or not made.inputs or made.inputs[0].shape is None:
            continue
        node, old = case.node_of(made), made.inputs[0].shape
        if node is None or not all(type(size) is int for size in old):
            return
        own = type(node.func) is ast.Attribute and case.text.of(node.func.value) == "torch"
        start = argument(node, "start_dim", ("input", "start_dim", "end_dim") if own else ("start_dim", "end_dim"))
        had = None if start is None else number_of(start)
        for d in range(len(old)):
            total = 1
            for size in old[d:]:
                total *= size
            if start is not None and had is not None and d != had % len(old) and total == case.expected:
                yield case.replace(start, str(d), f"{total} = {' * '.join(map(str, old[d:]))}")
        return


def pairs(case: Case) -> Iterator[Candidate]:
    """`x.max(dim=1)`, which is a pair of the values and their places: `x.amax(dim=1)`."""
    words = case.words
    if not any(f"{name}" in words for name in ("return_types", "'max'", "'min'", "got max", "got min", "'topk'", "'sort'")):  # fmt: skip
        return
    names = {n.id for n in case.syntax.nodes if type(n) is ast.Name and is_at(case, n)}
    for call in case.syntax.calls:
        name = called_name(call)
        if name not in _PAIRS or (name in ("max", "min") and not call.args and not call.keywords):
            continue
        around = case.syntax.parent(call)
        if type(around) is ast.Subscript or (type(around) is ast.Attribute and around.attr in ("values", "indices")):
            continue
        if not is_at(case, call) and not names & set(_kept_as(case, call)):
            continue
        plain = _PAIRS[name]
        if plain is not None and type(call.func) is ast.Attribute and call.func.attr == name:
            end = case.text.span(call.func)[1]
            yield Candidate(Edit(end - len(name), end, plain), case.text.span(call), f"{name} along a dimension gives a pair, {plain} the values alone")  # fmt: skip
        yield case.insert_after(call, ".values", "the values, not the places with them", shown=call)
        yield case.insert_after(call, ".indices", "the places, not the values with them", shown=call)


def _kept_as(case: Case, node: Any) -> list[str]:
    """Return the names under which a statement keeps a value: what it assigns, or the list that it appends to."""
    statement = case.syntax.statement(node)
    if type(statement) is ast.Assign and len(statement.targets) == 1:
        return [getattr(statement.targets[0], "id", "")]
    if type(statement) is ast.Expr and called_name(statement.value) == "append":
        return [getattr(statement.value.func.value, "id", "")]  # type: ignore[attr-defined]
    return []
