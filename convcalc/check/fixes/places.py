"""Where an operand is best edited: where its name was assigned, where it was cut into parts, or where it is used.

An edit of what is used more than once belongs where the name is assigned, so that all uses have it; of what is used once, to the use.
"""

from __future__ import annotations

import _ast as ast

from convcalc.check.syntax import called_name

from .case import CASTS, MENDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .case import Candidate, Case

_PARTS = frozenset("chunk split unbind tensor_split".split())


def turned(case: Case, node: Any, suffix: str, reason: str, rank: int = MENDS) -> Iterator[Candidate]:
    """Yield an operand with a method or an index behind it: at the place where a person would write it, then at the other one."""
    inner = core(node)
    here = case.method(inner, suffix, reason, rank)
    value, is_first = assigned(case, inner)
    if value is None:
        yield here
        return
    while suffix[0] == "[" and called_name(value) in CASTS and type(value.func) is ast.Attribute and not value.args:
        value = value.func.value  # an index stands before `.float()`
    there = case.method(value, suffix, reason, rank)
    yield from (there, here) if is_first else (here, there)


def core(node: Any) -> Any:
    """Return what an operand is about: `x` of `(x + 1)`, `-x` and `~x`."""
    while True:
        if type(node) is ast.BinOp and type(node.right) is ast.Constant:
            node = node.left
        elif type(node) is ast.BinOp and type(node.left) is ast.Constant:
            node = node.right
        elif type(node) is ast.UnaryOp:
            node = node.operand
        else:
            return node


def assigned(case: Case, node: Any) -> tuple[Any, bool]:
    """Return what a local name was assigned last, before a node, and whether an edit belongs there rather than to the node.

    Of a name that is one of several parts (`a, b = x.chunk(2)`) it is what was cut into parts.
    """
    if type(node) is not ast.Name:
        return None, False
    function, line = case.syntax.function(node), case.syntax.statement(node).lineno
    last: Any = None
    for statement in case.syntax.nodes:
        if type(statement) is not ast.Assign or statement.lineno >= line or len(statement.targets) != 1:
            continue
        if last is not None and statement.lineno < last.lineno:
            continue
        if _binds(statement.targets[0], node.id) and case.syntax.function(statement) is function:
            last = statement
    if last is None:
        return None, False
    if type(last.targets[0]) is not ast.Name:
        call = last.value
        if called_name(call) not in _PARTS:
            return None, False
        owner = getattr(call.func, "value", None)
        whole = call.args[0] if getattr(owner, "id", None) == "torch" and call.args else owner
        return whole, True
    uses = [n for n in case.syntax.nodes if type(n) is ast.Name and n.id == node.id and type(n.ctx) is ast.Load]
    later = [n for n in uses if n.lineno > last.lineno and case.syntax.function(n) is function]
    return last.value, len(later) > 1 or type(last.value) in (ast.Name, ast.Attribute)


def _binds(target: Any, name: str) -> bool:
    parts = target.elts if type(target) in (ast.Tuple, ast.List) else [target]
    return any(type(part) is ast.Name and part.id == name for part in parts)
