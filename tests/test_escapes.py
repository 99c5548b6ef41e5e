"""A loaded file tries to get out (tests/escapes.py): nothing is made, nothing is started, and the command always comes back."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from command import convcalc
from escapes import ESCAPES, HOLDING
from import_escapes import IMPORT_ESCAPES, IMPORT_HOLDING
from kind_escapes import KIND_ESCAPES
from later_escapes import LATER_ESCAPES, LEAK

LEADING = {**LATER_ESCAPES, **{f"kind: {name}": text for name, text in KIND_ESCAPES.items()}}

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


@pytest.mark.parametrize("name", LEADING)
def test_nothing_leads_out(tmp_path: Path, name: str) -> None:
    if "except*" in LEADING[name] and sys.version_info < (3, 11):
        pytest.skip("a statement of Python 3.11")
    canary = tmp_path / "canary"
    path = tmp_path / "model.py"
    path.write_text(_lines(LEAK + LEADING[name], canary), encoding="utf8")
    done = convcalc("summary", path, "--format", "json", "--seconds", "5", env={"CONVCALC_SECRET": "x"})
    assert sorted(p.name for p in tmp_path.iterdir()) == ["model.py"]
    assert done.code in (0, 1, 2, 3), done.err
    assert "Traceback" not in done.err
    assert '"class": "LEAK"' not in done.out


def test_a_leak_would_be_noticed(tmp_path: Path) -> None:
    path = tmp_path / "model.py"
    for find in ("'CONVCALC_SECRET'", "{'__builtins__': 1}", "(i for i in ())"):
        expected = "frame" not in find and "for" not in find
        path.write_text(_lines(f"{LEAK}leak({find})", tmp_path / "canary"), encoding="utf8")
        assert ('"class": "LEAK"' in convcalc("summary", path, "--format", "json").out) is expected


@pytest.mark.parametrize("name", HOLDING)
def test_nothing_holds_the_machine(tmp_path: Path, name: str) -> None:
    path = tmp_path / "model.py"
    path.write_text(_lines(HOLDING[name], tmp_path / "canary"), encoding="utf8")
    done = convcalc("summary", path, "--format", "json", "--seconds", "1")
    assert done.seconds < 8  # one, two of grace until the kernel ends the process, and the command itself
    assert done.code in (0, 1, 2, 3), done.err
    assert "Traceback" not in done.err
    assert len(done.err) < 1_000_000


# by way of imports


def _tree(folder: Path, files: dict[str, str]) -> Path:
    """The files of an attempt below a folder, and the one to summarise."""
    for name, text in files.items():
        path = folder / name
        if path.parent.is_file():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        if text.startswith("->"):
            path.symlink_to(text[2:])
        elif text == "FIFO":
            os.mkfifo(path)
        elif not path.is_dir():
            head = HEAD if name == "model.py" else ""
            path.write_text(head + text.replace("CANARY", str(folder / "canary")), encoding="utf8")
    return folder / "model.py"


@pytest.mark.parametrize("name", IMPORT_ESCAPES)
def test_no_import_gets_out(tmp_path: Path, name: str) -> None:
    model = _tree(tmp_path, IMPORT_ESCAPES[name])
    before = sorted(str(p) for p in tmp_path.rglob("*"))
    done = convcalc("summary", model, "--format", "json", "--seconds", "3", path=tmp_path / "site")
    assert sorted(str(p) for p in tmp_path.rglob("*")) == before
    assert done.code in (0, 1, 2, 3), done.err
    assert "Traceback" not in done.err
    assert "root:" not in done.err + done.out


@pytest.mark.parametrize("name", IMPORT_HOLDING)
def test_no_import_holds_the_machine(tmp_path: Path, name: str) -> None:
    model = _tree(tmp_path, IMPORT_HOLDING[name])
    done = convcalc("summary", model, "--format", "json", "--seconds", "1", path=tmp_path / "site")
    assert done.seconds < 8  # one, two of grace until the kernel ends the process, and the command itself
    assert done.code in (0, 1, 2, 3), done.err
    assert "Traceback" not in done.err
    assert len(done.err) < 1_000_000
