"""The `try` statements of a file: where an exception belongs to somebody."""

from __future__ import annotations

import _ast as ast

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
    """For each function of a file the lines that stand in a `try` which catches an error of a model."""

    def __init__(self, tree: Any) -> None:
        self.ranges: dict[int, list[tuple[int, int]]] = {}
        self._walk(tree, 0)

    def _walk(self, tree: Any, function: int) -> None:
        waiting = [(tree, function)]
        for node, function in waiting:
            kind = type(node)
            if kind in (ast.FunctionDef, ast.AsyncFunctionDef):
                function = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            elif kind is ast.ClassDef:
                function = -node.lineno
            elif kind is ast.Try and any(map(_catches, node.handlers)):
                last = node.body[-1]
                self.ranges.setdefault(function, []).append((node.body[0].lineno, last.end_lineno))
            for field in node._fields:
                value = getattr(node, field, None)
                parts = value if type(value) is list else [value]
                waiting += [(part, function) for part in parts if isinstance(part, ast.AST)]

    def any_around(self, frame: FrameType | None, file: str) -> bool:
        """Whether a frame, or one that called it, stands in such a `try`."""
        if not self.ranges:
            return False
        while frame is not None:
            code = frame.f_code
            if code.co_filename == file:
                function = 0 if code.co_name == "<module>" else code.co_firstlineno
                line = frame.f_lineno
                if any(first <= line <= last for first, last in self.ranges.get(function, ())):
                    return True
            frame = frame.f_back
        return False


def _catches(handler: Any) -> bool:
    kinds = handler.type.elts if type(handler.type) is ast.Tuple else [handler.type]
    return any(getattr(kind, "id", getattr(kind, "attr", "")) not in _OTHERS for kind in kinds)
