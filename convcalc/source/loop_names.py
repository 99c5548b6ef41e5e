"""The names of a loop: those that each turn binds before it reads them, and those that are counted in it.

What a turn binds first, it cannot take over from the turn before. That is read off the syntax tree; where other code may read a name (a
function that is called, a closure), the code objects tell.
"""

from __future__ import annotations

import _ast as ast

from .frames import OPTIMIZED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, FrameType
    from typing import Any

_SIMPLE = (
    ast.Assign,
    ast.AnnAssign,
    ast.AugAssign,
    ast.Expr,
    ast.Delete,
    ast.Assert,
    ast.Import,
    ast.ImportFrom,
    ast.Pass,
    ast.Global,
)


def names_of_loop(loop: Any) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """The names that are bound in every turn before anything reads them, those that are added to somewhere in the body, and all that it binds."""
    bound: set[str] = set()
    if type(loop) is not ast.While:
        _stored(loop.target, bound)
    read: set[str] = set()
    counted: set[str] = set()
    every = set(bound)
    if type(loop) is ast.While:
        _loaded(loop.test, read, counted, every)
    complete = True  # no statement so far can end the turn
    for s in loop.body:
        loads: set[str] = set()
        _loaded(s, loads, counted, every)
        read |= loads - bound
        if not complete:
            continue
        if type(s) in _SIMPLE:
            stores: set[str] = set()
            for target in (
                getattr(s, "targets", ())
                if type(s) is ast.Assign
                else [s.target]
                if type(s) is ast.AnnAssign and s.value is not None
                else ()
            ):
                _stored(target, stores)
            bound |= stores - read
        complete = not _ends_turn(s)
    return tuple(sorted(bound)), tuple(sorted(counted)), tuple(sorted(every))


def really_fresh(names: tuple[str, ...], frame: FrameType) -> frozenset[str]:
    """Those of the names that no other code reads while the frame runs."""
    code = frame.f_code
    if code.co_flags & OPTIMIZED:
        return frozenset(name for name in names if name not in code.co_cellvars)
    return frozenset(names) - _names_of_functions(code)


def _names_of_functions(code: CodeType) -> set[str]:
    """The global names that the functions within a module's code mention."""
    found = _mentioned.get(code)
    if found is None:
        found = _mentioned[code] = set()
        inner = [c for c in code.co_consts if type(c) is type(code)]
        for function in inner:
            found.update(function.co_names)
            inner += [c for c in function.co_consts if type(c) is type(code)]
    return found


_mentioned: dict[CodeType, set[str]] = {}


def _stored(target: Any, found: set[str]) -> None:
    if type(target) is ast.Name:
        found.add(target.id)
    elif type(target) in (ast.Tuple, ast.List):
        for part in target.elts:
            _stored(part, found)
    elif type(target) is ast.Starred:
        _stored(target.value, found)


def _loaded(node: Any, found: set[str], counted: set[str], stored: set[str]) -> None:
    """The names that a piece of the tree reads, those that it adds to, and those that it binds."""
    kind = type(node)
    if kind is ast.Name:
        (stored if type(node.ctx) is ast.Store else found).add(node.id)
        return
    if kind is ast.AugAssign and type(node.target) is ast.Name:
        found.add(node.target.id)
        counted.add(node.target.id)
    for field in node._fields:
        value = getattr(node, field, None)
        if type(value) is list:
            for item in value:
                if isinstance(item, ast.AST):
                    _loaded(item, found, counted, stored)
        elif isinstance(value, ast.AST):
            _loaded(value, found, counted, stored)


def _ends_turn(node: Any) -> bool:
    """Whether a statement may end the turn, or the loop."""
    kind = type(node)
    if kind in (ast.Continue, ast.Break, ast.Return, ast.Raise):
        return True
    if kind in (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda) or kind in _SIMPLE:
        return False
    return any(
        _ends_turn(item)
        for field in ("body", "orelse", "finalbody", "handlers", "cases")
        for item in getattr(node, field, None) or ()
        if isinstance(item, ast.AST)
    )
