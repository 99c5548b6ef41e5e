"""The conditions of a file, as its syntax tree has them: what their sides bind and leave, and how these can be followed (see `splits`)."""

from __future__ import annotations

import _ast as ast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
LOOPS = (ast.For, ast.AsyncFor, ast.While)
STATEMENTS, EXPRESSION, RETURNING, ONE_WAY = range(4)  # how the sides of a condition can be followed


class Condition:
    """A condition of the user's code with its two sides: instrumented statements, or expressions."""

    __slots__ = (
        "code",
        "file",
        "global_names",
        "has_other_side",
        "key",
        "kind",
        "leaves",
        "line",
        "names",
        "node",
        "rest",
        "sides",
    )

    def __init__(self, node: Any, file: str) -> None:
        self.node = node  # the `if` or `while`, of which a message quotes the condition
        self.file = file
        self.line: int = node.test.lineno
        self.key = (file, self.line, "", node.test.col_offset)  # by which a run finds the condition of another run
        self.kind = ONE_WAY
        self.names: tuple[str, ...] = ()  # that the sides bind
        self.global_names: frozenset[str] = frozenset()  # those of them that the function declares global
        self.leaves: tuple[str, ...] = ()  # "loop", "turn", "function": what the sides may end
        self.sides: tuple[Any, Any] = ([], [])
        self.rest: list[
            tuple[list[Any], int]
        ] = []  # what follows in the function: lists of statements, and the place of the `if` in each
        self.has_other_side = True  # the instrumented code asks afterwards whether both sides were followed
        self.code: dict[bool, CodeType] = {}


def judge(condition: Condition, rest: list[Any] | None, global_names: frozenset[str]) -> None:
    """Finds out how a condition can be followed; `rest` are the statements after it in the function, None where they are not known."""
    found = _Found()
    node = condition.node
    if type(node) is ast.IfExp:
        found.look(node.body, False)
        found.look(node.orelse, False)
        condition.kind = ONE_WAY if found.awkward else EXPRESSION
        return
    for s in (*node.body, *node.orelse):
        found.look(s, False)
    condition.leaves = tuple(sorted(found.leaves))
    condition.names = tuple(found.names)
    condition.global_names = global_names & frozenset(found.names)
    if found.awkward:
        return
    condition.kind = STATEMENTS
    if condition.leaves == ("function",) and rest is not None:
        for s in rest:
            found.look(s, False)
        if not found.awkward and global_names.isdisjoint(found.names) and found.leaves == {"function"}:
            condition.kind = RETURNING
            condition.names = tuple(found.names)


class _Found:
    """What a piece of the tree does that matters to who runs it apart from its place."""

    def __init__(self) -> None:
        self.names: dict[str, None] = {}
        self.leaves: set[str] = set()
        self.awkward = False  # it cannot be run elsewhere

    def look(self, node: Any, in_loop: bool) -> None:
        kind = type(node)
        if kind is ast.Name:
            if type(node.ctx) is ast.Store:
                self.names[node.id] = None
            elif type(node.ctx) is ast.Del:
                self.awkward = True
            return
        if kind in (ast.Yield, ast.YieldFrom, ast.Await, ast.Global, ast.Nonlocal, ast.NamedExpr):
            self.awkward = True
        elif kind is ast.Return:
            self.leaves.add("function")
        elif kind is ast.Break and not in_loop:
            self.leaves.add("loop")
        elif kind is ast.Continue and not in_loop:
            self.leaves.add("turn")
        elif kind in FUNCTIONS:
            if kind is not ast.Lambda:
                self.names[node.name] = None
            return  # runs elsewhere anyhow
        elif kind is ast.Import or kind is ast.ImportFrom:
            for alias in node.names:
                self.names[alias.asname or alias.name.partition(".")[0]] = None
        elif kind is ast.ExceptHandler and node.name:
            self.names[node.name] = None
        for field in node._fields:
            value = getattr(node, field, None)
            inner = in_loop or (kind in LOOPS and field == "body")
            for part in value if type(value) is list else (value,):
                if isinstance(part, ast.AST):
                    self.look(part, inner)
