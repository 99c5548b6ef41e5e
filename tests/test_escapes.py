"""A loaded file tries to get out (tests/escapes.py): nothing is made, nothing is started, and the command always comes back."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from command import convcalc
from escapes import ESCAPES, HOLDING

HEAD = "import torch\nfrom torch import nn\n"


def _lines(attempt: str, canary: Path) -> str:
    return HEAD + attempt.replace("CANARY", str(canary)) + "\n"


@pytest.mark.parametrize("name", ESCAPES)
def test_nothing_gets_out(tmp_path: Path, name: str) -> None:
    canary = tmp_path / "canary"
    path = tmp_path / "model.py"
    path.write_text(_lines(ESCAPES[name], canary), encoding="utf8")
    done = convcalc("summary", path, "--format", "json", "--seconds", "2")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["model.py"]
    assert done.code in (0, 1, 2, 3), done.err
    assert "Traceback" not in done.err
    assert "LEAK" not in done.err + done.out


@pytest.mark.parametrize("name", HOLDING)
def test_nothing_holds_the_machine(tmp_path: Path, name: str) -> None:
    path = tmp_path / "model.py"
    path.write_text(_lines(HOLDING[name], tmp_path / "canary"), encoding="utf8")
    started = time.perf_counter()
    done = convcalc("summary", path, "--format", "json", "--seconds", "1")
    assert time.perf_counter() - started < 20
    assert done.code in (0, 1, 2, 3), done.err
    assert "Traceback" not in done.err
    assert len(done.err) < 1_000_000
