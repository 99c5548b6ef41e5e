"""Each rule's fixture, judged by PyTorch: check finds that mistake and no other, at PyTorch's line, in PyTorch's words."""

from __future__ import annotations

import ast
import importlib.util
import textwrap
from pathlib import Path
from typing import Any

import pytest

from convcalc.check.rules import RULES

ROOT = Path(__file__).parent.parent
_SPEC = importlib.util.spec_from_file_location("judge", ROOT / "rules" / "judge.py")
assert _SPEC is not None
assert _SPEC.loader is not None
judge: Any = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(judge)


@pytest.mark.parametrize("name", judge.NAMES)
def test_fixture(name: str) -> None:
    faulty, mended = judge.HERE / name / "faulty.py", judge.HERE / name / "mended.py"
    refused = judge.run_in_torch(faulty)
    (found,) = judge.checked(faulty)
    assert (found["rule"], found["severity"]) == (name, RULES[name].severity)
    if RULES[name].severity == "error":
        assert refused is not None
        assert (found["line"], found["torch"].strip()) == (refused[1], refused[0].strip())
    else:
        assert refused is None
    assert judge.run_in_torch(mended) is None
    assert judge.checked(mended) == []


@pytest.mark.parametrize("name", judge.NAMES)
def test_page_shows_what_is_true(name: str) -> None:
    text = (judge.PAGES / f"{name}.md").read_text()
    assert text == judge.page_with(text, judge.example(name)), "run python tests/rules/judge.py"


# Rules of whose fixtures no fix is known: what is meant cannot be read from the program.
WITHOUT_FIX = (
    "argument attention-shapes einsum embedding-bag empty-input grid-sample index-range "
    "norm-one-value packed-lengths softmax-before-loss state-dict torch-error unknown-branch unused-layer"
).split()


def edited(file: Path, fix: Any) -> str:
    """A file's text with a fix made, which changes one stretch of one line."""
    lines = file.read_text().splitlines(keepends=True)
    at = fix["line"] - 1
    assert lines[at].count(fix["old"]) == 1
    lines[at] = lines[at].replace(fix["old"], fix["new"])
    return "".join(lines)


@pytest.mark.parametrize("name", judge.NAMES)
def test_each_fix_that_is_told_is_one(name: str, tmp_path: Path) -> None:
    """PyTorch runs what it leaves, and a check finds nothing wrong with that."""
    file = judge.HERE / name / "faulty.py"
    (found,) = judge.checked(file)
    assert bool(found["suggestions"]) is (name not in WITHOUT_FIX)
    for fix in found["suggestions"]:
        path = tmp_path / "fixed.py"
        path.write_text(edited(file, fix))
        assert judge.run_in_torch(path) is None, fix["new"]
        assert [d for d in judge.checked(path) if d["severity"] == "error"] == [], fix["new"]


@pytest.mark.parametrize("name", judge.NAMES)
def test_a_diagnosis_underlines_an_expression(name: str) -> None:
    """Its place is whole, and what stands there is a part of the program: an expression, or a statement."""
    file = judge.HERE / name / "faulty.py"
    (found,) = judge.checked(file)
    lines = file.read_text().splitlines(keepends=True)
    first, last = found["line"] - 1, found["end_line"] - 1
    stretch = lines[first : last + 1]
    stretch[-1] = stretch[-1][: found["end_column"] - 1]
    stretch[0] = stretch[0][found["column"] - 1 :]
    text = "".join(stretch)
    assert text.strip() == text
    assert ast.parse(textwrap.dedent(text)).body
    places = {(n.lineno, n.col_offset + 1, n.end_lineno, n.end_col_offset + 1) for n in ast.walk(ast.parse("".join(lines))) if hasattr(n, "lineno")}  # type: ignore[attr-defined]  # fmt: skip
    assert (found["line"], found["column"], found["end_line"], found["end_column"]) in places
