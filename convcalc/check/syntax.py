"""A file's syntax tree with the way up: what encloses a node, what a call's arguments are called."""

from __future__ import annotations

import _ast as ast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


class Syntax:
    """The nodes of a file, each with its parent."""

    def __init__(self, tree: Any) -> None:
        self.tree = tree
        self.nodes: list[Any] = []
        self.calls: list[Any] = []
        self._parents: dict[int, Any] = {}
        self._walk(tree)

    def _walk(self, root: Any) -> None:
        todo = [root]
        for node in todo:
            self.nodes.append(node)
            if type(node) is ast.Call:
                self.calls.append(node)
            for field in node._fields:
                value = getattr(node, field, None)
                for item in value if type(value) is list else (value,):
                    if isinstance(item, ast.AST) and hasattr(item, "_fields") and type(item) is not ast.Load:
                        self._parents[id(item)] = node
                        todo.append(item)

    def parent(self, node: Any) -> Any:
        return self._parents.get(id(node))

    def function(self, node: Any) -> Any:
        """Return the innermost function that holds a node, if any."""
        node = self.parent(node)
        while node is not None and type(node) not in FUNCTIONS:
            node = self.parent(node)
        return node

    def class_of(self, node: Any) -> Any:
        node = self.parent(node)
        while node is not None and type(node) is not ast.ClassDef:
            node = self.parent(node)
        return node

    def statement(self, node: Any) -> Any:
        while node is not None and not isinstance(node, ast.stmt):
            node = self.parent(node)
        return node

    def at_line(self, line: int) -> list[Any]:
        """Return the calls on a line, the outermost first; where there is none, those that a statement around it holds."""
        found = [c for c in self.calls if c.lineno == line]
        return found or [c for c in self.calls if c.lineno <= line <= c.end_lineno]


def called_name(node: Any) -> str | None:
    """`f` of `f(...)` and of `x.f(...)`."""
    if type(node) is not ast.Call:
        return None
    return getattr(node.func, "attr", None) or getattr(node.func, "id", None)


def is_number(node: Any) -> bool:
    return type(node) is ast.Constant and type(node.value) is int


def number_of(node: Any) -> int | None:
    """Return the number that a literal, or an expression of literals, is; None where a name is in it."""
    kind = type(node)
    if kind is ast.Constant:
        return node.value if type(node.value) is int else None
    if kind is ast.UnaryOp and type(node.op) is ast.USub:
        inner = number_of(node.operand)
        return None if inner is None else -inner
    if kind is ast.BinOp:
        operations = [node]
        while type(operations[-1].left) is ast.BinOp:  # a long sum hangs on its left
            operations.append(operations[-1].left)
        value = number_of(operations[-1].left)
        for operation in reversed(operations):
            value = _applied(type(operation.op), value, number_of(operation.right))
        return value
    return None


def _applied(operator: Any, left: int | None, right: int | None) -> int | None:
    if left is None or right is None:
        return None
    if operator is ast.Mult:
        return left * right
    if operator is ast.Add:
        return left + right
    if operator is ast.Sub:
        return left - right
    if operator is ast.FloorDiv and right:
        return left // right
    if operator is ast.Pow and 0 <= right < 8:
        return int(left**right)
    return None


def argument(call: Any, name: str, names: tuple[str, ...]) -> Any:
    """Return the expression that a call gives for a parameter; None where it gives none that can be told."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    if name not in names:
        return None
    position = names.index(name)
    before = call.args[: position + 1]
    if len(before) <= position or any(type(a) is ast.Starred for a in before):
        return None
    return before[position]


def names_of(module: Any) -> tuple[str, ...]:
    """Return the names of a layer's arguments."""
    code = type(module).__init__.__code__
    return tuple(code.co_varnames[1 : code.co_argcount])


def parameters(function: Any) -> tuple[str, ...]:
    """Return the names of a function's positional parameters."""
    return tuple([a.arg for a in [*function.args.posonlyargs, *function.args.args]])


def default_of(function: Any, name: str) -> Any:
    """Return the default of a parameter, if it has one."""
    names, defaults = parameters(function), function.args.defaults
    if name in names:
        at = names.index(name) - (len(names) - len(defaults))
        return defaults[at] if at >= 0 else None
    for given, default in zip(function.args.kwonlyargs, function.args.kw_defaults):
        if given.arg == name:
            return default
    return None
