"""The corpus of planted faults (tests/corpus): found where PyTorch raises, mended so that PyTorch runs them.

Each sixth of the faults is judged here, always the same; `python tests/corpus/judge.py` judges all of them. What falls short is
named below: a fault that is not fixed, and none other. A change that fixes more takes names away.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
EVERY = 6


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, CORPUS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


_load("plant")
judge: Any = _load("judge")
FAULTS = {fault.name: number for number, fault in enumerate(judge.all_faults()) if number % EVERY == 0}


def names(file: str) -> set[str]:
    return set((CORPUS / file).read_text(encoding="utf8").split())


NO_FAULTS, NOT_FIXED, NOT_FIRST, UNDONE = map(names, ("no_faults.txt", "not_fixed.txt", "not_first.txt", "undone.txt"))
SEVERAL = names("several.txt")  # where what follows from the one fault is told as well


@pytest.fixture(scope="module")
def judge_fault() -> Iterator[Any]:
    asked = judge.Judge()
    yield asked
    asked.close()


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_and_fixed(judge_fault: Any, name: str) -> None:
    result = judge_fault(FAULTS[name])
    if name in NO_FAULTS:
        assert result is None, "PyTorch runs it"
        return
    assert result is not None, "PyTorch runs it: tests/corpus/no_faults.txt lacks it"
    assert result.found, f"PyTorch raises in line {result.verdict.line}: {result.verdict.message}"
    if result.verdict.place is not None:
        assert result.place == result.verdict.place, "it underlines another stretch than Python's traceback"
    assert len(result.errors) == 1 or name in SEVERAL, [d["message"] for d in result.errors]
    assert result.fixed is None or result.fixed.line is None, f"what is written fails: {result.fixed.message}"
    assert result.mended or name in NOT_FIXED, result.rule
    assert result.first_mends or name in NOT_FIRST, result.rule
    assert result.undone or name not in UNDONE, (
        f"a fix that gave the program back as it was does so no more: {result.fixed_text}"
    )


def test_few_are_left() -> None:
    faults = set(FAULTS) - NO_FAULTS
    last = {
        name
        for name in faults
        if name.partition("-")[0] in judge.LAST_PROGRAMS or any(f"-{kind}-" in name for kind in judge.LAST_KINDS)
    }
    assert len(faults) >= 120
    assert len(last) >= 20
    assert set() == (NO_FAULTS | NOT_FIXED | NOT_FIRST | UNDONE | SEVERAL) - set(FAULTS), "no such fault"
    assert len(NOT_FIXED) <= 0.7 * len(
        faults
    )  # most planted numbers leave something to guess: whose number is wrong, the one layer's or the other's
    assert len(NOT_FIRST) <= 0.15 * len(faults)
    assert len(last & NOT_FIRST) <= 0.2 * len(last)
    assert len(SEVERAL) <= 0.05 * len(faults)
    assert len(UNDONE) >= 0.15 * len(faults)


def test_no_error_on_the_correct_programs() -> None:
    assert len(judge.CORRECT) >= 24
    assert judge.false_errors() == []
