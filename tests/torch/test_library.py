"""`convcalc.summary` of a live torch.nn.Module: the same rows as of the spec, and no kernel runs."""

from __future__ import annotations

import pytest
import torch

import convcalc
from convcalc import nn


def net(nn):  # type: ignore[no-untyped-def]
    return nn.Sequential(
        nn.Conv2d(1, 10, 5),
        nn.BatchNorm2d(10),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(1440, 10),
    )


def test_a_live_module_has_the_rows_of_its_spec() -> None:
    live = convcalc.summary(net(torch.nn), (64, 1, 28, 28))
    spec = convcalc.summary(net(nn), (64, 1, 28, 28))
    compared = ("path", "type", "kind", "leaf", "depth", "call", "inputs", "outputs", "params", "own_params", "macs")
    assert [[row[key] for key in compared] for row in live.rows] == [
        [row[key] for key in compared] for row in spec.rows
    ]
    assert live.totals == spec.totals
    assert live.exit_code == 0
    assert "(64, 10)" in str(live)


def test_a_live_module_is_not_changed() -> None:
    module = net(torch.nn).train()
    before = {name: value.clone() for name, value in module.state_dict().items()}
    convcalc.summary(module, (64, 1, 28, 28), training=False)
    assert module.training
    assert all(torch.equal(value, before[name]) for name, value in module.state_dict().items())


def test_a_live_module_that_does_not_fit() -> None:
    module = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(10, 2))
    report = convcalc.summary(module, (4, 3, 5))
    assert report.exit_code == 1
    (error,) = report.diagnostics
    assert "mat1 and mat2 shapes cannot be multiplied (4x15 and 10x2)" in error["torch"]


@pytest.mark.parametrize("name", ["LSTM", "GRU", "RNN"])
def test_a_live_recurrent_layer(name: str) -> None:
    module = getattr(torch.nn, name)(8, 16, num_layers=2, bidirectional=True, batch_first=True)
    want = module(torch.zeros(3, 5, 8))[0]
    assert convcalc.summary(module, (3, 5, 8)).models[0]["outputs"][0]["shape"] == list(want.shape)
    assert module(torch.zeros(3, 5, 8))[0].shape == want.shape  # the real layer works as before
