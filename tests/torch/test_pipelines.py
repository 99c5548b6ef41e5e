"""Programs that mix numpy and PyTorch as people do (`tests/pipelines`), half of them with a mistake: convcalc finds it where PyTorch raises."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from command import convcalc

from convcalc.verify.reference import run

PROGRAMS = sorted((Path(__file__).parents[1] / "pipelines").glob("*.py"))


def raised_at(program: Path) -> int | None:
    """The line of the program at which PyTorch or numpy raises."""
    torch.manual_seed(0)
    return run(program.read_bytes(), str(program)).line


UNKNOWN: dict[str, str] = {}


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.stem)
def test_a_mistake_is_found_where_pytorch_raises_and_nothing_else(program: Path) -> None:
    expected = raised_at(program)
    done = convcalc("check", program, "--format", "json")
    (file,) = json.loads(done.out)["files"]
    found = file["diagnostics"] + [d for model in file["models"] for d in model["diagnostics"]]
    errors = [(d["line"], d["message"]) for d in found if d["severity"] == "error"]
    assert [line for line, _ in errors[:1]] == ([] if expected is None else [expected]), errors
    assert done.code == (1 if expected is not None else 3 if program.stem in UNKNOWN else 0), done.err


def test_there_are_programs_of_both_kinds() -> None:
    outcomes = [raised_at(program) is None for program in PROGRAMS]
    assert min(outcomes.count(True), outcomes.count(False)) >= 10
