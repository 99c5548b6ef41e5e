"""A part of `python tests/plant_faults.py`, which plants a fault in every family."""

from __future__ import annotations

import pytest
from plant_faults import FAULTS, caught

from convcalc.nn.names import FAMILY
from convcalc.verify.fuzz import fuzz
from tools.layer_pages import layers

QUICK = ("activation", "convolution", "flatten", "linear", "normalization")


@pytest.mark.parametrize("family", QUICK)
def test_a_fault_is_caught(family: str) -> None:
    layer, method, change = FAULTS[family][0]
    assert caught(family, layer, method, change) is not None
    assert fuzz(layer, 20).difference is None, "the fault is gone afterwards"


def test_every_family_has_a_fault() -> None:
    assert set(FAULTS) == set(layers().values()) - {"container"}
    assert all(FAMILY[layer] == family for family, faults in FAULTS.items() for layer, _, _ in faults)
