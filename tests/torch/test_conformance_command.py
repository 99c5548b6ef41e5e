"""`convcalc verify --conformance` on single layers and operations: what it prints, writes and returns."""

from __future__ import annotations

import pathlib
from typing import Any

import pytest
from command import convcalc

from convcalc import nn
from convcalc.cli.conformance import conform
from convcalc.ops import cumulative
from convcalc.tensor import ShapeError, make
from convcalc.verify.conformance_text import FUZZ_END, FUZZ_START


def test_the_command() -> None:
    done = convcalc("verify", "--conformance", "--only", "outer", "--all-rows", timeout=120)
    assert done.code == 0, done.out + done.err
    assert done.out.splitlines()[4].split()[0] == "outer"
    assert "op_db: 1 of 1 operations answered in full (100.0 %)" in done.out


def test_a_layer_is_built_and_called_in_both_modes(capsys: pytest.CaptureFixture[str]) -> None:
    assert conform("nn.Linear", True, None) == 0
    assert "module_db: 1 of 1 layers answered in full (100.0 %), in 6 calls" in capsys.readouterr().out


def test_a_wrong_shape_is_found(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(nn.Linear, "forward", lambda self, x: make((*x.shape[:-1], self.out_features + 1), x.dtype))
    assert conform("nn.Linear", False, None) == 1
    out = capsys.readouterr().out
    assert "0 unknown, 6 wrong" in out
    assert "nn.Linear" in out


def test_a_refusal_too_many_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(self: Any, x: Any) -> Any:
        raise ShapeError("no")

    monkeypatch.setattr(nn.Linear, "forward", refuses)
    assert conform("nn.Linear", False, None) == 1


def test_another_kind_of_refusal_is_counted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuses(*arguments: Any) -> Any:
        raise ShapeError("another kind")

    monkeypatch.setattr(cumulative, "wrap_dim", refuses, raising=True)
    assert conform("cumsum", False, None) == 1
    assert "refused here: ShapeError: another kind" in capsys.readouterr().out


def test_the_page_keeps_its_section_for_the_fuzzer(tmp_path: pathlib.Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"old\n{FUZZ_START}\nkept\n{FUZZ_END}\n")
    assert conform("nn.Linear", False, str(page)) == 0
    text = page.read_text()
    assert text.startswith("# Conformance\n")
    assert "module_db: 1 of 1 layers answered in full" in text
    assert f"{FUZZ_START}\nkept\n{FUZZ_END}" in text
    assert "old" not in text


def test_a_name_that_is_not_there_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert conform("Liner", False, None) == 2
    assert "no layer or operation of that name" in capsys.readouterr().err
