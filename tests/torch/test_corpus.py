"""The corpus of planted faults (tests/corpus): found where PyTorch raises, mended so that PyTorch runs them.

Each sixth of the faults is judged here, always the same; `python tests/corpus/judge.py` judges all of them.
"""

from __future__ import annotations

import importlib.util
import sys
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


@pytest.fixture(scope="module")
def judge() -> Any:
    _load("plant")
    return _load("judge")


@pytest.fixture(scope="module")
def results(judge: Any) -> Any:
    found = judge.judge_in_a_process(EVERY)
    assert len(found) >= 120
    return found


def test_found_at_pytorchs_line(judge: Any, results: Any) -> None:
    missed = [f"{r.fault.name}: line {r.verdict.line}: {r.verdict.message}" for r in results if not r.found]
    assert len(missed) <= 0.02 * len(results), "\n".join(missed)


def test_fix_makes_those_run_that_leave_nothing_to_guess(judge: Any, results: Any) -> None:
    """Most planted numbers do leave something: whether the one layer's or the other's is wrong, whether the data's or the model's."""
    left = [f"{r.rule} {r.fault.name}" for r in results if not r.mended]
    assert len(left) <= 0.7 * len(results), "\n".join(left)


def test_the_first_suggestion_makes_them_run(judge: Any, results: Any) -> None:
    left = [f"{r.rule} {r.fault.name}" for r in results if not r.first_mends]
    assert len(left) <= 0.15 * len(results), "\n".join(left)


def test_kinds_that_were_written_last_do_as_well(judge: Any, results: Any) -> None:
    last = [r for r in results if r.last]
    assert len(last) >= 20
    assert sum(r.found for r in last) >= 0.95 * len(last)
    assert sum(r.first_mends for r in last) >= 0.8 * len(last)


def test_what_is_written_runs_in_pytorch(judge: Any, results: Any) -> None:
    """A file is only written where it then passes; that it does so in PyTorch too is the rule, with few exceptions."""
    wrong = [f"{r.fault.name}: {r.fixed.message}" for r in results if r.fixed is not None and r.fixed.line is not None]
    assert len(wrong) <= 0.02 * len(results), "\n".join(wrong)


def test_no_error_on_the_correct_programs(judge: Any) -> None:
    assert len(judge.CORRECT) >= 24
    assert judge.false_errors() == []
