"""Each rule's fixture, judged by PyTorch: check finds that mistake and no other, at PyTorch's line, in PyTorch's words."""

from __future__ import annotations

import ast
import importlib.util
import re
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
    "norm-one-value packed-lengths softmax-before-loss torch-error unknown-branch unused-layer"
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


# What a fixture's diagnosis has beside its words, and the rules of whose fixtures it has not: there is none, or nothing that could be told.
WITHOUT = {
    "path": "attention-heads class-count groups last-batch loss-shapes packed-lengths softmax-before-loss",
    "expected": "backward-scalar dimension-range embedding-bag empty-input gradient index-shapes norm-one-value python-error softmax-before-loss state-dict torch-error unused-layer view-stride",
    "actual": "dimension-range embedding-bag empty-input gradient index-shapes python-error softmax-before-loss state-dict torch-error unused-layer view-stride",
    "shape": "attention-heads backward-scalar gradient groups packed-lengths python-error state-dict unused-layer",
    "constructor": "attention-shapes backward-scalar batch-hard-coded broadcast concat dimension-range einsum flatten-size gradient grid-sample index-range index-shapes last-batch matmul packed-lengths python-error split state-dict torch-error view-size view-stride",
}  # fmt: skip
# Rules of which PyTorch's words do not have the numbers that did not fit, and where they come from.
NOT_IN_WORDS = {
    "attention-heads": "the constructor", "groups": "the constructor", "backward-scalar": "the shape", "batch-hard-coded": "the batch", "last-batch": "the batch",
    "missing-batch": "the dimensions", "dtype": "types have other names", "embedding-dtype": "types have other names", "embedding-index": "the rows", "split": "a sum",
}  # fmt: skip


def numbers(value: Any) -> list[str]:
    return re.findall(r"\d+", str(value)) if value is not None else []


@pytest.mark.parametrize("name", judge.NAMES)
def test_a_diagnosis_has_what_it_can_tell(name: str) -> None:
    """Numbers are in PyTorch's words; the shape is that of a tensor there was; the constructor is a call of the class that is named."""
    (found,) = judge.checked(judge.HERE / name / "faulty.py")
    assert {key for key in WITHOUT if found[key] is None} == {
        key for key, rules in WITHOUT.items() if name in rules.split()
    }
    if name not in NOT_IN_WORDS:
        words = numbers(found.get("torch"))
        assert [number for key in ("expected", "actual") for number in numbers(found[key]) if number not in words] == []
    if found["constructor"] is not None:
        at, lines = found["constructor"], (judge.HERE / name / "faulty.py").read_text().splitlines()
        assert at["line"] == at["end_line"]
        assert isinstance(
            ast.parse(lines[at["line"] - 1][at["column"] - 1 : at["end_column"] - 1], mode="eval").body, ast.Call
        )


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
