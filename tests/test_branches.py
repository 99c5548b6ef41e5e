"""Branches on values that only the real data tell: one side is followed, the report says so, a check tries the other."""

from __future__ import annotations

import pathlib
import sys
from time import process_time
from typing import Any

import pytest
from branch_cases import HEAD, SOURCES, marked
from command import convcalc, summary

from convcalc.analysis.checking import CheckSettings, check_source
from convcalc.analysis.subject import Subject
from convcalc.analysis.summarising import summarise
from convcalc.source.discovery import Given


def subject(source: str) -> Subject:
    return Subject("model.py", source.encode(), None, Given())


def found(source: str) -> list[dict[str, Any]]:
    diagnostics: list[dict[str, Any]] = check_source(subject(source), CheckSettings())["diagnostics"]
    return diagnostics


def notes(source: str) -> list[tuple[int, str]]:
    return [(d["line"], d["message"]) for d in found(source) if d["rule"] == "branch"]


@pytest.mark.parametrize("name", SOURCES)
def test_errors_and_warnings_of_both_sides(name: str) -> None:
    told = [d for d in found(SOURCES[name]) if d["severity"] != "note"]
    assert sorted((d["severity"], d["line"]) for d in told) == sorted(marked(SOURCES[name]))
    assert all(d["rule"] == "unknown-branch" for d in told if d["severity"] == "warning")


@pytest.mark.parametrize("name", SOURCES)
def test_a_summary_is_of_the_side_that_runs(name: str) -> None:
    wrong = {"error", "unknown"} & {severity for severity, _ in marked(SOURCES[name])}
    result = summarise(subject(SOURCES[name]))
    assert {d["severity"] for d in result.diagnostics} - {"note"} == wrong
    assert wrong or all(row["outputs"] is not None for row in result.rows)


def test_a_warning_says_on_which_side_it_waits() -> None:
    (warning,) = [d for d in found(SOURCES["the side that is not followed"]) if d["severity"] == "warning"]
    assert warning["message"].startswith(
        "if `x.sum() > 1e9` in line 15 holds, which is not known: Linear(in_features=5"
    )
    assert warning["torch"].startswith("RuntimeError: mat1 and mat2")
    (warning,) = [d for d in found(SOURCES["the side that is followed"]) if d["severity"] == "warning"]
    assert warning["message"].startswith("if `x.abs().max().item() < 1e9` in line 13 does not hold, which")


def test_a_note_says_which_side_was_followed() -> None:
    assert notes(SOURCES["the side that is not followed"]) == [
        (15, "whether `x.sum() > 1e9` holds is not known (.item() of a tensor): followed as if it did not")
    ]
    assert notes(SOURCES["the side that is followed"]) == [
        (13, "whether `x.abs().max().item() < 1e9` holds is not known (.item() of a tensor): "
             "followed as if it did, since it is refused otherwise"),
    ]  # fmt: skip
    (_, guard), (_, mixed) = sorted(notes(
        HEAD + "x = nn.Linear(8, 4)(torch.randn(2, 8))\n"
        "def f():\n    if not x.any():\n        return 1\n    if x.min() > 0 or not x.max() > 0:\n        return 2\nf()\n"
    ))  # fmt: skip
    assert guard == "whether `not x.any()` holds is not known (.item() of a tensor): the calls of one side are shown"
    condition = "`x.min() > 0 or not x.max() > 0`"
    assert (
        mixed
        == f"whether {condition} holds is not known (.item() of a tensor): what both sides have in common is followed"
    )


def test_one_note_a_place() -> None:
    source = SOURCES["a function called many times"]
    assert len(notes(source)) == 1


def test_a_note_stands_with_the_model_that_branches() -> None:
    text = HEAD + (
        "class A(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.a = nn.Linear(4, 4)\n"
        "    def forward(self, x):\n        return self.a(x)\n"
        "class B(A):\n    def forward(self, x):\n        y = self.a(x)\n        if y.sum() > 0:\n            y = self.a(y)\n"
        "        return y\n"
        "A()(torch.randn(2, 4))\nB()(torch.randn(2, 4))\n"
    )
    models = {m["target"]["class"]: [d["rule"] for d in m["diagnostics"]] for m in summarise(subject(text)).models}
    assert models == {"A": [], "B": ["branch"]}


