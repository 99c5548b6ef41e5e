"""`pytest --convcalc`: models as items, beside the tests or without any."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from test_check_many import BAD, GOOD, NO_MODEL, SILENT, write

ROOT = Path(__file__).resolve().parent.parent
INSTALLED = any(point.value == "convcalc.pytest_plugin" for point in entry_points(group="pytest11"))
PLUGIN = [] if INSTALLED else ["-p", "convcalc.pytest_plugin"]
TEST = "import convcalc\n\n\ndef test_own():\n    convcalc.assert_fits('good.py')\n"


def run(folder: Path, *arguments: str) -> tuple[int, str]:
    call = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *PLUGIN, *arguments]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    environment.pop("PYTEST_XDIST_WORKER", None)
    done = subprocess.run(call, cwd=folder, capture_output=True, text=True, env=environment, check=False)
    return done.returncode, done.stdout + done.stderr


def test_models_are_items(tmp_path: Path) -> None:
    write(tmp_path, good=GOOD, bad=BAD, silent=SILENT, plain=NO_MODEL, test_own=TEST)
    code, text = run(tmp_path, "--convcalc", "-v", "-rs")
    assert code == 1
    assert "good.py::convcalc PASSED" in text
    assert "bad.py::convcalc FAILED" in text
    assert "bad.py:8:16: error[linear-in-features]: Linear(in_features=5, out_features=2) expected 5 features" in text
    assert "^^^^^^^^^^" in text
    assert "silent.py::convcalc SKIPPED" in text
    assert "plain.py::convcalc SKIPPED (no model in this file)" in text
    assert "collected 6 items" in text
    assert "1 failed, 2 passed, 3 skipped" in text
    assert "Traceback" not in text


def test_targets_and_choice(tmp_path: Path) -> None:
    write(tmp_path, good=GOOD, bad=BAD)
    assert run(tmp_path, "--convcalc-target", "good.py")[0] == 0
    assert run(tmp_path, "--convcalc-target", "good.py", "--convcalc-target", "bad.py")[0] == 1
    code, text = run(tmp_path, "--convcalc", "-k", "good")
    assert (code, "1 passed, 1 deselected" in text) == (0, True), text
    assert run(tmp_path, "--convcalc-target", "none.py")[0] == 1


def test_configured_targets(tmp_path: Path) -> None:
    write(tmp_path, silent=SILENT)
    target = "[[tool.convcalc.targets]]\ntarget = 'silent.py::Net(4)'\ninput = '{}'\n[tool.pytest.ini_options]\naddopts = '--convcalc'\n"
    (tmp_path / "pyproject.toml").write_text(target.format("3x4"))
    assert run(tmp_path)[0] == 0
    (tmp_path / "pyproject.toml").write_text(target.format("3x5"))
    code, text = run(tmp_path, ".")
    assert code == 1
    assert "expected 4 features, got 5" in text
    (tmp_path / "pyproject.toml").write_text(target.format("3xq"))
    code, text = run(tmp_path)
    assert code == 4
    assert "'q' is not a size" in text


def test_with_xdist(tmp_path: Path) -> None:
    write(tmp_path, good=GOOD, bad=BAD, plain=NO_MODEL)
    code, text = run(tmp_path, "--convcalc", "-n", "2")
    assert code == 1
    assert "1 failed, 1 passed, 1 skipped" in text


def test_nothing_is_imported_unless_asked_for(tmp_path: Path) -> None:
    (tmp_path / "test_own.py").write_text(
        "import sys\ndef test():\n    ours = {name for name in sys.modules if name.startswith('convcalc')}\n"
        "    assert ours <= {'convcalc', 'convcalc.pytest_plugin'}, ours\n"
    )
    code, text = run(tmp_path)
    assert code == 0, text


@pytest.mark.parametrize("missing", ["target", "input"])
def test_what_a_named_file_lacks_fails(tmp_path: Path, missing: str) -> None:
    write(tmp_path, silent=SILENT)
    code, text = run(tmp_path, "--convcalc-target", "silent.py" if missing == "input" else "silent.py::Other")
    assert code == 1
    assert "error[usage]" in text
