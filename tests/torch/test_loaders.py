"""Data loaders of whole programs (`tests/loaders`): every batch that reaches a layer has PyTorch's sizes, every mistake is found at its line.

A program with a mistake has `# raises` at the end of the line where PyTorch raises. What convcalc does not know passes only in the
programs named in `UNKNOWN`, each with the reason.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from command import convcalc, summary

from convcalc.verify.reference import run, watched_calls

PROGRAMS = sorted((Path(__file__).parent.parent / "loaders").glob("*.py"))
MARK = "# raises"
UNKNOWN: dict[str, str] = {}
WRONG = [path for path in PROGRAMS if MARK in path.read_text(encoding="utf8")]
RIGHT = [path for path in PROGRAMS if path not in WRONG]


def in_torch(path: Path) -> tuple[dict[str, list[Any]], int | None]:
    """The shapes with which each class of outermost modules was first called, and the line of the program's own that raised."""
    first: dict[str, list[Any]] = {}
    inside: list[Any] = []

    def enter(module: Any, args: Any, kwargs: Any) -> None:
        if not inside and not type(module).__name__.endswith("Loss"):
            first.setdefault(type(module).__name__, [list(x.shape) for x in args if isinstance(x, torch.Tensor)])
        inside.append(module)

    def leave(call: None, result: Any) -> None:
        inside.pop()

    with watched_calls(enter, leave):
        return first, run(path.read_bytes(), str(path)).line


def marked(path: Path) -> int:
    return next(i for i, line in enumerate(path.read_text(encoding="utf8").splitlines(), 1) if MARK in line)


@pytest.mark.parametrize("path", RIGHT, ids=lambda path: path.stem)
@pytest.mark.filterwarnings("ignore")
def test_a_program_that_runs(path: Path) -> None:
    shapes, line = in_torch(path)
    assert line is None
    done = summary(path)
    found = {m["target"]["class"]: [i["shape"] for i in m["inputs"] if i["shape"] is not None] for m in done.models}
    assert found == shapes
    checked = convcalc("check", path)
    assert checked.code == (3 if path.stem in UNKNOWN else 0), checked.out
    assert "error[" not in checked.out


@pytest.mark.parametrize("path", WRONG, ids=lambda path: path.stem)
@pytest.mark.filterwarnings("ignore")
def test_a_program_with_a_mistake(path: Path) -> None:
    line = marked(path)
    assert in_torch(path)[1] == line
    done = convcalc("check", path, "--format", "json")
    errors = [d for file in json.loads(done.out)["files"] for d in (*file["diagnostics"], *(d for m in file["models"] for d in m["diagnostics"])) if d["severity"] == "error"]  # fmt: skip
    assert [d["line"] for d in errors][:1] == [line], errors
