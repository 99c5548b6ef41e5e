"""What stands in a syntax tree: the nodes right below one, and the function that a code object is of."""

from __future__ import annotations

import _ast as ast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container
    from typing import Any


def parts(node: Any, left_out: Container[str] = ()) -> list[Any]:
    """The nodes right below one, without those of the fields `left_out`."""
    found = []
    for field in node._fields:
        if field not in left_out:
            value = getattr(node, field, None)
            found += [part for part in (value if type(value) is list else [value]) if isinstance(part, ast.AST)]
    return found


def first_line(node: Any) -> int:
    """The line on which a node begins: of a definition, that of its first decorator, as its code object has it."""
    lines: list[int] = [node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", ()))]
    return min(lines)


def function_at(tree: Any, name: str, line: int) -> Any:
    """The function of a name that begins on a line; None where there is none."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == name and first_line(node) == line:
            return node
        waiting += parts(node)
    return None
