"""The tricky models beside PyTorch: the written parameters are the real ones, and every row agrees."""

from __future__ import annotations

import runpy
import warnings
from pathlib import Path

import pytest
from command import convcalc
from tricky_models import MODELS, written


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.stem)
def test_written_parameters_are_pytorchs(model: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module = runpy.run_path(str(model))["model"]
    assert sum(p.numel() for p in module.parameters()) == written(model, "PARAMS")


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.stem)
def test_every_row_agrees(model: Path) -> None:
    done = convcalc("verify", model, timeout=300)
    assert done.code == 0, done.out + done.err
