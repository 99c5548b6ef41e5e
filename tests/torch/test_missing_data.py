"""What PyTorch makes of the scripts of tests/missing_data, with data made up for them, and of the wrong calls in them."""

from __future__ import annotations

import pathlib
import sys

import pytest
import torch  # noqa: F401  # once, for all forks

sys.path.append(str(pathlib.Path(__file__).parent.parent / "missing_data"))

from faults import FAULTS
from made_up_data import HERE, PROGRAMS, make_data, run_in_torch


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_it_runs(program: pathlib.Path, tmp_path: pathlib.Path) -> None:
    make_data(tmp_path)
    assert run_in_torch(program.read_text(), program.name, tmp_path) is None


@pytest.mark.parametrize(("name", "old", "new"), FAULTS, ids=[f"{name}-{new[:20]}" for name, _, new in FAULTS])
def test_the_wrong_call_raises(name: str, old: str, new: str, tmp_path: pathlib.Path) -> None:
    make_data(tmp_path)
    text = (HERE / "programs" / f"{name}.py").read_text()
    raised = run_in_torch(text.replace(old, new, 1), f"{name}.py", tmp_path)
    assert raised is not None
    assert raised[0] == text[: text.index(old)].count("\n") + 1
