"""A mistake of convcalc's own is told from an error of the file that it runs, and seen where `CONVCALC_STRICT=1` is set, as in tests."""

from __future__ import annotations

from typing import Any

import pytest

from convcalc.analysis.checking import CheckSettings, check_source
from convcalc.analysis.subject import Subject
from convcalc.ops.registry import REGISTRY
from convcalc.source.found import Given
from convcalc.tensor import Tensor
from convcalc.trace.internal_errors import InternalError, is_own_mistake

PROGRAM = b"import torch\nfrom torch import nn\nnet = nn.Linear(3, 4)\nx = net(torch.randn(2, 3))\ntorch.relu(x)\n"


def broken(kind: str) -> Any:
    """A rule with a mistake in it, as if it stood in convcalc's own file."""
    mistakes = {
        "a name that is not there": "return no_such_name",
        "an attribute of ours that is not there": "return input.no_such_field",
        "a variable without a value": "if input is None:\n        found = 1\n    return found",
        "an assertion": "assert input is None",
    }
    names: dict[str, Any] = {}
    file = REGISTRY["torch.relu"].rule.__code__.co_filename
    exec(compile(f"def relu(input):\n    {mistakes[kind]}", file, "exec"), names)
    return names["relu"]


KINDS = (
    "a name that is not there",
    "an attribute of ours that is not there",
    "a variable without a value",
    "an assertion",
)


def plant(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    import convcalc.ops.activation

    assert convcalc.ops.activation
    monkeypatch.setattr(REGISTRY["torch.relu"], "rule", broken(kind))


def checked() -> Any:
    return check_source(Subject("model.py", PROGRAM, None, Given()), CheckSettings())


@pytest.mark.parametrize("kind", KINDS)
def test_a_mistake_of_ours_is_seen(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    plant(monkeypatch, kind)
    with pytest.raises(InternalError):
        checked()


@pytest.mark.parametrize("kind", KINDS)
def test_without_the_setting_a_report_is_made_all_the_same(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    plant(monkeypatch, kind)
    monkeypatch.delenv("CONVCALC_STRICT")
    assert checked()["diagnostics"]


def test_what_a_file_does_wrong_is_no_mistake_of_ours() -> None:
    for call in (lambda: Tensor(2, 3).no_such_method(), lambda: REGISTRY["torch.relu"].rule("x"), lambda: [].nothing):  # type: ignore[attr-defined]
        with pytest.raises((AttributeError, TypeError)) as raised:
            call()
        assert not is_own_mistake(raised.value)
