"""Objects that are not what they say, and numbers of thousands of digits: a verdict, never a fault of ours."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command import convcalc

HEAD = "import torch\nfrom torch import nn\n"
NET = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear({size}, 2)
        self.odd = odd

    def forward(self, x, other=None):
        return self.fc(x), self.odd

Net()(torch.zeros(3, 4), odd)
"""
ODD = {
    "is a class, it says": "__class__ = property(lambda self: type)",
    "is a module, it says": "__class__ = property(lambda self: nn.Module)",
    "is a tensor, it says": "__class__ = property(lambda self: torch.Tensor)",
    "is equal to nothing": "def __eq__(self, other): raise RuntimeError('no')",
    "has no hash": "__hash__ = None",
    "is neither true nor false": "def __bool__(self): raise RuntimeError('no')",
    "has no end": "def __getattr__(self, name): return getattr(self, name)",
    "has every attribute": "def __getattr__(self, name): return self",
    "cannot be shown": "def __repr__(self): raise RuntimeError('no')",
    "has no table": "__dict__ = property(lambda self: 1 / 0)",
}


def verdict(path: Path, text: str) -> tuple[int, list[tuple[str, int | None]]]:
    path.write_text(text, encoding="utf8")
    done = convcalc("check", path, "--isolated", "--format", "json")
    assert "internal error" not in done.out + done.err
    assert "Traceback" not in done.err
    shown = convcalc("summary", path)
    assert shown.code in (0, 1, 2, 3), shown.err
    found = [d for file in json.loads(done.out)["files"] for d in file["diagnostics"]]
    return done.code, [(d["rule"], d["line"]) for d in found if d["severity"] in ("error", "unknown")]


@pytest.mark.parametrize("name", ODD)
def test_a_model_that_holds_and_gets_an_odd_object(tmp_path: Path, name: str) -> None:
    odd = f"class Odd:\n    {ODD[name]}\nodd = Odd()\n"
    path = tmp_path / "model.py"
    assert verdict(path, HEAD + odd + NET.format(size=4)) == (0, [])
    assert verdict(path, HEAD + odd + NET.format(size=5)) == (1, [("linear-in-features", 14)])


MODULES = {
    "of which no constructor ran": "class Bare(nn.Module):\n    def __init__(self): pass\nbare = Bare()\n",
    "that was not built": "class Bare(nn.Module):\n    def forward(self, x): return x\nbare = Bare.__new__(Bare)\n",
    "without anything": "bare = nn.Module()\n",
    "with another name": "net.add_module('a b', nn.Linear(2, 2))\n",
}


@pytest.mark.parametrize("name", MODULES)
def test_a_module(tmp_path: Path, name: str) -> None:
    net = "net = nn.Sequential(nn.Linear(4, 2))\n"
    assert verdict(tmp_path / "model.py", HEAD + net + MODULES[name] + "net[0](torch.zeros(3, 4))\n") == (0, [])


@pytest.mark.parametrize("method", ["def __eq__(self, other): raise RuntimeError", "def __len__(self): return 0"])
def test_a_model_that_cannot_be_compared(tmp_path: Path, method: str) -> None:
    net = NET.format(size=4).replace("    def forward", f"    {method}\n\n    def forward")
    assert verdict(tmp_path / "model.py", HEAD + "odd = None\n" + net) == (0, [])


def test_an_error_that_cannot_say_what_it_is(tmp_path: Path) -> None:
    odd = "class Odd(Exception):\n    def __str__(self): raise RuntimeError('no')\nodd = None\n"
    net = NET.format(size=4).replace("return", "raise Odd\n        return")
    assert verdict(tmp_path / "model.py", HEAD + odd + net) == (1, [("python-error", 14)])


LONG = {  # PyTorch 2.13 raises at the last line of each: sizes are numbers of 64 bits
    "torch.zeros(10 ** 4000, 10 ** 4000)": "argument",
    "torch.zeros(-10 ** 5000)": "argument",
    "nn.Linear(10 ** 5000, 3)(torch.zeros(2, 4))": "argument",
    "torch.zeros(2, 4).view(10 ** 5000)": "view-size",
}


@pytest.mark.parametrize("text", LONG)
def test_numbers_of_thousands_of_digits(tmp_path: Path, text: str) -> None:
    assert verdict(tmp_path / "model.py", f"{HEAD}{text}\n") == (1, [(LONG[text], 3)])


def test_in_a_message(tmp_path: Path) -> None:
    net = NET.format(size=4).replace("return", "assert x.shape[0] == 10 ** 5000, 10 ** 5000\n        return")
    assert verdict(tmp_path / "model.py", HEAD + "odd = None\n" + net) == (1, [("python-error", 12)])
