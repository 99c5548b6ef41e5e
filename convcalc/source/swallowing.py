"""Which `with` statements may swallow an exception: those of `contextlib.suppress`, and of the file's own managers that do."""

from __future__ import annotations

import _ast as ast

from .syntax import parts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Functions of libraries whose managers swallow exceptions: `contextlib.suppress`, `pytest.raises`, `unittest`'s `assertRaises`.
_SWALLOWING = frozenset("suppress raises assertRaises assertRaisesRegex".split())
_EXITS = ("__exit__", "__aexit__")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_SCOPES = (*_FUNCTIONS, ast.Lambda, ast.ClassDef)


def swallowing_managers(tree: Any) -> frozenset[str]:
    """The names of managers that may swallow an exception, with those of a file (as it is written, not as it is instrumented)."""
    own = [s.name for s in tree.body if _may_swallow(s)]
    return _SWALLOWING.union(own) if own else _SWALLOWING


def may_swallow(item: Any, names: frozenset[str]) -> bool:
    """Whether the manager of a `with` item, such as `suppress(ValueError)`, is one of those names."""
    function = item.context_expr.func if type(item.context_expr) is ast.Call else None
    return getattr(function, "id", getattr(function, "attr", "")) in names


def _may_swallow(definition: Any) -> bool:
    kind = type(definition)
    if kind is ast.ClassDef:
        return any(
            type(s) in _FUNCTIONS and s.name in _EXITS and any(map(_answers, _within(s))) for s in definition.body
        )
    return kind in _FUNCTIONS and bool(definition.decorator_list) and _yields_in_try(definition)


def _yields_in_try(function: Any) -> bool:
    """Whether a generator (which `contextmanager` decorates) catches what comes out of the statement around its `yield`."""
    return any(
        type(node) is ast.Try and node.handlers and any(type(n) is ast.Yield for s in node.body for n in _within(s))
        for node in _within(function)
    )


def _answers(node: Any) -> bool:
    """Whether a statement returns what may be true."""
    return (
        type(node) is ast.Return
        and node.value is not None
        and not (type(node.value) is ast.Constant and not node.value.value)
    )


def _within(node: Any) -> list[Any]:
    """The parts of a statement or a function, without those of functions that stand in it; itself first."""
    found = [node]
    for part in found:  # which grows
        if part is node or type(part) not in _SCOPES:
            found += parts(part)
    return found
