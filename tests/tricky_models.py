"""The models of `tests/tricky`, with the counts that are written out in each file."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "tricky"
MODELS = sorted(FOLDER.glob("*.py"))


def written(model: Path, name: str) -> Any:
    """The value of the constant `name` of a file: arithmetic on numbers, nothing else, so that no file runs."""
    for statement in ast.parse(model.read_text(encoding="utf8")).body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == name:
            allowed = (ast.Constant, ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.FloorDiv, ast.List, ast.Tuple, ast.Load)
            assert all(isinstance(node, allowed) for node in ast.walk(statement.value)), f"{model.name}: {name}"
            return eval(compile(ast.Expression(statement.value), str(model), "eval"), {"__builtins__": {}})
    raise LookupError(f"{model.name} does not write down {name}")
