"""Fixes of a name that was taken for another: `create_mask(src, tgt)` where `tgt_input` is what goes in."""

from __future__ import annotations

import _ast as ast

from convcalc.check.syntax import called_name
from convcalc.tensor import Tensor

from .scope import first_line, lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .case import Candidate, Case

MOST = 6  # that are tried


def of_size(case: Case) -> Iterator[Candidate]:
    """Yield calls with another tensor at hand: the same shape, but for the size that is wanted where another one came."""
    pairs = _sizes(case)
    if not pairs:
        return
    tried = 0
    refused = {tuple(t.shape) for t in case.inputs()}
    for frame, line in reversed(lines(case)[:4]):  # who calls has taken the wrong name, rather than who is called
        own = {n: v for n, v in frame.f_locals.items() if isinstance(v, Tensor)}
        for node in _given(case, frame, line):
            value = own.get(node.id)
            if value is None:
                continue
            for name, other in own.items():
                if (
                    name != node.id
                    and _is_alike(value, other, pairs)
                    and (tuple(value.shape) in refused or _is_maker(case, node))
                ):
                    tried += 1
                    if tried > MOST:
                        return
                    reason = f"{name} is {tuple(other.shape)}, {node.id} is {tuple(value.shape)}"
                    yield case.replace(node, name, reason)


def _sizes(case: Case) -> list[tuple[int, int]]:
    """Return the sizes that came, each with the one that was wanted."""
    came, wanted = case.actual, case.expected
    if type(came) is int and type(wanted) is int:
        return [(came, wanted)]
    if isinstance(came, (tuple, list)) and isinstance(wanted, (tuple, list)) and len(came) == len(wanted):
        return list(dict.fromkeys((a, b) for a, b in zip(came, wanted) if a != b and type(a) is int and type(b) is int))
    return []


def _is_alike(value: Tensor, other: Tensor, pairs: list[tuple[int, int]]) -> bool:
    a, b = tuple(value.shape), tuple(other.shape)
    if len(a) != len(b) or a == b or value.dtype != other.dtype:
        return False
    return all(x == y or (x, y) in pairs for x, y in zip(a, b))


def _given(case: Case, frame: Any, line: int) -> list[Any]:
    """Return the names that calls of a frame's function are given up to where it failed, the last first."""
    found = []
    for call in case.syntax.calls:
        if call.lineno > line:
            continue
        function = case.syntax.function(call)
        if (function is None) != (frame.f_code.co_name == "<module>"):
            continue
        if function is not None and first_line(function) != frame.f_code.co_firstlineno:
            continue
        found += [a for a in [*call.args, *(k.value for k in call.keywords)] if type(a) is ast.Name]
    return sorted(found, key=lambda n: (n.lineno, n.col_offset), reverse=True)


def _is_maker(case: Case, node: Any) -> bool:
    """Return whether a name is given to a function of the file, whose result is kept: `mask = create_mask(src, tgt)`."""
    call = case.syntax.parent(node)
    own = {n.name for n in case.syntax.nodes if type(n) is ast.FunctionDef}
    return called_name(call) in own and type(case.syntax.parent(call)) is ast.Assign
