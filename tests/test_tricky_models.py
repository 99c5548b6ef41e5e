"""Models on which counters go wrong, against the arithmetic that each file writes out."""

from __future__ import annotations

from pathlib import Path

import pytest
from command import summary
from tricky_models import MODELS, written


def test_there_are_thirteen() -> None:
    assert len(MODELS) == 13


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.stem)
def test_counts(model: Path) -> None:
    done = summary(model)
    assert done.code == 0, done.out + done.err
    (entry,) = done.models
    assert [tuple(output["shape"]) for output in entry["outputs"]] == written(model, "OUTPUTS")
    assert entry["totals"]["params"] == written(model, "PARAMS")
    assert entry["totals"]["macs"] == written(model, "MACS")
    assert entry["totals"]["macs_status"] == "exact"
    assert not [d for d in entry["diagnostics"] if d["severity"] in ("error", "unknown")]


def test_a_called_layer_has_a_row_for_each_call() -> None:
    rows = summary(next(m for m in MODELS if m.stem == "called_thrice")).models[0]["rows"]
    assert [row["call"] for row in rows if row["path"] == "step"] == [0, 1, 2]
    assert [row["macs"] for row in rows if row["path"] == "step"] == [4 * 16 * 16] * 3


def test_frozen_parameters_are_not_trained() -> None:
    totals = summary(next(m for m in MODELS if m.stem == "own_parameters")).models[0]["totals"]
    assert totals["params"] - totals["trainable_params"] == 1
    assert totals["buffers"] == 3
