"""The calls of models and losses that a statement skipped may hide: those that stand in it, or in the functions that it left, and were never run."""

from __future__ import annotations

import _ast as ast
from types import FunctionType, MethodType

from convcalc.nn.container import ModuleDict, ModuleList
from convcalc.nn.facts import facts_of
from convcalc.nn.module import Module

from .scene import MISSING, SCOPES, Scene, attribute, nodes
from .syntax import function_at, parts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from .program import Program

_DEEP = 3  # functions within functions that are looked into
_MOST = 2000  # statements that are looked at


class Hidden:
    """A call that was not made because a statement was skipped: of what, where it stands, and the line and reason of the statement."""

    __slots__ = ("file", "is_loss", "last", "line", "name", "place", "reason")

    def __init__(self, name: str, is_loss: bool, file: str, node: Any, place: tuple[Any, Any], reason: str) -> None:
        self.name = name
        self.is_loss = is_loss
        self.file = file
        self.line: int = node.lineno
        self.last: int = node.end_lineno
        self.place = place
        self.reason = reason


class Concealed:
    """What the statements skipped in one run hide; each statement is looked at once."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.seen: set[tuple[str, int]] = set()
        self.found: list[Hidden] = []

    def note(self, error: BaseException, reason: str) -> None:
        """Looks at the frames that an exception went through before it was caught."""
        traceback = error.__traceback__
        first = True
        while traceback is not None:
            frame = traceback.tb_frame
            file, line = frame.f_code.co_filename, traceback.tb_lineno
            if file in self.program.record.files and len(self.seen) < _MOST:
                if (file, line) not in self.seen:
                    self.seen.add((file, line))
                    tree = self.program.tree_of(file)
                    if tree is not None:
                        scene = Scene(frame, traceback.tb_lasti, line, tree, None)
                        region = scene.statement if first else scene.scope
                        self._look(region, scene.looked_up, file, self.program.record.place_of(error), reason, 0)
                first = False
            traceback = traceback.tb_next

    def _look(
        self, region: Any, looked_up: Callable[[Any], Any], file: str, place: tuple[Any, Any], reason: str, depth: int
    ) -> None:
        layers = _gone_through(region, looked_up)
        for call in _calls(region):
            found = looked_up(call.func)
            if found is MISSING and not _builds(call.func, looked_up) and _text(call.func) not in layers:
                continue
            is_loss = _is_loss(found)
            is_module = isinstance(found, Module) and not isinstance(found, (ModuleList, ModuleDict))
            if is_loss or is_module or found is MISSING:
                name = _text(call.func)
                self.found.append(Hidden(name, is_loss, file, call, place, reason))
            elif depth < _DEEP and isinstance(found, (FunctionType, MethodType)):
                self._look_into(found, place, reason, depth)

    def _look_into(self, function: Any, place: tuple[Any, Any], reason: str, depth: int) -> None:
        """The body of a function of the file's own that was not called; of its names only the global ones and `self` are known."""
        code = function.__code__
        owner = getattr(function, "__self__", MISSING)
        file, line = code.co_filename, code.co_firstlineno
        if file not in self.program.record.files or (file, -line) in self.seen:
            return
        self.seen.add((file, -line))
        tree = self.program.tree_of(file)
        node = None if tree is None else function_at(tree, code.co_name, line)
        if node is None:
            return
        own = {*code.co_varnames, *code.co_cellvars, *code.co_freevars}
        names, first = function.__globals__, code.co_varnames[:1]

        def looked_up(node: Any) -> Any:
            if type(node) is ast.Name:
                if (node.id,) == first and owner is not MISSING:
                    return owner
                return MISSING if node.id in own else names.get(node.id, MISSING)
            if type(node) is ast.Attribute:
                holder = looked_up(node.value)
                return MISSING if holder is MISSING else attribute(holder, node.attr)
            return MISSING

        self._look(node, looked_up, file, place, reason, depth + 1)

    def never_made(self) -> list[Hidden]:
        """Those of which the run has made no call at all."""
        made: set[tuple[Any, Any]] = set()
        if self.found:
            made = {(call.file, call.line) for call in self.program.record.calls}
        return [h for h in self.found if not any((h.file, line) in made for line in range(h.line, h.last + 1))]


def _calls(region: Any) -> Iterator[Any]:
    """The calls that a statement makes, or a function's body: those in functions and classes that it defines are not made."""
    waiting = parts(region)
    if type(region) is ast.Call:
        yield region
    while waiting:
        node = waiting.pop()
        if type(node) is ast.Call:
            yield node
        if not isinstance(node, SCOPES) or isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp)):
            waiting += parts(node)


def _is_loss(found: Any) -> bool:
    """Whether it is one of PyTorch's losses: a layer of them, or a function."""
    if isinstance(found, Module):
        return facts_of(type(found)).kind == "loss"
    operation = getattr(found, "operation", None)
    return getattr(operation, "kind", "") == "loss"


def _builds(node: Any, looked_up: Callable[[Any], Any]) -> bool:
    """Whether an expression is a call that builds a module."""
    kind = looked_up(node.func) if type(node) is ast.Call else None
    return isinstance(kind, type) and issubclass(kind, Module)


def _gone_through(region: Any, looked_up: Callable[[Any], Any]) -> set[str]:
    """The names of the layers that loops go over whose containers are built there."""
    loops: list[Any] = [n for n in nodes(region) if type(n) is ast.For and type(n.target) is ast.Name]
    return {loop.target.id for loop in loops if any(_builds(node, looked_up) for node in nodes(loop.iter))}


def _text(node: Any) -> str:
    if type(node) is ast.Attribute:
        return f"{_text(node.value)}.{node.attr}"
    if type(node) is ast.Call:
        return f"{_text(node.func)}(...)"
    return node.id if type(node) is ast.Name else "a layer"
