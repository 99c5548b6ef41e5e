"""Every operation and layer, called as in PyTorch's own samples but for one argument: answered, or refused in the same words, as by PyTorch.

`data/perturbed.json` says of how many calls of a name this does not hold yet, which is no more than that. `python tests/torch/test_perturbed_calls.py`
writes it anew, or with names prints what differs.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import torch

TESTS = Path(__file__).resolve().parent.parent
if __name__ == "__main__":
    sys.path[:0] = [str(TESTS), str(TESTS.parent)]

from perturbed import answer, differs, layer_answer, layer_variations, real, variations, written  # noqa: E402
from refusal_words import rules_of  # noqa: E402

from convcalc import nn  # noqa: E402
from convcalc.tensor import ShapeError  # noqa: E402
from convcalc.verify.plain import decode, function, replay  # noqa: E402

KNOWN = TESTS / "data" / "perturbed.json"
SAMPLES = 2  # of one name
DATA = json.loads((TESTS / "data" / "conformance.json").read_text(encoding="utf8"))
CALLS: dict[str, list[Any]] = DATA["operations"]
LAYERS: dict[str, list[Any]] = DATA["layers"]
DIES = {"torch.lu_unpack", "torch.native_batch_norm"}  # the process, of PyTorch's reading beyond the end of a tensor


def is_alias(name: str) -> bool:
    """Whether it is the method of a function that is tried as well."""
    return name.startswith("Tensor.") and name.replace("Tensor.", "torch.", 1) in CALLS


NAMES = sorted([*(name for name in CALLS if name not in DIES and not is_alias(name)), *LAYERS])


def differences(name: str) -> tuple[int, list[tuple[str, Any, Any]], list[str]]:
    """How many calls were made; those in which the answers differ: the call, PyTorch's answer, ours; and refusals under another rule than their words tell."""
    calls, found, other_rules, rule = calls_of(name), [], [], function(name) if name not in LAYERS else None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for text, call in calls.items():
            if rule is None:
                theirs, mine = layer_answer(torch.nn, real, name, *call), layer_answer(nn, decode, name, *call)
            else:
                theirs, mine = answer(name, *call), replay(rule, *call)
            if differs(theirs, mine):
                found.append((text, theirs, mine))
            elif isinstance(mine, ShapeError) and mine.rule not in (rules_of(str(mine)) or [mine.rule]):
                other_rules.append(f"{mine.rule}: {mine}")
    return len(calls), found, other_rules


def calls_of(name: str) -> dict[str, Any]:
    """The calls that are made under a name, by their texts."""
    if name in LAYERS:
        built = [call for call in LAYERS[name] if not isinstance(call[3], str)][:SAMPLES]
        varied = [(*other, training) for built, fed, training, _ in built for other in layer_variations(built, fed)]
    else:
        taken = [call for call in CALLS[name] if not (isinstance(call[2], str) and call[2][:2] == "! ")][:SAMPLES]
        varied = [other for args, kwargs, _ in taken for other in variations(args, kwargs)]
        if name.startswith("torch."):
            varied += [other for args, kwargs, _ in taken[:1] for other in written(args, kwargs)]
    return {json.dumps(call): call for call in varied}


@pytest.mark.parametrize("name", NAMES)
def test_what_is_like_a_sample_is_answered_as_by_pytorch(name: str) -> None:
    known = json.loads(KNOWN.read_text(encoding="utf8")) if KNOWN.exists() else {}
    _, found, other_rules = differences(name)
    shown = [f"{text}\n  PyTorch: {theirs!r}\n  here:    {mine!r}" for text, theirs, mine in found]
    assert len(found) <= known.get(name, 0), "\n".join(shown)
    assert other_rules == []


def test_most_is_answered_as_by_pytorch() -> None:
    known = json.loads(KNOWN.read_text(encoding="utf8"))
    assert set(known) <= set(NAMES)
    assert sum(map(len, map(calls_of, NAMES))) > 25_000
    assert sum(known.values()) < 5_000


def main(names: list[str]) -> None:
    left = Counter[str]()
    for name in names or NAMES:
        _, found, _ = differences(name)
        left[name] = len(found)
        for text, theirs, mine in found if names else ():
            print(f"{name} {text}\n  PyTorch: {theirs!r}\n  here:    {mine!r}")
    print(f"{sum(left.values())} calls differ")
    if not names:
        known = {name: count for name, count in sorted(left.items()) if count}
        KNOWN.write_text(json.dumps(known, indent=0) + "\n", encoding="utf8")


if __name__ == "__main__":
    main(sys.argv[1:])
