"""Programs with tables (tests/tables): no error where PyTorch runs them, no more unknown than must be, and planted faults at PyTorch's line.

tests/torch/test_table_programs.py has PyTorch say which is which.
"""

from __future__ import annotations

import pathlib
import sys

import pytest
from command import convcalc

HERE = pathlib.Path(__file__).parent
sys.path.append(str(HERE / "tables"))

from made_up_tables import NOT_KNOWN, PROGRAMS  # noqa: E402
from planted_tables import FAULTS  # noqa: E402


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_no_error(program: pathlib.Path) -> None:
    done = convcalc("check", program.name, "--isolated", cwd=program.parent)
    assert ": error[" not in done.out
    assert done.code == (3 if program.stem in NOT_KNOWN else 0), done.out


@pytest.mark.parametrize(
    ("name", "old", "new", "where"), FAULTS, ids=[f"{name}-{new[:20]}" for name, _, new, _ in FAULTS]
)
def test_a_fault_is_found(name: str, old: str, new: str, where: str, tmp_path: pathlib.Path) -> None:
    text = (HERE / "tables" / "programs" / f"{name}.py").read_text().replace(old, new, 1)
    program = tmp_path / f"{name}.py"
    program.write_text(text)
    done = convcalc("check", program.name, "--isolated", cwd=tmp_path)
    errors = [line for line in done.out.splitlines() if ": error[" in line]
    line = text[: text.index(where)].count("\n") + 1
    assert errors, done.out
    assert errors[0].startswith(f"{name}.py:{line}:")
