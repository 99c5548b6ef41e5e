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
VERSION = ["--version"]
SHOWN = {"CONVCALC_DEBUG": "1"}  # else the process that a file runs in has no standard error
FRAMEWORKS = {"torch", "torchvision", "numpy", "hypothesis"}


def loaded_modules(root: pathlib.Path, arguments: list[str], first_path: pathlib.Path | None = None) -> list[str]:
    """The modules that Python itself says it loads while it runs the command."""
    paths = [str(path) for path in (first_path, root) if path is not None]
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "convcalc", *arguments],
        cwd=root,
        env={**os.environ, **SHOWN, "PYTHONPATH": os.pathsep.join(paths)},
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


def test_plain_sizes_pay_nothing_for_symbolic_ones(root: pathlib.Path) -> None:
    symbolic = "convcalc.dim"
    assert symbolic not in loaded_modules(root, SUMMARY)
    assert symbolic in loaded_modules(root, [*SUMMARY, "--input", "Nx1x28x28"])


@pytest.mark.parametrize(
    ("arguments", "most"),
    [(SIZE, 65), (VERSION, 58), (SUMMARY, 200), (CHECK, 220)],
    ids=["size", "version", "summary", "check"],
)
def test_few_modules_are_loaded(root: pathlib.Path, arguments: list[str], most: int) -> None:
    """More than this is a new import at start: import it where it is needed, or raise the number and say why."""
    modules = loaded_modules(root, arguments)
    own = sorted(name for name in modules if name.startswith("convcalc"))
    assert len(modules) <= most, f"{len(modules)} modules, of ours: {own}"


def test_size_loads_neither_layers_nor_tables(root: pathlib.Path) -> None:
    modules = set(loaded_modules(root, SIZE))
    assert not modules & {"convcalc.nn", "convcalc.ops", "convcalc.tensor", "convcalc.standin", "tabulate", "click"}


@pytest.mark.parametrize("arguments", [SUMMARY, CHECK], ids=lambda arguments: arguments[0])
def test_a_plain_call_loads_no_heavy_package(root: pathlib.Path, arguments: list[str]) -> None:
    modules = set(loaded_modules(root, arguments))
    heavy = "click tabulate json re enum tomllib tomli fnmatch hashlib tempfile subprocess typing dataclasses inspect"
    assert not modules & set(heavy.split())


# What of convcalc a summary runs, in its own process and in the one that the file runs in.

REPORTER = """
import os, sys
def _seen(event, args):
    if event == "exec" and getattr(args[0], "co_name", "") == "<module>":
        os.write(2, f"ran {args[0].co_filename}\\n".encode())
sys.addaudithook(_seen)
"""
NET = """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden, self.out = nn.Linear(8, 4), nn.Linear(4, 2)

    def forward(self, x):
        return self.out(self.hidden(x).relu())

Net()(torch.rand(3, 8))
"""
# Of layers the base and the affine ones. Of operations relu, linear and rand (of a file that creates, layout and reshaping),
# the registry, and what rules share.
LINEAR_NET = {
    "nn": {"facts", "lazy", "linear", "module", "names"},
    "ops": {
        "activation", "arguments", "creation", "elementwise", "layout", "linear", "names", "registry", "reshaping", "results",
    },
}  # fmt: skip


def families_run(root: pathlib.Path, tmp_path: pathlib.Path, source: str) -> dict[str, set[str]]:
    """The families of layers and of operations that a summary of a file executes."""
    (tmp_path / "sitecustomize.py").write_text(REPORTER)
    (tmp_path / "net.py").write_text(source)
    done = subprocess.run(
        [sys.executable, "-m", "convcalc", "summary", "net.py"],
        cwd=tmp_path,
        env={**os.environ, **SHOWN, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(root)])},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    files = [pathlib.Path(line[4:]) for line in done.stderr.splitlines() if line.startswith("ran ")]
    package = root / "convcalc"
    return {kind: {f.stem for f in files if f.parent == package / kind} - {"__init__"} for kind in ("nn", "ops")}


def test_a_summary_runs_only_the_families_that_its_model_uses(root: pathlib.Path, tmp_path: pathlib.Path) -> None:
    assert families_run(root, tmp_path, NET) == LINEAR_NET


def test_another_family_would_be_noticed(root: pathlib.Path, tmp_path: pathlib.Path) -> None:
    found = families_run(root, tmp_path, NET.replace(".relu()", ".cumsum(0)"))
    assert "cumulative" in found["ops"]


@pytest.mark.parametrize(
    "arguments",
    [["summary", "examples/mnist.py"], ["check", "examples/mnist.py"], ["check", "--help"], ["size", "--help"]],
)
def test_nothing_is_read_from_docstrings(root: pathlib.Path, arguments: list[str]) -> None:
    """`python -OO` leaves them out, and all is as with them."""
    with_docs, without = (
        subprocess.run([sys.executable, *flags, "-m", "convcalc", *arguments], cwd=root, capture_output=True, text=True)
        for flags in ([], ["-OO"])
    )
    assert (without.returncode, without.stdout) == (with_docs.returncode, with_docs.stdout)
    assert without.returncode == 0
