"""Fixes of an einsum's letters and of a permutation's numbers: in another order, the sizes fit."""

from __future__ import annotations

import _ast as ast

from convcalc.check.syntax import called_name, number_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .case import Candidate, Case

MOST = 12  # orders that are tried


def of_einsum(case: Case) -> Iterator[Candidate]:
    """Yield an operand's letters in another order, so that each letter stands for one size."""
    for node in case.calls_named("einsum"):
        equation = node.args[0] if node.args else None
        if type(equation) is not ast.Constant or type(equation.value) is not str or "->" not in equation.value:
            continue
        left, _, right = equation.value.partition("->")
        terms = left.split(",")
        shapes = [tuple(t.shape) for t in case.inputs()]
        if len(terms) != len(shapes):
            continue
        quote = case.text.of(equation)[:1]
        for i in reversed(range(len(terms))):
            for term in _swapped(terms[i].strip()):
                changed = [*terms[:i], terms[i].replace(terms[i].strip(), term), *terms[i + 1 :]]
                if _agree([t.strip() for t in changed], shapes):
                    new = f"{quote}{','.join(changed)}->{right}{quote}"
                    yield case.replace(equation, new, f"the letters of {shapes[i]} in their order", shown=node)


def _swapped(term: str) -> Iterator[str]:
    for i in range(len(term)):
        for j in range(i + 1, len(term)):
            if term[i] != term[j]:
                letters = list(term)
                letters[i], letters[j] = letters[j], letters[i]
                yield "".join(letters)


def _agree(terms: list[str], shapes: list[tuple[Any, ...]]) -> bool:
    sizes: dict[str, Any] = {}
    for term, shape in zip(terms, shapes):
        if len(term) != len(shape) or not term.isalpha():
            return False
        for letter, size in zip(term, shape):
            if sizes.setdefault(letter, size) != size:
                return False
    return True


def of_permutation(case: Case) -> Iterator[Candidate]:
    """Yield a permutation of as many dimensions as the tensor has: those that are missing, put in."""
    tensor = case.tensor
    if tensor is None:
        return
    rank = len(tensor.shape)
    for node in case.calls_named("permute"):
        args = node.args[0].elts if len(node.args) == 1 and type(node.args[0]) in (ast.Tuple, ast.List) else node.args
        given = [number_of(a) for a in args]
        if called_name(node) != "permute" or None in given or len(given) == rank or rank > 6:
            continue
        for order in _completed([d for d in given if d is not None], rank):
            reason = f"an order of all {rank} dimensions of {tuple(tensor.shape)}"
            yield case.replace_all(args, ", ".join(map(str, order)), node, reason)


def _completed(given: list[int], rank: int) -> list[tuple[int, ...]]:
    """Return the orders of all dimensions, the likeliest first: that of heads before steps, as attention has it, where five are there."""
    found: list[tuple[int, ...]] = [(2, 0, 3, 1, 4)] if rank == 5 and given[:1] == [2] else []
    missing = [d for d in range(rank) if d not in given]
    if len(given) == rank - 1 and given[:1] != [0] and sorted(given) == list(range(len(given))):
        found.append((0, *(d + 1 for d in given)))  # the batch was not thought of
    if len(given) < rank and len(missing) == rank - len(given):
        if len(missing) == 1:
            found += [(*given[:i], missing[0], *given[i:]) for i in reversed(range(len(given) + 1))]
        elif given[:1] != [0] and 0 in missing:
            found += [(0, *(d + 1 for d in given), *range(len(given) + 1, rank))]
        else:
            found.append((*given, *missing))
    elif len(given) > rank:
        found.append(tuple(d - 1 for d in given if d > 0) if given[0] == 0 else tuple(d for d in given if d < rank))
    return [order for order in dict.fromkeys(found) if sorted(order) == list(range(rank))][:MOST]
