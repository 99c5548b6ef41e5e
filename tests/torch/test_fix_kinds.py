"""The first fix is one that a person would make, and PyTorch runs what it leaves: kinds of mistakes, each in programs as people write them.

The programs are in `tests/data/fix_kinds.txt`, with the fixes that were written down before the tool was asked.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from mistakes import first_error

from convcalc.verify.reference import run

PROGRAMS = Path(__file__).resolve().parent.parent / "data" / "fix_kinds.txt"


def cases() -> dict[str, tuple[str, list[tuple[str, str]]]]:
    found = {}
    for part in PROGRAMS.read_text(encoding="utf8").split("\n#### ")[1:]:
        name, _, rest = part.partition("\n")
        lines = rest.splitlines(keepends=True)
        fixes = []
        while lines[0].startswith("- "):
            old, _, new = lines.pop(0)[2:].rstrip("\n").partition(" => ")
            fixes.append((old.replace("\\n", "\n"), new.replace("\\n", "\n")))
        found[name] = ("".join(lines), fixes)
    return found


CASES = cases()


@pytest.mark.parametrize("name", CASES)
def test_the_first_fix_is_a_persons(name: str) -> None:
    text, persons = CASES[name]
    error = first_error(text)
    assert run(text, "model.py").line == error["line"]
    fix = error["suggestions"][0]
    lines = text.splitlines(keepends=True)
    start = sum(map(len, lines[: fix["line"] - 1])) + fix["column"] - 1
    assert text[start:].startswith(fix["old"])
    mended = text[:start] + fix["new"] + text[start + len(fix["old"]) :]
    assert ast.dump(ast.parse(mended)) in [ast.dump(ast.parse(text.replace(old, new, 1))) for old, new in persons], fix["new"]  # fmt: skip
    assert run(mended, "model.py").error is None
