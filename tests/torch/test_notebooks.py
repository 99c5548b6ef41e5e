"""Notebooks against PyTorch: the cells run for real, one after another, as Jupyter runs them."""

from __future__ import annotations

import ast
import inspect
import json
import subprocess
import sys
from pathlib import Path

import pytest
from command import convcalc
from notebooks import TRAINING, cell, notebook, write

# Runs the cells of a notebook that are plain Python (magics are left out by hand) and tells where PyTorch raises.
RUN = """
import json, sys, traceback, asyncio, inspect
names = {"display": print, "__name__": "__main__"}
for number, cell in enumerate(json.load(open(sys.argv[1], encoding="utf8"))["cells"], 1):
    if cell["cell_type"] != "code":
        continue
    text = "".join(cell["source"])
    text = text.replace("%matplotlib inline", "pass").replace("%%time", "pass").replace("%time ", "").replace("!pip install torch \\\\\\n    torchvision", "pass\\n")
    code = compile(text, f"cell {number}", "exec", 0x2000)
    try:
        made = eval(code, names)
        if inspect.iscoroutine(made):
            asyncio.run(made)
    except Exception as error:
        frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.startswith("cell ")]
        print(json.dumps([int(frames[-1].filename[5:]), frames[-1].lineno]))
        break
else:
    print(json.dumps(None))
"""


def real(file: Path) -> list[int] | None:
    """Cell and line at which PyTorch refuses a notebook; None where it runs."""
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(file)], capture_output=True, text=True, timeout=120, check=True
    )
    found: list[int] | None = json.loads(done.stdout.splitlines()[-1])
    return found


FAULTS = [
    ("1352", "500"),
    ("nn.Conv2d(1,", "nn.Conv2d(3,"),
    ("x.flatten(1)", "x.flatten()"),
    ("(4, 1, 28, 28)", "(4, 3, 28, 28)"),
]


@pytest.mark.parametrize(("old", "new"), FAULTS)
def test_a_fault_is_found_where_pytorch_raises_and_mended(tmp_path: Path, old: str, new: str) -> None:
    assert sum(text.count(old) for text in TRAINING) == 1
    file = write(tmp_path / "a.ipynb", notebook(*(text.replace(old, new) for text in TRAINING)))
    report = json.loads(convcalc("check", "--isolated", file, "--format", "json").out)
    found = next(d for d in report["files"][0]["diagnostics"] if d["severity"] == "error")
    assert [found["cell"], found["line"]] == real(file)
    if found["suggestions"] and found["suggestions"][0]["certain"]:
        assert convcalc("check", "--isolated", "--fix", file).code == 0
        assert real(file) is None


def test_awaiting_at_the_top(tmp_path: Path) -> None:
    cells = [
        "import torch\nfrom torch import nn",
        cell("async def load():\n    return nn.Linear(3, 2)\nnet = await load()"),
        "net(torch.zeros(5, 3))\nnet(torch.zeros(5, 4))",
    ]
    file = write(tmp_path / "a.ipynb", notebook(*cells))
    found = json.loads(convcalc("check", "--isolated", file, "--format", "json").out)["files"][0]["diagnostics"][0]
    assert [found["cell"], found["line"]] == real(file) == [3, 2]


def test_verify_compares_every_row_of_a_notebook(tmp_path: Path) -> None:
    done = convcalc("verify", write(tmp_path / "a.ipynb", notebook(*TRAINING)))
    assert done.code == 0
    assert "7 of 7 agree" in done.out
    faulty = [text.replace("1352", "500") for text in TRAINING]
    done = convcalc("verify", write(tmp_path / "b.ipynb", notebook(*faulty)), "--all-rows")
    assert done.code == 0
    assert "refused in line 9 of cell 3" in done.out


def test_the_flag_for_top_level_await_is_that_of_python() -> None:
    from convcalc.source.program import AWAITING, COROUTINE

    assert ast.PyCF_ALLOW_TOP_LEVEL_AWAIT == AWAITING
    assert inspect.CO_COROUTINE == COROUTINE
