"""Samples of PyTorch's own test databases, written down with what PyTorch made of them, replayed without PyTorch.

`python -m tools.snapshot` writes the data; `convcalc verify --conformance` replays the databases themselves.
"""

from __future__ import annotations

import json
import pathlib
import re
from typing import Any

import pytest

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


# The words in which PyTorch refuses, and the rule that they are of; the first that fit.
WORDS = {
    r"lambda must be in range|^approximate argument|^narrow\(\)|^torch\.[hvd]split": "torch-error",
    r"one_hot is only applicable": "embedding-dtype",
    r"must be (Tensor|int|tuple of Tensors)\b.*, not ": "argument",
    r"must match the size of tensor|doesn't match the broadcast shape": "broadcast",
    r"Sizes of tensors must match except|Tensors must have same number of dimensions|stack expects a non-empty TensorList": "concat",
    r"^Dimension out of range \(expected to be in range|only tensors with up to": "dimension-range",
    r"dtype|scalar type|not implemented for|boolean masks|without overflow|on a bool tensor|complex-valued|for complex tensors|bias type": "dtype",
    r"Dimension specified as|exceeds dimension size|reduction dim to|^start out of range": "index-range",
    r"shape of indices|Index tensor must have|Size does not match at dimension": "index-shapes",
    r"divisible by num_groups|Given groups|non-positive groups": "groups",
    r"normalized_shape, but|Given normalized_shape|Mismatch of parameter numbers|Expected `weight` to be a scalar|zero-dim input": "norm-channels",
    r"Output size is too small": "kernel-larger-than-input",
    r"\(batch mode\) tensor|Input dimension should be at least": "input-dimensions",
    r"window length|strided tensors only|output_size|half of effective kernel|pad must be|negative padding|padding='same'|stride must be|divisor": "argument",
    r"valid value for reduction|negative dimension|Center must be None|must be non-negative, got|Coefficients cannot": "argument",
    r"is invalid for input of size": "view-size",
    r"target size|linear_weight|linear_bias|anchor|margin_ranking_loss|weight must be one-dimensional|var is of incorrect": "loss-shapes",
}


def test_a_refusal_has_the_rule_of_its_words() -> None:
    counted, wrong = 0, []
    for name, calls in DATA["operations"].items():
        for args, kwargs, recorded in calls:
            call: Any = function(name)
            error = replay(call, args, kwargs) if isinstance(recorded, str) and recorded[:2] == "! " else None
            if isinstance(error, ShapeError):
                rule = next((rule for words, rule in WORDS.items() if re.search(words, str(error))), None)
                counted += rule is not None
                if rule not in (None, error.rule):
                    wrong.append((name, str(error), error.rule, rule))
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
