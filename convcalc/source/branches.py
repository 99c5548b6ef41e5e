"""The conditions of a file by their lines: what a branch on something unknown is called, and whether a loop hangs on it."""

from __future__ import annotations

import _ast as ast

from .syntax import parts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SHOWN = 60  # characters of a condition that a message quotes

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)


def condition_at(tree: Any, line: int) -> Any:
    """The statement or expression on a line that decides by a condition: the innermost one, statements first; None without one."""
    found = None
    for node in _nodes(tree):
        kind = type(node)
        if kind is ast.If or kind is ast.While:
            if node.lineno <= line <= node.test.end_lineno:
                found = node
        elif kind in (ast.IfExp, ast.Assert, ast.BoolOp) and type(found) not in (ast.If, ast.While):
            if node.lineno <= line <= node.end_lineno and (found is None or kind is not ast.BoolOp):
                found = node
    return found


def quoted(source: bytes, node: Any) -> str:
    """The condition of what `condition_at` found, as it stands in the source, in one line."""
    test = getattr(node, "test", node)
    lines = source.removeprefix(b"\xef\xbb\xbf").splitlines()[test.lineno - 1 : test.end_lineno]
    lines[-1] = lines[-1][: test.end_col_offset]
    lines[0] = lines[0][test.col_offset :]
    text = " ".join(b" ".join(lines).decode("utf8", "replace").split())
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def is_plain(test: Any) -> bool:
    """Whether a condition holds exactly where the unknown value in it is true: without `not`, `and` and `or`."""
    return type(test) is not ast.BoolOp and not (type(test) is ast.UnaryOp and type(test.op) is ast.Not)


def is_negation(test: Any) -> bool:
    """Whether a condition is `not` of a plain one."""
    return type(test) is ast.UnaryOp and type(test.op) is ast.Not and is_plain(test.operand)


def leads_away(tree: Any, line: int) -> bool:
    """Whether the usual answer to what is not known would leave the way: `if not mask.any(): return`. A guard rarely strikes."""
    node = condition_at(tree, line)
    return type(node) is ast.If and not node.orelse and is_negation(node.test) and _is_exit(node.body[-1])


def is_loop(tree: Any, line: int) -> bool:
    """Whether the condition on a line is that of a `while`."""
    return type(condition_at(tree, line)) is ast.While


def ends_loop(tree: Any, line: int) -> bool:
    """Whether a `while` may go on for ever where the condition on a line never changes its mind."""
    node = condition_at(tree, line)
    if type(node) is ast.While:
        return not is_plain(node.test)
    if type(node) is not ast.If or not any(map(_leaves, [*node.body, *node.orelse])):
        return False
    loops = [n for n in _nodes(tree) if type(n) in _LOOPS and n.body[0].lineno <= line <= n.body[-1].end_lineno]
    return bool(loops) and type(max(loops, key=lambda loop: loop.lineno)) is ast.While


def _is_exit(statement: Any) -> bool:
    if type(statement) is ast.Expr and type(statement.value) is ast.Call:
        function = statement.value.func
        return getattr(function, "attr", getattr(function, "id", "")) in ("exit", "quit", "_exit", "abort")
    return type(statement) in (ast.Return, ast.Raise, ast.Break, ast.Continue)


def _leaves(statement: Any) -> bool:
    """Whether a statement can end the loop around it."""
    nodes = [statement]
    for node in nodes:
        if type(node) in (ast.Break, ast.Return, ast.Raise):
            return True
        if type(node) not in _FUNCTIONS:
            nodes += parts(node)
    return False


def _nodes(tree: Any) -> list[Any]:
    found = [tree]
    for node in found:
        found += parts(node)
    return found