def test_many_branches_cost_little() -> None:
    """As many replays as are allowed, not as many as there are branches, and none of the endless ones for long."""
    lines = "".join(f"if x.sum() > {i}:\n    x = net(x) + {i}\n" for i in range(60))
    source = HEAD + "net = nn.Linear(8, 8)\nx = net(torch.randn(2, 8))\n" + lines
    start = process_time()
    assert {d["severity"] for d in found(source)} == {"note"}
    assert process_time() - start < 3


def test_an_endless_other_side_does_not_cost_the_report(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "model.py"
    path.write_text(
        HEAD
        + "net = nn.Linear(8, 8)\nx = net(torch.randn(2, 8))\nif x.sum() > 0:\n    n = 1\n    while n:\n        n += 1\n"
    )
    done = convcalc("check", path, "--seconds", "4")
    assert done.code == 0, done.out + done.err
    assert "No shape errors" in done.out


def test_what_is_an_instance_of_something_unknown_is_not_tried(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "model.py"
    path.write_text(
        HEAD + "import some_library\nx = nn.Linear(8, 8)(torch.randn(2, 8))\n"
        "if isinstance(x, some_library.Ragged):\n    x = x.view(5, 5)\n"
    )
    assert "warning" not in convcalc("check", path).out


def test_the_command_says_it(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "model.py"
    path.write_text(SOURCES["the side that is not followed"])
    done = convcalc("check", path)
    assert done.code == 0
    column = ":17" if sys.version_info >= (3, 11) else ""
    assert f"{path}:16{column}: warning[unknown-branch]" in done.out
    done = convcalc("check", path, "--ignore", "unknown-branch")
    assert "warning" not in done.out
    done = summary(path)
    (model,) = done.models
    assert [d["rule"] for d in model["diagnostics"]] == ["branch"]


def test_a_file_without_such_a_branch_pays_nothing(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "model.py"
    path.write_text(HEAD + "net = nn.Linear(8, 8)\nx = net(torch.randn(2, 8))\nif x.shape[0] == 2:\n    x = net(x)\n")
    done = convcalc("check", path)
    assert done.code == 0
    result = check_source(subject(path.read_text()), CheckSettings())
    assert result["diagnostics"] == []


BUILT = {
    "an attribute of one side": ("if u > 1:\n    self.more = nn.Linear(1, 3)", [2, 3]),
    "an attribute of both sides": ("self.more = nn.Linear(1, 3) if u > 1 else nn.Linear(1, 4)", [2, 3]),
    "a size": ("self.more = nn.Linear(1, 3 if u > 1 else 4)", [2, 3]),
    "a parameter": ("self.more = nn.Parameter(torch.zeros(3)) if u > 1 else None", [2, 3]),
    "a layer of a list": ("if u > 1:\n    self.layers.append(nn.Linear(3, 3))", None),
    "a layer of a sequence": ("if u > 1:\n    self.layers = nn.Sequential(*self.layers, nn.Linear(3, 5))", None),
    "a layer that is added": ("if u > 1:\n    self.layers.add_module('1', nn.Linear(3, 5))", None),
    "a layer that is taken away": ("if u > 1:\n    del self.layers[0]", None),
}


@pytest.mark.parametrize("name", BUILT)
def test_what_one_side_builds_is_not_counted_as_if_it_were_not(name: str) -> None:
    text, shape = BUILT[name]
    source = (
        f"{HEAD}u = torch.rand(1).item()\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        f"        self.layers = nn.ModuleList([nn.Linear(3, 3)])\n        {text.replace(chr(10), chr(10) + ' ' * 8)}\n"
        "    def forward(self, x):\n        for layer in self.layers:\n            x = layer(x)\n        return x\nNet()(torch.zeros(2, 3))\n"
    )
    report = check_source(subject(source), CheckSettings())
    (model,) = report["models"]
    assert model["totals"]["params"] is None
    assert [out["shape"] for out in model["outputs"]] in ([shape], [] if shape is None else [shape])
