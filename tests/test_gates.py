"""Every gate has a planted fault that it catches: a check that nobody has seen fail is no check."""

from __future__ import annotations

import pathlib
import shutil
import subprocess
import sys

import pytest

LINT_IMPORTS = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache"]
PYTEST = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"]
FAULTS = {
    "an upward import": ("tensor/fault.py", "import convcalc.nn\n", "arrows go one way BROKEN"),
    "a package outside the layers": ("utils/__init__.py", "", "arrows go one way BROKEN"),
    "torch in the core": ("ops/fault.py", "def f():\n    import torch\n", "only in convcalc.verify BROKEN"),
    "numpy in the command line": ("cli/fault.py", "from numpy import array\n", "only in convcalc.verify BROKEN"),
    "click in a rule": ("ops/fault.py", "import click\n", "only in convcalc.report BROKEN"),
}


@pytest.fixture
def copy(root: pathlib.Path, tmp_path: pathlib.Path) -> pathlib.Path:
    """The package and its settings, to plant faults in."""
    shutil.copytree(root / "convcalc", tmp_path / "convcalc", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(root / "pyproject.toml", tmp_path)
    return tmp_path


def run(command: list[str], folder: pathlib.Path) -> tuple[int, str]:
    done = subprocess.run(
        command,
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("fault", FAULTS)
def test_import_linter_notices(copy: pathlib.Path, fault: str) -> None:
    file, text, verdict = FAULTS[fault]
    (copy / "convcalc" / file).parent.mkdir(exist_ok=True)
    (copy / "convcalc" / file).write_text(text)
    status, output = run(LINT_IMPORTS, copy)
    assert status == 1
    assert verdict in output


def test_import_linter_passes_without_a_fault(copy: pathlib.Path) -> None:
    status, output = run(LINT_IMPORTS, copy)
    assert (status, "0 broken" in output) == (0, True), output


PYTEST_FAULTS = {
    "a warning": "import warnings\ndef test(): warnings.warn('old')\n",
    "an xfail that passes": "import pytest\n@pytest.mark.xfail\ndef test(): pass\n",
    "an unknown marker": "import pytest\n@pytest.mark.slwo\ndef test(): pass\n",
}


@pytest.mark.parametrize("fault", PYTEST_FAULTS)
def test_pytest_notices(copy: pathlib.Path, fault: str) -> None:
    (copy / "tests").mkdir()
    (copy / "tests" / "test_fault.py").write_text(PYTEST_FAULTS[fault])
    status, _ = run(PYTEST, copy)
    assert status != 0


def test_a_missing_torch_fails_the_tests_that_need_it_and_no_others(root: pathlib.Path, copy: pathlib.Path) -> None:
    (copy / "tests" / "torch").mkdir(parents=True)
    shutil.copy(root / "tests" / "torch" / "conftest.py", copy / "tests" / "torch")
    (copy / "tests" / "torch" / "test_fault.py").write_text("import torch\ndef test(): pass\n")
    (copy / "tests" / "test_other.py").write_text("def test(): pass\n")
    hide = "import importlib.util, sys\nsys.modules['torch'] = None\nimportlib.util.find_spec = (lambda find: lambda name, *rest: None if name == 'torch' else find(name, *rest))(importlib.util.find_spec)\n"
    (copy / "sitecustomize.py").write_text(hide)
    status, output = run(PYTEST, copy)
    assert status == 1
    assert 'pip install -e ".[test]"' in output
    assert "1 passed, 1 error" in output
