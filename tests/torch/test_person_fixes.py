"""PyTorch refuses the programs of `person_fixes`, and runs them after the fix that a person would make."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from person_fixes import FIRST

from convcalc.analysis.checking import CheckSettings, check_source
from convcalc.analysis.subject import Subject
from convcalc.source.found import Given


def run(text: str) -> None:
    names: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(text, "model.py", "exec"), names)


@pytest.mark.parametrize("name", FIRST)
def test_pytorch_runs_what_was_mended(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text, _ = FIRST[name]
    with pytest.raises((RuntimeError, TypeError, ValueError, LookupError, AttributeError, AssertionError, UserWarning)):
        run(text)
    report = check_source(Subject("model.py", text.encode(), None, Given()), CheckSettings())
    fix = next(d for d in report["diagnostics"] if d["severity"] == "error")["suggestions"][0]
    lines = text.splitlines(keepends=True)
    start = sum(map(len, lines[: fix["line"] - 1])) + fix["column"] - 1
    assert text[start:].startswith(fix["old"])
    run(text[:start] + fix["new"] + text[start + len(fix["old"]) :])
