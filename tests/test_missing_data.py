"""Scripts that lean on what is not there (tests/missing_data): no error where PyTorch runs them, and their wrong calls found.

tests/torch/test_missing_data.py has PyTorch say which is which.
"""

from __future__ import annotations

import pathlib
import sys

import pytest
from command import convcalc

HERE = pathlib.Path(__file__).parent
sys.path.append(str(HERE / "missing_data"))

from faults import FAULTS  # noqa: E402
from made_up_data import PROGRAMS, make_data  # noqa: E402


def errors(program: pathlib.Path) -> list[str]:
    done = convcalc("check", program.name, "--isolated", cwd=program.parent)
    return [line for line in done.out.splitlines() if ": error[" in line]


@pytest.mark.parametrize("has_data", [False, True], ids=["alone", "with its data"])
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_no_error(program: pathlib.Path, has_data: bool, tmp_path: pathlib.Path) -> None:
    if has_data:
        make_data(tmp_path)
    copy = tmp_path / program.name
    copy.write_text(program.read_text())
    assert errors(copy) == []


@pytest.mark.parametrize(("name", "old", "new"), FAULTS, ids=[f"{name}-{new[:20]}" for name, _, new in FAULTS])
def test_a_wrong_call_is_found(name: str, old: str, new: str, tmp_path: pathlib.Path) -> None:
    make_data(tmp_path)
    program = tmp_path / f"{name}.py"
    text = (HERE / "missing_data" / "programs" / f"{name}.py").read_text()
    program.write_text(text.replace(old, new, 1))
    line = text[: text.index(old)].count("\n") + 1
    (found,) = errors(program)
    assert found.startswith(f"{name}.py:{line}:")
