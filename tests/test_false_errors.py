"""Correct models of which other checkers say that they are wrong: `ceil_mode` ignored, an old shape kept after a layer not known."""

from __future__ import annotations

import json
import pathlib

import pytest
from command import convcalc

CEIL_MODE = """\
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.pool = nn.MaxPool2d(3, stride=2, ceil_mode=True)
        self.fc = nn.Linear(3 * 16 * 16, 10)

    def forward(self, x):
        return self.fc(self.pool(x).flatten(1))


Net()(torch.randn(4, 3, 32, 32))
"""
NOT_KNOWN = """\
import torch
from torch import nn
from some_library import Downsample


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.down = Downsample(3, 24, factor=4)
        self.conv = nn.Conv2d(24, 8, 3)
        self.fc = nn.Linear(8 * 6 * 6, 10)

    def forward(self, x):
        x = self.conv(self.down(x))
        return self.fc(x.flatten(1))


Net()(torch.randn(4, 3, 32, 32))
"""


def test_a_pool_that_rounds_up(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "model.py"
    path.write_text(CEIL_MODE)
    done = convcalc("check", path, "--isolated")
    assert done.code == 0, done.out
    path.write_text(CEIL_MODE.replace("ceil_mode=True", "ceil_mode=False"))
    assert convcalc("check", path, "--isolated").code == 1


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_layer_of_a_library_that_is_not_here(tmp_path: pathlib.Path, form: str) -> None:
    path = tmp_path / "model.py"
    path.write_text(NOT_KNOWN)
    done = convcalc("check", path, "--isolated", "--format", form)
    assert done.code in (0, 3)
    assert "error[" not in done.out
    assert '"severity": "error"' not in done.out


def test_peoples_correct_programs_have_no_error(root: pathlib.Path) -> None:
    """The programs of tests/people, which PyTorch runs: what of them is not known may stay so (`usage`: a model that nobody is seen to build)."""
    programs = sorted((root / "tests/people").glob("*/correct/*.py"))
    assert len(programs) >= 55
    found = json.loads(convcalc("check", *programs, "--format", "json", "--isolated", timeout=600).out)["files"]
    errors = [
        (d["file"], d["line"], d["message"])
        for file in found
        for d in file["diagnostics"]
        if d["severity"] == "error" and d["rule"] != "usage"
    ]
    assert errors == []
