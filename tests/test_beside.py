"""A fault of ours in what is looked for beside a verdict (causes, further errors, warnings, mends) never costs the verdict."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from command import convcalc

from convcalc.analysis.checking import CheckSettings, check_source
from convcalc.analysis.subject import Subject
from convcalc.source.discovery import Given
from convcalc.trace import BudgetExceeded

FAULTY = """import torch
from torch import nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(5, 2)
    def forward(self, x):
        return self.fc(x)
Net()(torch.zeros(3, 4))
"""
SEARCHES = (
    "convcalc.analysis.fix_search:candidates",
    "convcalc.analysis.fix_search:FixSearch.run",
    "convcalc.analysis.fix_search:attach_fixes",
    "convcalc.check.root_cause:find_root_cause",
    "convcalc.analysis.checking:recovered",
    "convcalc.analysis.checking:_add_warnings",
)


def rules_of(source: str) -> list[str]:
    subject = Subject("model.py", source.encode(), None, Given())
    return [d["rule"] for d in check_source(subject, CheckSettings())["diagnostics"]]


@pytest.mark.parametrize("where", SEARCHES)
@pytest.mark.parametrize("fault", [TypeError("planted"), RecursionError("planted"), BudgetExceeded("planted")])
def test_a_fault_in_a_search(where: str, fault: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*args: Any, **kwargs: Any) -> Any:
        raise fault

    module, _, name = where.rpartition(":")
    owner: Any = sys.modules.get(module) or importlib.import_module(module)
    *path, name = name.split(".")
    for part in path:
        owner = getattr(owner, part)
    monkeypatch.setattr(owner, name, fails)
    monkeypatch.delenv("CONVCALC_STRICT")
    assert rules_of(FAULTY) == ["linear-in-features"]


def test_a_strict_run_shows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*args: Any, **kwargs: Any) -> Any:
        raise TypeError("planted")

    monkeypatch.setattr("convcalc.analysis.fix_search.candidates", fails)
    assert os.environ["CONVCALC_STRICT"] == "1"
    with pytest.raises(TypeError, match="planted"):
        rules_of(FAULTY)


LAYER_NORMS = {
    "both sizes": ("shape = [h // 8, w // 8]", (16, 24), "nn.LayerNorm([16, 24])"),
    "one size": ("shape = (h // 8, w // 8)", (8, 24), "Net(64, 192)"),
    "one written size": ("shape = (h // 8, 12)", (8, 24), "shape = (h // 8, 24)"),
}


@pytest.mark.parametrize("name", LAYER_NORMS)
def test_several_sizes_at_once(tmp_path: Path, name: str) -> None:
    """The sizes of a layer norm are followed one by one to where they were written."""
    shape, given, mend = LAYER_NORMS[name]
    model = f"""import torch
from torch import nn
class Net(nn.Module):
    def __init__(self, h, w):
        super().__init__()
        {shape}
        self.norm = nn.LayerNorm({shape.partition(" = ")[2] if given == (16, 24) else "shape"})
    def forward(self, x):
        return self.norm(x)
Net(64, 96)(torch.rand(2, 3, *{given}))
"""
    path = tmp_path / "model.py"
    path.write_text(model)
    done = convcalc("check", path, "--isolated")
    assert done.code == 1, done.err
    assert f"fix   {mend}" in done.out or f"or    {mend}" in done.out, done.out
