"""Small programs with one wrong call, value or state, and their sound neighbours (tests/calls): PyTorch's line, or no error."""

from __future__ import annotations

import importlib
import pathlib
import sys

import pytest
import torch  # noqa: F401  # once, for all forks

from convcalc.report.analysis import Subject
from convcalc.report.checking import CheckSettings, check_source
from convcalc.source.discovery import Given
from convcalc.source.target import UsageError

HERE = pathlib.Path(__file__).parent.parent
sys.path.append(str(HERE))

from forked import raised_in_torch  # noqa: E402

HEAD = "import copy\nimport numpy as np\nimport torch\nimport torch.nn.functional as F\nfrom torch import nn\n"
CASES = {
    f"{name}-{case}": text
    for name in ("gradients", "states", "scripts")
    for case, text in importlib.import_module(f"calls.{name}").CASES.items()
}
# What PyTorch refuses and convcalc does not know: it says nothing wrong of them.
NOT_KNOWN = {
    "gradients-grad_of_two_inputs_in_turn",  # whether an operation is one node, which is freed as a whole, or several
    "gradients-grad_of_a_bias_twice",
    "gradients-total_of_losses_backward",  # what turns that stand for others have freed
    "gradients-truncated_without_detach",
    "gradients-gather_range",  # the elements of an index of `gather` are not looked at
    "scripts-json_known",  # what `json.loads` makes of a text
    "scripts-walrus",  # a name that an expression binds
    "scripts-loader_kw",  # found where `standin/data` refuses by its own signature
}


def errors(text: str, file: pathlib.Path) -> list[dict[str, object]]:
    """What `convcalc check` finds wrong."""
    try:
        report = check_source(Subject(str(file), text.encode(), None, Given()), CheckSettings())
    except UsageError:  # no model in it
        return []
    return [d for d in report["diagnostics"] if d["severity"] == "error"]


@pytest.mark.parametrize("name", CASES)
def test_pytorchs_verdict(name: str, tmp_path: pathlib.Path) -> None:
    text = HEAD + CASES[name]
    file = tmp_path / "program.py"
    raised = raised_in_torch(text, file)
    found = errors(text, file)
    if raised is None or (name in NOT_KNOWN and not found):
        assert found == []
        return
    assert found, raised
    assert (found[0]["line"], len(found)) == (raised[0], 1)
    kind, _, message = raised[1].partition(": ")
    assert str(found[0]["torch"]).startswith(kind), (found[0]["torch"], message)
