"""Whether an `assert` of the user's fails in every run: it reads shapes, which are known whatever the numbers in the tensors are."""

from __future__ import annotations

import _ast as ast

from convcalc.tensor import Tensor

from .evidence import Evidence
from .scene import part_unknown
from .syntax import parts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .scene import Scene

_THROUGH = (ast.Compare, ast.BoolOp, ast.UnaryOp, ast.BinOp, ast.Tuple, ast.List, ast.Subscript, ast.Slice)
_METHODS = ("size", "dim", "ndimension", "numel")


def is_of_shapes(scene: Scene, is_own: Callable[[type], bool]) -> bool:
    """Whether an `assert` reads nothing but shapes that are known, and what is certain."""
    return type(scene.statement) is ast.Assert and _Reader(scene, is_own).is_certain(scene.statement.test)


class _Reader:
    def __init__(self, scene: Scene, is_own: Callable[[type], bool]) -> None:
        self.scene = scene
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
        found = self.scene.looked_up(node)
        return isinstance(found, Tensor) and part_unknown(tuple(found.shape)) is None
