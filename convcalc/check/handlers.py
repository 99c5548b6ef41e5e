"""The statements of a file that catch exceptions, `try` and some `with`: where an exception belongs to somebody."""

from __future__ import annotations

import _ast as ast

from convcalc.source.swallowing import may_swallow, swallowing_managers
from convcalc.source.syntax import first_line, parts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any

# Exceptions that no refusal is: a handler for these alone catches none.
_OTHERS = frozenset(
    "ImportError ModuleNotFoundError KeyError StopIteration OSError IOError FileNotFoundError EOFError KeyboardInterrupt "
    "SystemExit GeneratorExit UnicodeDecodeError ConnectionError TimeoutError".split()
)


class Handlers:
    """For each function of a file the lines that stand in a `try`, or a `with`, which catches an error of a model."""

    def __init__(self, tree: Any) -> None:
        self.ranges: dict[int, list[tuple[int, int]]] = {}
        self.managers = swallowing_managers(tree)
        self._walk(tree, 0)

    def _walk(self, tree: Any, function: int) -> None:
        waiting = [(tree, function)]
        for node, function in waiting:
            kind = type(node)
            if kind in (ast.FunctionDef, ast.AsyncFunctionDef):
                function = first_line(node)
            elif kind is ast.ClassDef:
                function = -node.lineno
            elif self._is_catching(node):
                last = node.body[-1]
                self.ranges.setdefault(function, []).append((node.body[0].lineno, last.end_lineno))
            waiting += [(part, function) for part in parts(node)]

    def _is_catching(self, node: Any) -> bool:
        kind = type(node)
        if kind is ast.Try or kind.__name__ == "TryStar":
            return any(map(_catches, node.handlers))
        return kind in (ast.With, ast.AsyncWith) and any(may_swallow(item, self.managers) for item in node.items)

    def holds(self, frame: FrameType) -> bool:
        """Return whether a frame of the file stands in such a statement."""
        code = frame.f_code
        line = frame.f_lineno
        function = 0 if code.co_name == "<module>" else code.co_firstlineno
        return any(first <= line <= last for first, last in self.ranges.get(function, ()))


def _catches(handler: Any) -> bool:
    kinds = handler.type.elts if type(handler.type) is ast.Tuple else [handler.type]
    return any(getattr(kind, "id", getattr(kind, "attr", "")) not in _OTHERS for kind in kinds)
