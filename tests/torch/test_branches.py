"""The programs that branch on data, run by PyTorch: what is an error there is one, and what runs has none."""

from __future__ import annotations

import contextlib
import io
import traceback
import warnings

import pytest
from branch_cases import SOURCES, marked


@pytest.mark.parametrize("name", SOURCES)
def test_pytorch_raises_at_the_errors_alone(name: str) -> None:
    code = compile(SOURCES[name], "model.py", "exec")
    line = None
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            exec(code, {"__name__": "__main__"})
        except RuntimeError as error:
            lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == "model.py"]
            line = lines[-1]
    assert [line] == ([place for severity, place in marked(SOURCES[name]) if severity == "error"] or [None])
