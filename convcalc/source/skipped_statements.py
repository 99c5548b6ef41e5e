"""A statement that was skipped: what it would have changed in place is not known after it.

The names that it would have bound become unknown in the instrumented code itself. Here is the rest: the attribute or the item that it would have
set, the list that it would have appended to, the object whose method it would have called.
"""

from __future__ import annotations

import _ast as ast
from _collections import deque

from convcalc.nn.module import Module
from convcalc.tensor import Tensor, Unknown, UnknownValue
from convcalc.tensor.attributes import write

from .frames import OPTIMIZED, names_of
from .rests import has_rest, more_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any


READERS = frozenset(
    "len sorted sum min max any all print str repr list tuple set dict range zip enumerate isinstance type abs round int float bool".split()
)
CALLERS = ("$method", "$build")  # in the place of a call of the file's


def changed_by(statement: Any) -> list[tuple[Any, str | None]]:
    """What a statement would change in place: expressions of the objects, and the attribute of each where it is one; none for most."""
    kind = type(statement)
    found: list[tuple[Any, str | None]] = []
    if kind is ast.Assign:
        for target in statement.targets:
            _of_target(target, found)
    elif kind is ast.AugAssign or kind is ast.AnnAssign:
        _of_target(statement.target, found)
        if kind is ast.AugAssign and type(statement.target) is ast.Name:
            found.append((_loaded(statement.target), None))
    elif kind is ast.Delete:
        for target in statement.targets:
            _of_target(target, found)
    value = getattr(statement, "value", None)
    if type(value) is ast.Call and not _only_reads(value.func):
        if type(value.func) is ast.Attribute and _is_path(value.func.value):
            found.append((value.func.value, None))
        found += [(argument, None) for argument in value.args if _is_path(argument)]
    return found


def changed_within(statement: Any) -> list[tuple[Any, str | None]]:
    """What the statements in the body of a loop, a branch or the like would change in place, apart from functions and classes made there."""
    found: list[tuple[Any, str | None]] = []
    pending = [statement]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.stmt) and type(node) not in (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef):
            found += changed_by(node)
            for field in ("body", "orelse", "finalbody", "handlers"):
                pending += getattr(node, field, ())
        elif type(node) is ast.ExceptHandler:
            pending += node.body
    return found


def _of_target(target: Any, found: list[tuple[Any, str | None]]) -> None:
    if type(target) is ast.Attribute and _is_path(target.value):
        found.append((target.value, target.attr))
    elif type(target) is ast.Subscript and _is_path(target.value):
        found.append((target.value, None))
    elif type(target) in (ast.Tuple, ast.List):
        for part in target.elts:
            _of_target(part, found)


def _only_reads(function: Any) -> bool:
    """Whether a function changes none of its arguments: one of Python's that reads, or what the instrumented code asks where an item is looked up."""
    return type(function) is ast.Name and (
        function.id in READERS or (function.id[0] == "$" and function.id not in CALLERS)
    )


def _is_path(node: Any) -> bool:
    """Whether an expression is a name, or an attribute of one: looking it up calls nothing."""
    while type(node) is ast.Attribute:
        node = node.value
    return type(node) is ast.Name


def _loaded(name: Any) -> Any:
    node = ast.Name(name.id, ast.Load())
    node.lineno, node.col_offset = name.lineno, name.col_offset
    node.end_lineno, node.end_col_offset = name.end_lineno, name.end_col_offset
    return node


def forget_changed(changes: list[tuple[Any, str | None]], frame: FrameType, reason: str) -> None:
    """Makes unknown what a statement of the frame would have changed."""
    names: dict[str, Any] = (
        {**frame.f_globals, **names_of(frame)} if frame.f_code.co_flags & OPTIMIZED else frame.f_globals
    )
    for node, attribute in changes:
        try:
            value = eval(compile(ast.Expression(node), frame.f_code.co_filename, "eval", dont_inherit=True), names)
            if attribute is not None:
                write(value, attribute, Unknown(reason))
            else:
                forget_contents(value, reason)
        except (UnknownValue, AttributeError, NameError, TypeError):
            continue


def forget_contents(value: Any, reason: str, deep: bool = True) -> None:
    """Nothing is known any more of how many items a container has, nor of the numbers and containers of an object of the file's."""
    if isinstance(value, (list, deque)):
        if not has_rest(value):
            value.append(more_of(reason))
    elif isinstance(value, dict):
        if not any(type(key) is Unknown for key in value):
            dict.__setitem__(value, more_of(reason), Unknown(reason))
    elif isinstance(value, set):
        value.add(more_of(reason))
    elif deep and not isinstance(value, (Module, Tensor, type)) and not type(value).__module__.startswith("convcalc."):
        own = getattr(value, "__dict__", None)
        if type(own) is dict:
            for name, part in own.items():
                if type(part) in (int, float, bool, str):
                    own[name] = Unknown(reason)
                else:
                    forget_contents(part, reason, False)
