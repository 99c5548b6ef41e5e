"""Fixes of an assertion that one number divides another: `assert width % heads == 0`."""

from __future__ import annotations

import _ast as ast

from convcalc.check.syntax import number_of

from .case import Candidate
from .scope import is_at, values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .case import Case


def divisible(case: Case) -> Iterator[Candidate]:
    """`assert width % heads == 0`: another number of heads that divides, or the nearest width."""
    if not isinstance(case.error, AssertionError):
        return
    for node in case.syntax.nodes:
        if type(node) is not ast.Assert or not is_at(case, node):
            continue
        for part in _mods(node.test):
            known = dict(values(case))
            width, parts = (_value(case, side, known) for side in (part.left, part.right))
            if type(width) is int and type(parts) is int and 0 < parts <= width:
                fitting = sorted((n for n in range(2, width + 1) if width % n == 0), key=lambda n: abs(n - parts))
                for new in fitting[:2]:
                    for place, text in case.origins.changes(part.right, parts, new):
                        yield case.replace(place, text, f"{new} divides {width}")
                for new in (width // parts * parts, (width // parts + 1) * parts):
                    for place, text in case.origins.changes(part.left, width, new):
                        yield case.replace(place, text, f"{parts} divides {new}")


def _mods(node: Any) -> list[Any]:
    todo, found = [node], []
    while todo:
        one = todo.pop()
        if type(one) is ast.BinOp and type(one.op) is ast.Mod:
            found.append(one)
        for field in getattr(one, "_fields", ()):
            value = getattr(one, field, None)
            todo += value if type(value) is list else [value] if isinstance(value, ast.AST) else []
    return found


def _value(case: Case, node: Any, known: dict[str, Any]) -> Any:
    """Return the number that an expression is: a literal, a name, or an attribute of a name."""
    number = number_of(node)
    if number is not None:
        return number
    text = case.text.of(node)
    if text in known:
        return known[text]
    owner = known.get(text.rpartition(".")[0])
    if owner is None or isinstance(owner, type):
        return getattr(owner, "__dict__", {}).get(text.rpartition(".")[2]) if owner is not None else None
    try:
        return object.__getattribute__(owner, "__dict__").get(text.rpartition(".")[2])
    except AttributeError:
        return None
