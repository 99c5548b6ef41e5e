"""What the process of a file answers, which may be anything once it is a stranger's: the command never fails over it."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path
from typing import Any

import pytest
from command import convcalc

from convcalc.analysis.answered import report_in, usage_in
from convcalc.analysis.budget import Budget
from convcalc.analysis.check_run import Job, _in_cells, _outcome, report_of
from convcalc.cli.check_request import CheckRequest
from convcalc.cli.fixed_files import patch
from convcalc.report.check_report import CheckReport
from convcalc.source.work import Ended, Work, answer_of

ROOT = Path(__file__).resolve().parent.parent
FILES = ("tests/rules", "examples", "tests/corpus/correct/vit_patches.py")


@pytest.fixture(scope="module")
def reports() -> list[dict[str, Any]]:
    """What honest processes answer: with warnings, errors, mends and sizes that fit."""
    done = convcalc("check", *FILES, "--fits", "--format", "json", cwd=ROOT, timeout=300)
    found: list[dict[str, Any]] = json.loads(done.out)["files"]
    assert len(found) > 60
    assert sum(len(entry["diagnostics"]) for entry in found) > 40
    return found


def job(file: str) -> Job:
    planned: Job = CheckRequest((file,)).planned()[0]
    planned.budget = Budget(10, 10)
    return planned


def shown(one: Job, out: str, code: int = 0, err: str = "") -> None:
    """An answer, made into every kind of report."""
    outcome = _in_cells(_outcome(one, (code, out, err)))
    report = CheckReport.of(report_of([outcome]))
    for form in ("text", "json", "github", "sarif"):
        assert report.form(form) or form == "github"
    json.loads(report.form("json"))
    patch([outcome])
    assert report.exit_code in (0, 1, 2, 3)


def test_honest_reports_have_the_form(reports: list[dict[str, Any]]) -> None:
    for entry in reports:
        assert report_in(json.dumps(entry)) == entry, entry["file"]


@pytest.mark.parametrize("name", ["model.py", "model.ipynb"])
def test_any_answer_makes_a_report(reports: list[dict[str, Any]], name: str, tmp_path: Path) -> None:
    """Honest answers with parts exchanged: most are no report, and what still has the form can be shown."""
    source = (ROOT / "examples" / "mnist_broken.py").read_text()
    cells: list[dict[str, Any]] = [{"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": part} for part in source.split("\n\n\n")]  # fmt: skip
    notebook = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    (tmp_path / name).write_text(source if name.endswith(".py") else notebook)
    one = job(str(tmp_path / name))
    draw = random.Random(11)
    values = [
        None,
        0,
        -1,
        10**12,
        1.5,
        True,
        "",
        "x\0",
        "\ud800",
        "a" * 600,
        [],
        [1],
        [None],
        {},
        {"x": 1},
        [[1, 2]],
        ["\x1b[1m"],
    ]
    kept = 0
    for _ in range(1500):
        entry = copy.deepcopy(draw.choice(reports))
        entry["fixed"] = {"text": "x", "of": 1, "count": 1} if draw.random() < 0.5 else None
        for _ in range(draw.randint(1, 2)):
            exchange(entry, draw, values)
        text = json.dumps(entry)
        kept += report_in(text) is not None
        shown(one, text)
    assert 150 < kept < 1450


def exchange(value: Any, draw: random.Random, values: list[Any]) -> None:
    """Puts something else in the place of one part, or takes it away."""
    places = list(value) if type(value) is dict else list(range(len(value)))
    if not places:
        return
    place = draw.choice(places)
    part = value[place]
    if isinstance(part, (dict, list)) and part and draw.random() < 0.8:
        exchange(part, draw, values)
    elif draw.random() < 0.2:
        del value[place]
    else:
        value[place] = copy.deepcopy(draw.choice(values))


GARBAGE = (
    "",
    "x",
    "[]",
    "null",
    "1" * 10_000,
    "[" * 100_000,
    '{"models": 1}',
    "NaN",
    '{"models": [], "diagnostics": [{}]}',
)


@pytest.mark.parametrize("out", GARBAGE)
def test_no_report_is_no_fault(out: str) -> None:
    for code in (0, 2):
        shown(job("examples/mnist.py"), out, code)
    assert report_in(out) is None
    assert usage_in(out) is None


@pytest.mark.parametrize("head", [b"CONVCALC 0 2", b"CONVCALC 77 2", b"CONVCALC -1 2", b"CONVCALC 0 " + b"9" * 5000, b"CONVCALC 00 2", b"CONVCALC 0 -2", b"x"])  # fmt: skip
def test_only_what_is_an_answer_is_taken_for_one(head: bytes) -> None:
    answer = answer_of(
        Work(lambda: (0, "", ""), "model.py"), b"LACKING \xff landlock\n" + head + b"\n{}", Ended(0, None, False, False)
    )
    assert (
        answer == (0, "{}", "")
        if head == b"CONVCALC 0 2"
        else answer[0] == 3 and "before there was a report" in answer[2]
    )
