"""Two syntax trees compared: where they differ, and what the one keeps of the other."""

from __future__ import annotations

import _ast as ast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


def difference(old: Any, new: Any) -> tuple[Any, Any] | None:
    """Return the innermost two nodes, at the same place of two trees, below which all that differs lies; None where nothing differs."""
    while True:
        if type(old) is not type(new):
            return old, new
        differing: list[tuple[Any, Any]] = []
        for field in old._fields:
            a, b = getattr(old, field, None), getattr(new, field, None)
            if type(a) is list and type(b) is list:
                if len(a) != len(b):
                    return old, new
                differing += [(x, y) for x, y in zip(a, b) if not same(x, y)]
            elif not same(a, b):
                differing.append((a, b))
        if not differing:
            return None
        if len(differing) > 1 or not all(isinstance(x, ast.AST) for x in differing[0]):
            return old, new
        old, new = differing[0]


def same(a: Any, b: Any) -> bool:
    """Return whether two nodes, or what else stands in a tree, say the same."""
    todo = [(a, b)]
    while todo:
        x, y = todo.pop()
        if type(x) is not type(y):
            return False
        if isinstance(x, ast.AST):
            todo += [(getattr(x, field, None), getattr(y, field, None)) for field in x._fields]
        elif type(x) is list:
            if len(x) != len(y):
                return False
            todo += zip(x, y)
        elif x != y:
            return False
    return True


def identifiers(node: Any) -> Iterator[str]:
    todo = [node]
    while todo:
        one = todo.pop()
        if type(one) is ast.Name:
            yield one.id
        elif type(one) is ast.Attribute:
            yield one.attr
        if isinstance(one, ast.AST):
            for field in one._fields:
                value = getattr(one, field, None)
                todo += value if type(value) is list else [value]


def keeps_names(old: Any, new: Any) -> bool:
    left = list(identifiers(new))
    for name in identifiers(old):
        if name not in left:
            return False
        left.remove(name)
    return True
