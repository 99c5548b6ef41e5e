"""What a command imports: no framework, and not much else. Start-up time is the performance of this tool."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys

import pytest

SUMMARY = ["summary", "examples/mnist.py"]
CHECK = ["check", "examples/mnist.py"]
SIZE = ["size", "28", "-k", "5", "-p", "2"]
FRAMEWORKS = {"torch", "torchvision", "numpy", "hypothesis"}


def loaded_modules(root: pathlib.Path, arguments: list[str], first_path: pathlib.Path | None = None) -> list[str]:
    """The modules that Python itself says it loads while it runs the command."""
    paths = [str(path) for path in (first_path, root) if path is not None]
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "convcalc", *arguments],
        cwd=root,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    lines = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    return [line.rpartition("|")[2].strip() for line in lines[1:]]


def frameworks(modules: list[str]) -> set[str]:
    return {name.partition(".")[0] for name in modules} & FRAMEWORKS


@pytest.mark.parametrize("arguments", [SUMMARY, CHECK, SIZE], ids=lambda arguments: arguments[0])
def test_no_framework_is_loaded(root: pathlib.Path, arguments: list[str]) -> None:
    modules = loaded_modules(root, arguments)
    assert "convcalc.cli" in modules
    assert frameworks(modules) == set()


@pytest.mark.parametrize("framework", sorted(FRAMEWORKS))
@pytest.mark.parametrize("arguments", [SUMMARY, CHECK, SIZE], ids=lambda arguments: arguments[0])
def test_a_framework_would_be_noticed(
    root: pathlib.Path, tmp_path: pathlib.Path, arguments: list[str], framework: str
) -> None:
    """The test above can fail: a module of that name, imported behind the command's back, is seen."""
    (tmp_path / f"{framework}.py").write_text("")
    (tmp_path / "sitecustomize.py").write_text(f"import {framework}\n")
    assert frameworks(loaded_modules(root, arguments, tmp_path)) == {framework}


@pytest.mark.parametrize(
    ("arguments", "most"), [(SIZE, 110), (SUMMARY, 260), (CHECK, 270)], ids=["size", "summary", "check"]
)
def test_few_modules_are_loaded(root: pathlib.Path, arguments: list[str], most: int) -> None:
    """More than this is a new import at start: import it where it is needed, or raise the number and say why."""
    modules = loaded_modules(root, arguments)
    own = sorted(name for name in modules if name.startswith("convcalc"))
    assert len(modules) <= most, f"{len(modules)} modules, of ours: {own}"


def test_size_loads_neither_layers_nor_tables(root: pathlib.Path) -> None:
    modules = set(loaded_modules(root, SIZE))
    assert not modules & {"convcalc.nn", "convcalc.ops", "convcalc.tensor", "convcalc.standin", "tabulate"}


def test_a_plain_check_loads_neither_click_nor_a_reader_of_toml(root: pathlib.Path) -> None:
    modules = set(loaded_modules(root, CHECK))
    assert not modules & {"click", "tabulate", "tomllib", "tomli", "fnmatch", "hashlib", "tempfile", "subprocess"}
