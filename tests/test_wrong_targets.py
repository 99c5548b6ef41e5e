"""A call of convcalc that does not fit the model: exit code 2, and what would fit; and what was never built is not counted."""

from __future__ import annotations

import json
import pathlib

import pytest
from command import convcalc, summary

MODEL = """\
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, width, depth=2, *, act=None):
        super().__init__()
        self.fc = nn.Linear(4, width)

    def forward(self, x, mask=None, *, scale=1):
        return self.fc(x)


class Two(nn.Module):
    def forward(self, a, b):
        return a + b


def make(width, depth=3):
    return Net(width, depth)
"""
NOT_BUILT = """\
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, widths=4):
        super().__init__()
        self.first = nn.Linear(4, 8)
        self.last = max(widths)

    def forward(self, x):
        return self.first(x)
"""
UNKNOWN = {"params": None, "trainable_params": None, "buffers": None, "macs": None, "macs_status": "unknown"}


@pytest.mark.parametrize(
    ("target", "arguments", "said"),
    [
        ("Net()", (), "missing 1 required positional argument: 'width'; it takes Net(width, depth=2, *, act=None)"),
        ("Net(3, 4, 5)", (), "but 4 were given; it takes Net(width, depth=2, *, act=None)"),
        ("Net(3, foo=2)", (), "unexpected keyword argument 'foo'; it takes Net(width, depth=2, *, act=None)"),
        ("Net(nope)", (), "has no name 'nope'; its models are Net, Two"),
        ("make(1, 2, 3)", (), "3 were given; it takes make(width, depth=3)"),
        ("Net(3)", ("--input", "2x4", "--kwarg", "foo=1"), "takes (x, mask=None, *, scale=1): there is no 'foo'"),
        ("Net(3)", ("--input", "y=2x4"), "there is no 'y'"),
        ("Net(3)", ("--input", "2x4", "--input", "2x4", "--input", "2x4"), "3 are given by position, at most 2 are taken"),
        ("Net(3)", ("--kwarg", "foo=1"), "there is no 'foo'"),
        ("Two()", ("--input", "2x4"), "takes (a, b): b is missing"),
        ("Two()", ("--input", "2x4", "--input", "a=2x4"), "'a' is given twice"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("command", ["summary", "check"])
def test_a_call_that_does_not_fit(
    command: str, target: str, arguments: tuple[str, ...], said: str, tmp_path: pathlib.Path
) -> None:
    if command == "check" and "--kwarg" in arguments:
        pytest.skip("no option of check")
    path = tmp_path / "model.py"
    path.write_text(MODEL)
    done = convcalc(command, f"{path}::{target}", *arguments)
    assert done.code == 2, done.out
    assert said in done.err, done.err


def test_calls_that_fit(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "model.py"
    path.write_text(MODEL)
    for target, *arguments in (
        ("Net(3)", "--input", "2x4", "--kwarg", "scale=2"),
        ("Net(3)", "--input", "2x4", "--input", "mask=2x2"),
        ("Two()", "--input", "a=2x4", "--input", "b=2x4"),
        ("make(3)", "--input", "2x4"),
    ):
        assert summary(f"{path}::{target}", *arguments).code == 0


def test_a_constructor_that_fails_is_not_counted(tmp_path: pathlib.Path) -> None:
    """Nobody but convcalc builds the class with its defaults: no error, and nothing is known of it."""
    path = tmp_path / "model.py"
    path.write_text(NOT_BUILT)
    done = summary(path)
    assert done.code == 3
    assert done.models[0]["totals"] == UNKNOWN
    (said,) = done.models[0]["diagnostics"]
    assert (said["rule"], said["severity"]) == ("no-input", "unknown")
    assert "Net() cannot be checked by itself: TypeError: 'int' object is not iterable" in said["message"]
    assert "::'Net(widths=...)'" in said["message"]
    assert convcalc("check", path).code == 3
    path.write_text(NOT_BUILT + "\n\nNet()\n")
    done = summary(path)
    assert (done.code, done.models[0]["totals"]) == (1, UNKNOWN)
    assert done.models[0]["diagnostics"][0]["line"] == 9


def test_an_error_of_the_constructor_that_no_argument_mends(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "model.py"
    path.write_text(NOT_BUILT.replace("max(widths)", "nn.Linea(3, 4)"))
    done = summary(path)
    assert (done.code, done.models[0]["totals"]) == (1, UNKNOWN)
    assert "has no attribute 'Linea'" in done.models[0]["diagnostics"][0]["message"]


def test_a_script_that_ends_before_its_model_counts_nothing(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "script.py"
    path.write_text("import torch\nx = torch.zeros(2, 3)\ny = torch.cat([x, x], axes=1)\n")
    done = summary(path)
    assert done.code == 1
    assert done.models[0]["totals"] == UNKNOWN
    path.write_text("import torch\nx = torch.zeros(2, 3)\ny = torch.cat([x, x], dim=1)\n")
    totals = json.loads(summary(path).out)["models"][0]["totals"]
    assert (totals["params"], totals["macs_status"]) == (0, "exact")


def test_a_constructor_that_never_began(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "script.py"
    path.write_text(MODEL + "\n\nnet = Net(4, 5, 6)\n")
    done = summary(path)
    (model,) = done.models
    assert done.code == 1
    assert (model["target"]["class"], model["target"]["call"], model["totals"]) == ("Net", "Net(4, 5, 6)", UNKNOWN)
    assert model["diagnostics"][0]["torch"].startswith("TypeError: Net.__init__() takes from 2 to 3 positional")
