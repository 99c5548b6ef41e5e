"""Whole scripts beside PyTorch: each call of a module in order, and the end, are PyTorch's, or said to be unknown (`convcalc.verify.scripts`).

The scripts of `tests/judged` were written as people write them, before convcalc saw them; `# raises` is at the end of the line where PyTorch raises, in
those that have a mistake. The other folders have been there before.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from script_programs import loaders, loops

TESTS = Path(__file__).resolve().parent.parent
FOLDERS = ("judged", "loaders", "pipelines", "corpus/correct")
SCRIPTS = [path for folder in FOLDERS for path in sorted((TESTS / folder).glob("*.py"))]
MARK = "# raises"
# What is wrong, with the reason: a script leaves this list when it is mended.
WRONG: dict[str, str] = {}
KNOWN = 0.9  # of the calls, in class, shapes and types
CERTAIN = 0.8  # of which it is known too that they are made, and how often: where a loss ends a loop, nobody knows


def command() -> list[str]:
    return [sys.executable, "-m", "convcalc.verify.scripts"]


@pytest.fixture(scope="module")
def judgements() -> dict[str, dict[str, Any]]:
    """The verdict on each script, by its name."""
    done = subprocess.run([*command(), "--json", *map(str, SCRIPTS)], capture_output=True, text=True, check=False)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(found) == len(SCRIPTS), done.stderr
    return {Path(judgement["path"]).stem: judgement for judgement in found}


def test_nothing_is_wrong(judgements: dict[str, dict[str, Any]]) -> None:
    wrong = {name: judgement["text"] for name, judgement in judgements.items() if judgement["verdict"] == "wrong"}
    assert set(wrong) == set(WRONG), wrong


def test_every_script_is_judged(judgements: dict[str, dict[str, Any]]) -> None:
    assert not [name for name, judgement in judgements.items() if judgement["verdict"] == "apart"]
    assert sum(path.parent.name == "judged" for path in SCRIPTS) >= 60


def test_most_calls_are_known(judgements: dict[str, dict[str, Any]]) -> None:
    calls, known, possible = (sum(j[key] for j in judgements.values()) for key in ("calls", "known", "possible"))
    assert calls > 10_000
    told = {name: j["text"] for name, j in judgements.items() if j["known"] < j["calls"]}
    assert known + possible >= KNOWN * calls, told
    assert known >= CERTAIN * calls, told


# random scripts


class Server:
    """A judge that waits for scripts."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "script.py"
        self.process = subprocess.Popen(
            [*command(), "--serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def judge(self, source: str) -> dict[str, Any]:
        self.path.write_text(source, encoding="utf8")
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{self.path}\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("scripts"))
    yield server
    server.close()


RANDOM = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture], print_blob=True)


@RANDOM
@given(source=loops())
def test_loops_with_random_bodies(server: Server, source: str) -> None:
    judgement = server.judge(source)
    assert judgement["verdict"] in ("equal", "unknown"), f"{source}\n{judgement['text']}"


@RANDOM
@given(source=loaders())
def test_loaders_of_items_of_random_sizes(server: Server, source: str) -> None:
    judgement = server.judge(source)
    assert judgement["verdict"] in ("equal", "unknown"), f"{source}\n{judgement['text']}"


# the judge itself

PLANTED = """
import torch
from torch import nn
net, other = nn.Linear(4, 2), nn.ReLU()
for i in range(30):
    y = net(torch.zeros(3, 4))
    if i % 7 == 2:
        other(y)
"""


CHANGES = [
    ("range(30)", "range(31)"),
    ("% 7 == 2", "% 7 == 3"),
    ("(3, 4)", "(2, 4)"),
    ("other(y)", "other(y); 1 / 0"),
    ("nn.Linear(4, 2)", "nn.Linear(4, 2).double()"),
    ("nn.ReLU()", "nn.Tanh()"),
]
COMPARE = """
import json, sys
from convcalc.verify.scripts import compare
from convcalc.verify.script_record import claim_of
from convcalc.verify.script_in_torch import run_in_torch
first, *others = json.load(sys.stdin)
claim = claim_of("/script.py", first.encode())
print(json.dumps([compare("", claim, *run_in_torch("/script.py", text.encode())).verdict for text in (first, *others)]))
"""


def test_the_judge_sees_a_difference() -> None:
    """One script's claim is held against the runs of others: a turn too many, another turn, size, end, type, class."""
    assert all(was in PLANTED for was, _ in CHANGES)
    given = json.dumps([PLANTED, *(PLANTED.replace(was, becomes) for was, becomes in CHANGES)])
    done = subprocess.run([sys.executable, "-c", COMPARE], input=given, capture_output=True, text=True, check=False)
    assert json.loads(done.stdout) == ["equal", *["wrong"] * len(CHANGES)], done.stderr
