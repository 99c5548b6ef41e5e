"""Every windowed layer against PyTorch, on examples that are valid and on examples with one fault."""

from __future__ import annotations

import pytest

from hypothesis import given
from hypothesis import strategies as st

from convcalc import nn
from convcalc.verify.fuzz import compare, difference, run_convcalc, run_torch
from convcalc.verify.strategies import LAYERS, Example, Given, examples_of


@pytest.mark.parametrize("layer", sorted(LAYERS))
def test_a_layer_answers_as_in_pytorch(layer: str) -> None:
    @given(examples_of(layer))
    def agrees(example: Example) -> None:
        assert compare(example) is None

    agrees()


@pytest.mark.parametrize("layer", sorted(LAYERS))
def test_valid_examples_are_accepted_and_faulty_ones_seldom(layer: str) -> None:
    """A generator whose examples are all refused would compare refusals with refusals."""
    accepted = {True: 0, False: 0}

    @given(LAYERS[layer].valid)
    def count(example: Example) -> None:
        if example.fault is None:
            accepted[run_convcalc(example).error is None] += 1

    count()
    assert accepted[False] == 0
    assert accepted[True] > 0


def test_every_windowed_layer_has_examples() -> None:
    families = ("convolution", "pooling", "padding", "upsampling", "folding")
    layers = {name: getattr(nn, name) for name in dir(nn) if name[0].isupper()}
    names = {name for name, layer in layers.items() if layer.__module__.rpartition(".")[2] in families}
    assert names - set(LAYERS) == set()


def test_a_planted_fault_is_found() -> None:
    """The comparison itself: another answer is a difference, whether in shape, type, layout or refusal."""
    example = Example("Conv2d", {"in_channels": 1, "out_channels": 2, "kernel_size": 3}, (Given((2, 1, 5, 5)),))
    real = run_torch(example)
    assert difference(example, real, real) is None
    others = [
        run_torch(example.but("another shape", (2, 1, 6, 5))),
        run_torch(example.but("no room", (2, 1, 2, 2))),
        run_torch(example.but("other parameters", bias=False)),
    ]
    for other in others:
        found = difference(example, real, other)
        assert found is not None
        assert "torch.nn.Conv2d(in_channels=1" in found


@given(st.data())
def test_parameters_are_those_of_pytorch(data: st.DataObject) -> None:
    example = data.draw(LAYERS["ConvTranspose2d"].valid)
    assert run_torch(example).parameters == run_convcalc(example).parameters
