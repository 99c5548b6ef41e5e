"""Whether an `assert` or a `raise` of the user's comes in every run: what leads there reads shapes, which are known whatever the numbers in the tensors are."""

from __future__ import annotations

import _ast as ast

from convcalc.nn.module import is_module
from convcalc.tensor import Tensor

from .evidence import Evidence
from .scene import FUNCTIONS, nodes, part_unknown
from .syntax import parts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from convcalc.trace.recorder import Call

    from .scene import Scene

_THROUGH = (ast.Compare, ast.BoolOp, ast.UnaryOp, ast.BinOp, ast.Tuple, ast.List, ast.Subscript, ast.Slice)
RECENT = 10_000  # calls that are looked through for the one that an `assert` makes
_METHODS = ("size", "dim", "ndimension", "numel")


def is_of_shapes(scene: Scene, is_own: Callable[[type], bool], calls: list[Call]) -> bool:
    """Whether an `assert` reads nothing but shapes that are known, and what is certain; `calls` are those of the run so far."""
    return type(scene.statement) is ast.Assert and _Reader(scene, is_own, calls).is_certain(scene.statement.test)


def is_raised_for_sure(scene: Scene, is_own: Callable[[type], bool], calls: list[Call]) -> bool:
    """Whether a `raise` stands below conditions that read nothing but shapes that are known and what is certain, in loops over such things."""
    path = scene.path[: scene.path.index(scene.statement)]
    conditions: list[Any] = []
    loops: list[Any] = []
    while path and type(path[-1]) in (ast.If, ast.For):
        node = path.pop()
        if type(node) is ast.If:
            conditions.append(node.test)
        else:
            loops.append(node.iter)
    if not conditions or not path or not isinstance(path[-1], (ast.Module, *FUNCTIONS)):
        return False
    if any(type(part) is ast.Attribute and part.attr[:2] == "__" for test in conditions for part in nodes(test)):
        return False  # a version, the name of a file
    reader = _Reader(scene, is_own, calls)
    return all(map(reader.is_certain, conditions)) and all(map(reader.evidence.holds, loops))


class _Reader:
    def __init__(self, scene: Scene, is_own: Callable[[type], bool], calls: list[Call]) -> None:
        self.scene = scene
        self.calls = calls
        self.evidence = Evidence(scene, is_own)

    def is_certain(self, node: Any) -> bool:
        kind = type(node)
        if kind in _THROUGH:
            return all(self.is_certain(part) for part in parts(node) if isinstance(part, ast.expr))
        if kind is ast.Attribute and node.attr in ("shape", "ndim") and self._is_of_known_shape(node.value):
            return True
        if kind is ast.Call and not node.keywords:
            if (
                type(node.func) is ast.Attribute
                and node.func.attr in _METHODS
                and self._is_of_known_shape(node.func.value)
            ):
                return all(map(self.is_certain, node.args))
            if type(node.func) is ast.Name and len(node.args) == 1 and self.evidence._scope_of(node.func) is None:
                if node.func.id == "len" and self._is_of_known_shape(node.args[0]):
                    return True
                if node.func.id in ("len", "tuple", "list"):
                    return self.is_certain(node.args[0])
        return self.evidence.holds(node)

    def _is_of_known_shape(self, node: Any) -> bool:
        found = self._answer(node) if type(node) is ast.Call else self.scene.looked_up(node)
        return isinstance(found, Tensor) and part_unknown(tuple(found.shape)) is None

    def _answer(self, node: Any) -> Any:
        """What the call of a module has given that an expression makes, which is the only one of that module in its lines."""
        module = self.scene.looked_up(node.func)
        if not is_module(module):
            return None
        first, last, file = node.lineno, node.end_lineno, self.scene.frame.f_code.co_filename
        found = [
            call
            for call in self.calls[-RECENT:]
            if call.owner is module and call.kind == "module" and call.file == file and first <= call.line <= last
        ]
        same = sum(
            type(part) is ast.Call and self.scene.looked_up(part.func) is module for part in nodes(self.scene.statement)
        )
        return found[-1].result if found and same == 1 else None
