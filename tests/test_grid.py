"""The table that is drawn for a terminal: as tabulate draws it where there is room, folded where there is not."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from tabulate import tabulate

from convcalc.report.forms import FAMILIES
from convcalc.report.grid import MARKS, coloured, draw, total_width
from convcalc.report.terminal import width_of

HEADERS = ["Layer", "Type", "Output shape", "Params"]
ALIGN = ["left", "left", "left", "right"]


def some_rows(choice: random.Random) -> tuple[list[str], list[list[str]]]:
    tree = [choice.choice(["", "├─ ", "│  └─ "]) for _ in range(choice.randrange(1, 6))]
    rows = [["x" * choice.randrange(0, 30), "Conv", "(1, 2, 3), (4, 5, 6)"[: choice.randrange(1, 20)], "7" * choice.randrange(9)] for _ in tree]  # fmt: skip
    return tree, rows


def test_what_has_room_is_drawn_as_tabulate_draws_it() -> None:
    choice = random.Random(5)
    for _ in range(200):
        tree, rows = some_rows(choice)
        cells = [[lead + row[0], *row[1:]] for lead, row in zip(tree, rows)]
        expected = tabulate(cells, headers=HEADERS, colalign=ALIGN, disable_numparse=True, preserve_whitespace=True)
        found = draw(rows, HEADERS, ALIGN, tree=tree)
        assert found == "\n".join(line.rstrip() for line in expected.splitlines())
        assert len(found.splitlines()[1]) == total_width(rows, HEADERS, tree)


def below_the_rule(lines: list[str]) -> list[str]:
    return lines[next(i for i, line in enumerate(lines) if set(line) == {"-", " "}) + 1 :]


@pytest.mark.parametrize("width", [50, 60, 72])
def test_what_has_no_room_is_folded_and_nothing_is_lost(width: int) -> None:
    choice = random.Random(width)
    for _ in range(200):
        tree, rows = some_rows(choice)
        lines = draw(rows, HEADERS, ALIGN, tree=tree, width=width).splitlines()
        assert max(map(len, lines)) <= width
        shown = sorted("".join(below_the_rule(lines)).replace(" ", "").translate(dict.fromkeys(map(ord, "├└│─"))))
        assert shown == sorted("".join(map("".join, rows)).replace(" ", ""))


def test_the_branches_go_on_beside_a_folded_row() -> None:
    rows = [["a_name_that_is_long", "Conv2d", "(1, 2)", "5"], ["b", "Linear", "(1, 2)", "6"]]
    text = draw(rows, HEADERS, ALIGN, tree=["├─ ", "└─ "], width=44)
    assert text.splitlines() == [
        "Layer           Type    Output shape  Params",
        "--------------  ------  ------------  ------",
        "├─ a_name_      Conv2d  (1, 2)             5",
        "│  that_is_",
        "│  long",
        "└─ b            Linear  (1, 2)             6",
    ]


def test_wide_characters_take_two_columns() -> None:
    rows = [["卷积", "Conv2d", "(1, 2)", "5"], ["layer", "Linear", "(1, 2)", "6"]]
    lines = draw(rows, HEADERS, ALIGN).splitlines()
    assert {width_of(line) for line in lines[2:]} == {width_of(lines[1])}


def test_colours_change_no_character() -> None:
    rows = [["a", "Conv2d", "✗ refused", "?"], ["b", "Linear", "(?, 2)", "6"]]
    tree = ["├─ ", "└─ "]
    marked = draw(rows, HEADERS, ALIGN, tree=tree, coloured=True)
    assert coloured(marked, False) == draw(rows, HEADERS, ALIGN, tree=tree)
    shown = coloured(marked, True)
    assert "\033[31;1m✗ refused\033[0m" in shown
    assert "(\033[33;1m?\033[0m, 2)" in shown
    assert not set(MARKS) & set(shown)


def test_a_files_own_marks_are_never_written(tmp_path: Path) -> None:
    """What a file's process sends may have marks in it: they are taken out where no colours are wanted."""
    (tmp_path / "m.py").write_text(
        "import torch\nfrom torch import nn\nnet = nn.Sequential()\nnet.add_module('a\\ue002b', nn.Linear(2, 3))\nnet(torch.ones(1, 2))\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "convcalc", "summary", "m.py"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0
    assert "ab" in done.stdout
    assert not set(MARKS + "\033") & set(done.stdout)


LONG = """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a_layer_with_quite_a_long_name_for_a_terminal = nn.Conv2d(3, 8, 3)

    def forward(self, x):
        return self.a_layer_with_quite_a_long_name_for_a_terminal(x)

Net()(torch.ones(1, 3, 32, 32))
"""


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a terminal")
@pytest.mark.parametrize("size", [60, 200])
def test_a_table_fits_its_terminal_and_is_coloured(tmp_path: Path, size: int) -> None:
    import fcntl
    import struct
    import termios

    (tmp_path / "m.py").write_text(LONG)
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 30, size, 0, 0))
    environment = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR")} | {"TERM": "xterm"}
    done = subprocess.Popen(
        [sys.executable, "-m", "convcalc", "summary", "m.py"], cwd=tmp_path, stdout=theirs, env=environment
    )
    os.close(theirs)
    text = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:
            break
        if not part:
            break
        text += part
    assert done.wait() == 0
    os.close(ours)
    shown = text.decode().replace("\r\n", "\n")
    assert "\033[1mLayer\033[0m" in shown
    plain = shown
    for code in ("1", "2", "0", "31;1", "33;1"):
        plain = plain.replace(f"\033[{code}m", "")
    assert max(map(width_of, plain.splitlines())) <= size
    whole = "a_layer_with_quite_a_long_name_for_a_terminal"
    assert (whole in plain) is (size == 200)


@pytest.mark.parametrize("form", FAMILIES["tabulated"].split())
def test_the_forms_of_tabulate(root: Path, form: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "convcalc", "summary", "examples/mnist.py", "--format", form],
        cwd=root,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("Conv2d") == 2
    assert "20.5 M" in done.stdout
