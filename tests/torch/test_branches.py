"""The programs that branch on data, run by PyTorch: what is an error there is one, and what runs has none."""

from __future__ import annotations

import pytest
from branch_cases import SOURCES, marked

from convcalc.verify.reference import run


@pytest.mark.parametrize("name", SOURCES)
def test_pytorch_raises_at_the_errors_alone(name: str) -> None:
    line = run(SOURCES[name], "model.py").line
    assert [line] == ([place for severity, place in marked(SOURCES[name]) if severity == "error"] or [None])
