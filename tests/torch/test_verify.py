"""`convcalc verify` on whole scripts: what the summary says is what PyTorch does, and a wrong prediction is caught."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from command import convcalc, summary

from convcalc.verify.target import compare

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted((ROOT / "tests" / "scripts").glob("*.py")) + [
    ROOT / "examples" / name for name in ("mnist.py", "mnist_broken.py", "autoencoder.py", "unet.py")
]


@pytest.fixture(autouse=True)
def real_world(monkeypatch: pytest.MonkeyPatch) -> None:
    """What `verify` puts in the place of PyTorch's loading, training and saving in its own process: here the other tests share it."""
    for owner, name in (
        (torch.utils.data, "DataLoader"), (torch.Tensor, "backward"), (torch, "save"), (torch, "load"), (torch, "compile"), (torch.cuda, "is_available"),
    ):  # fmt: skip
        monkeypatch.setattr(owner, name, getattr(owner, name))


@pytest.mark.parametrize("script", [s for s in SCRIPTS if s.name != "functional.py"], ids=lambda s: s.name)
def test_script_agrees(script: Path) -> None:
    done = convcalc("verify", script, timeout=300)
    assert done.code == 0, done.out + done.err
    agree, _, rest = done.out.splitlines()[0].partition(": ")[2].partition(" of ")
    assert int(agree) == int(rest.split()[0]) >= 3  # a model whose input is unknown has its counts only


def test_a_target_with_an_input_agrees() -> None:
    script = ROOT / "tests" / "scripts" / "variants.py"
    for call in ("Net('large')", "Net('small')"):
        done = convcalc("verify", f"{script}::{call}", "--input", "2x1x64x64", timeout=300)
        assert done.code == 0, done.out + done.err


@pytest.mark.parametrize("spoil", ["output", "params", "verdict", "row"])
def test_a_wrong_prediction_is_caught(spoil: str) -> None:
    script = ROOT / "tests" / "scripts" / "hard_coded_batch.py"
    models = summary(script).models
    if spoil == "output":
        next(row for row in models[0]["rows"] if row["path"] == "hidden")["outputs"][0][0] += 1
    elif spoil == "params":
        models[0]["totals"]["params"] += 1
    elif spoil == "verdict":
        models[0]["diagnostics"].append({"severity": "error", "file": str(script), "line": 3})
    else:
        del models[0]["rows"][-1]
    rows = compare(models, str(script), None)[0][1]
    assert [row for row in rows if not row.agrees]


def test_a_file_without_a_model_is_refused() -> None:
    done = convcalc("verify", ROOT / "tests" / "scripts" / "functional.py")
    assert done.code == 2
    assert "no model to verify" in done.err


def test_help_says_that_the_file_runs() -> None:
    assert "RUNS THE FILE FOR REAL" in " ".join(convcalc("verify", "--help").out.split())
