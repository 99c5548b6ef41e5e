"""Fixes of a setting of the whole file: the size of the images or heat maps that it makes, which the model does not give."""

from __future__ import annotations

import _ast as ast

from convcalc.check.syntax import is_number

from .axes import DATA, source_of
from .candidate import GUESSES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .candidate import Candidate
    from .case import Case

MOST = 3  # settings that are tried


def of_data(case: Case) -> Iterator[Candidate]:
    """Yield a named number at the top of the file as the model has it, where the data that came with it is of another size."""
    given = case.inputs()[:2]
    if len(given) < 2 or len(given[0].shape) != len(given[1].shape):
        return
    for data, model in ((given[1], given[0]), (given[0], given[1])):
        differing = [d for d, (x, y) in enumerate(zip(data.shape, model.shape)) if type(x) is int and type(y) is int and x != y]  # fmt: skip
        if not differing or any(source_of(data, d).kind != DATA for d in differing):
            continue
        pairs = {(data.shape[d], model.shape[d]) for d in differing}
        if len(pairs) == 1:
            had, wanted = pairs.pop()
            for node in _numbers(case, had)[:MOST]:
                yield case.replace(
                    node, str(wanted), f"the model gives {wanted}", GUESSES, shown=case.syntax.statement(node)
                )


def _numbers(case: Case, value: int) -> list[Any]:
    """Return the numbers of that size that the file gives names to at its top."""
    found = []
    for node in case.syntax.nodes:
        if (
            type(node) is not ast.Assign
            or case.syntax.function(node) is not None
            or case.syntax.class_of(node) is not None
        ):
            continue
        if all(type(t) is ast.Name for target in node.targets for t in getattr(target, "elts", [target])):
            found += [
                part for part in getattr(node.value, "elts", [node.value]) if is_number(part) and part.value == value
            ]
    return found
