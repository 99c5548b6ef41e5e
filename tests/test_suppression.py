"""`--select`, `--ignore` and the comments that silence a diagnosis."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command import convcalc

FAULTY = """\
import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(21, 50){constructor}
        self.conv = nn.Conv2d(3, 8, 3)

    def forward(self, x, y):
        a = self.conv(y){call}
        return self.fc1(
            x
        ), a


Net()(torch.randn(4, 20), torch.randn(2, 4, 9, 9))
"""


def rules(folder: Path, *options: str, constructor: str = "", call: str = "", head: str = "") -> tuple[int, list[str]]:
    file = folder / "model.py"
    file.write_text(head + FAULTY.format(constructor=constructor, call=call))
    done = convcalc("check", file, "--format", "json", *options)
    return done.code, [d["rule"] for d in json.loads(done.out)["files"][0]["diagnostics"]]


def test_all_are_told(tmp_path: Path) -> None:
    assert rules(tmp_path) == (1, ["conv-channels", "linear-in-features"])


@pytest.mark.parametrize(
    ("options", "left"),
    [
        (("--select", "conv-channels"), ["conv-channels"]),
        (("--select", "conv-channels,linear-in-features"), ["conv-channels", "linear-in-features"]),
        (("--ignore", "conv-channels"), ["linear-in-features"]),
        (("--ignore", "error"), []),
        (("--select", "warning"), []),
        (("--select", "error", "--ignore", "linear-in-features"), ["conv-channels"]),
    ],
)
def test_options(tmp_path: Path, options: tuple[str, ...], left: list[str]) -> None:
    assert rules(tmp_path, *options) == (1 if left else 0, left)


@pytest.mark.parametrize(
    ("constructor", "call", "left"),
    [
        ("", "  # convcalc: ignore", ["linear-in-features"]),
        ("", "  # convcalc: ignore[conv-channels]", ["linear-in-features"]),
        ("", "  # convcalc: ignore[view-size, conv-channels]", ["linear-in-features"]),
        ("", "  # noqa: E501  # convcalc: ignore[conv-channels] checked by hand", ["linear-in-features"]),
        ("", "  # convcalc: ignore[view-size]", ["conv-channels", "linear-in-features"]),
        ("", "; '# convcalc: ignore'", ["conv-channels", "linear-in-features"]),
        ("  # convcalc: ignore[linear-in-features]", "", ["conv-channels"]),
    ],
)
def test_comments(tmp_path: Path, constructor: str, call: str, left: list[str]) -> None:
    assert rules(tmp_path, constructor=constructor, call=call) == (1, left)


def test_a_file_can_be_skipped(tmp_path: Path) -> None:
    assert rules(tmp_path, head="# convcalc: skip-file\n") == (0, [])


def test_a_name_that_is_no_rule_is_a_wrong_call(tmp_path: Path) -> None:
    file = tmp_path / "model.py"
    file.write_text("import torch\n")
    done = convcalc("check", file, "--select", "conv-chanels")
    assert done.code == 2
    assert (
        done.err
        == "convcalc: --select 'conv-chanels': there is no such rule: did you mean conv-channels or norm-channels?\n"
    )
