"""Samples of PyTorch's own test databases, written down with what PyTorch made of them, replayed without PyTorch.

`python -m tools.snapshot` writes the data; `convcalc verify --conformance` replays the databases themselves.
"""

from __future__ import annotations

import json
import pathlib
from typing import Any

import pytest
from refusal_words import rules_of

from convcalc.tensor import ShapeError
from convcalc.verify.plain import agrees, decode, encode, function, layer_replay, replay

FILE = pathlib.Path(__file__).parent / "data" / "conformance.json"
DATA: dict[str, Any] = json.loads(FILE.read_text(encoding="utf8"))
FAMILIES = sorted({name.rpartition(".")[0] for name in DATA["operations"]})


def differences(name: str, calls: list[Any]) -> list[str]:
    rule = function(name)
    if rule is None:
        return [f"{name} has no rule"]
    found = [(call, replay(rule, *call[:2])) for call in calls]
    return [f"{name}{call[:2]}: PyTorch {call[2]}, here {here!r}" for call, here in found if not agrees(here, call[2])]


@pytest.mark.parametrize("family", FAMILIES)
def test_operations_answer_and_refuse_as_pytorch_does(family: str) -> None:
    names = [name for name in DATA["operations"] if name.rpartition(".")[0] == family]
    assert [text for name in names for text in differences(name, DATA["operations"][name])] == []


@pytest.mark.parametrize("name", DATA["layers"])
def test_layers_hold_and_return_what_pytorchs_do(name: str) -> None:
    for *call, recorded in DATA["layers"][name]:
        assert layer_replay(name, *call) == recorded, call


def test_a_refusal_has_the_rule_of_its_words() -> None:
    counted, wrong = 0, []
    for name, calls in DATA["operations"].items():
        for args, kwargs, recorded in calls:
            call: Any = function(name)
            error = replay(call, args, kwargs) if isinstance(recorded, str) and recorded[:2] == "! " else None
            if isinstance(error, ShapeError):
                rules = rules_of(str(error))
                counted += bool(rules)
                if rules and error.rule not in rules:
                    wrong.append((name, str(error), error.rule, rules))
    assert wrong == []
    assert counted > 650


def test_a_wrong_result_is_noticed() -> None:
    ((args, kwargs, shape), *_) = [call for call in DATA["operations"]["torch.add"] if call[2].startswith("T")]
    assert differences("torch.add", [[args, kwargs, shape]]) == []
    assert len(differences("torch.add", [[args, kwargs, shape + " 7"]])) == 1
    assert len(differences("torch.add", [[args, kwargs, "! RuntimeError"]])) == 1


def test_the_data_is_a_sample_of_everything_and_small() -> None:
    assert len(DATA["layers"]) > 110
    assert len(DATA["operations"]) > 1000
    assert FILE.stat().st_size < 1_000_000


@pytest.mark.parametrize(
    "value", [None, True, 2, 2.5, float("inf"), 1 + 2j, "mean", (1, [2, "x"]), {"a": (3,)}, [()], Ellipsis]
)
def test_plain_form_and_back(value: Any) -> None:
    assert decode(json.loads(json.dumps(encode(value)))) == value
