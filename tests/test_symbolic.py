"""Every layer and every operation with symbolic sizes: what it says holds for all sizes that meet its conditions."""

from __future__ import annotations

import json
import os
import pathlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convcalc.verify import attention_layers as _attention  # noqa: F401  each registers its layers
from convcalc.verify import embedding_layers as _embedding  # noqa: F401
from convcalc.verify import linear_layers as _linear  # noqa: F401
from convcalc.verify import losses as _losses  # noqa: F401
from convcalc.verify import normalized as _normalized  # noqa: F401
from convcalc.verify import pointwise_layers as _pointwise  # noqa: F401
from convcalc.verify import recurrent_layers as _recurrent  # noqa: F401
from convcalc.verify import windowed as _windowed  # noqa: F401
from convcalc.verify.plain import function
from convcalc.verify.strategies import LAYERS, Example, examples_of
from convcalc.verify.symbolic import Differs, compare, layer_call, operation_call

PROFILE = os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") == "true" else "dev")
DATA = json.loads((pathlib.Path(__file__).parent / "data" / "conformance.json").read_text(encoding="utf8"))

NAMES = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
CHOICES = {
    "each its own": lambda size, place: NAMES[place - 1] if place <= 26 else None,
    "equal ones alike": lambda size, place: NAMES[size % 26],
    "the first": lambda size, place: "N" if place == 1 else None,
    "every other": lambda size, place: NAMES[place % 26] if place % 2 else None,
    "some alike": lambda size, place: NAMES[size % 26] if place % 3 else None,
}
OTHERS = st.lists(st.dictionaries(st.sampled_from(NAMES), st.integers(-4, 9), max_size=26), min_size=3, max_size=3)
SAME = [dict.fromkeys(NAMES, step) for step in (-2, -1, 1, 2, 4, 12)]
ONE = [{name: step} for name in NAMES[:4] for step in (-1, 1)]
LAYER_EXAMPLES = {"dev": 20, "ci": 50, "deep": 500}[PROFILE]


@pytest.mark.parametrize("layer", sorted(LAYERS))
def test_a_layer_says_of_symbols_what_it_says_of_numbers(layer: str) -> None:
    @settings(max_examples=LAYER_EXAMPLES)
    @given(examples_of(layer), st.sampled_from(sorted(CHOICES)), OTHERS)
    def agrees(example: Example, choice: str, others: list[dict[str, int]]) -> None:
        compare(layer_call(example), CHOICES[choice], [*SAME, *ONE, *others])

    agrees()


FAMILIES = sorted({name.rpartition(".")[0] for name in DATA["operations"]})


@pytest.mark.parametrize("choice", sorted(CHOICES))
@pytest.mark.parametrize("family", FAMILIES)
def test_an_operation_says_of_symbols_what_it_says_of_numbers(family: str, choice: str) -> None:
    wrong = []
    for name, calls in DATA["operations"].items():
        rule = function(name)
        if name.rpartition(".")[0] == family and rule is not None:
            for args, kwargs, _ in calls:
                try:
                    compare(operation_call(rule, args, kwargs), CHOICES[choice], [*SAME, *ONE])
                except Differs as difference:
                    wrong.append(f"{name} {args} {kwargs}\n{difference}")
    assert wrong == []
