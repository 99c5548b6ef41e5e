"""What PyTorch makes of the programs with tables (tests/tables), with the files that they read, and of the faults in them."""

from __future__ import annotations

import pathlib
import sys

import pytest
import torch  # noqa: F401  # once, for all forks

sys.path.append(str(pathlib.Path(__file__).parent.parent / "tables"))

from made_up_tables import HERE, PROGRAMS, make_tables, missing
from planted_tables import FAULTS

from convcalc.verify.reference import run_apart


def run(text: str, name: str, folder: pathlib.Path) -> tuple[int, str] | None:
    lacking = missing(text)
    if lacking:
        pytest.skip(f"without {', '.join(lacking)}")
    for package in ("pandas", "PIL", "scipy"):  # which the files are made with
        pytest.importorskip(package)
    make_tables(folder)
    return run_apart(text, str(folder / name))


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_it_runs(program: pathlib.Path, tmp_path: pathlib.Path) -> None:
    assert run(program.read_text(), program.name, tmp_path) is None


@pytest.mark.parametrize(
    ("name", "old", "new", "where"), FAULTS, ids=[f"{name}-{new[:20]}" for name, _, new, _ in FAULTS]
)
def test_the_fault_raises(name: str, old: str, new: str, where: str, tmp_path: pathlib.Path) -> None:
    text = (HERE / "programs" / f"{name}.py").read_text().replace(old, new, 1)
    raised = run(text, f"{name}.py", tmp_path)
    assert raised is not None
    assert raised[0] == text[: text.index(where)].count("\n") + 1, raised
