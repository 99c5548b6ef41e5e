"""Small programs with one wrong call, value or state, and their sound neighbours (tests/calls): PyTorch's line, or no error."""

from __future__ import annotations

import importlib
import pathlib
import sys
from typing import Any

import pytest
import torch  # noqa: F401  # once, for all forks

from convcalc.analysis.checking import CheckSettings, check_source
from convcalc.analysis.subject import Subject
from convcalc.analysis.summarising import summarise
from convcalc.source.discovery import Given
from convcalc.source.target import UsageError
from convcalc.verify.reference import run_apart

HERE = pathlib.Path(__file__).parent.parent
sys.path.append(str(HERE))


HEAD = "import copy\nimport numpy as np\nimport torch\nimport torch.nn.functional as F\nfrom torch import nn\n"
CASES = {
    f"{name}-{case}": text
    for name in (
        "batches",
        "gradients",
        "states",
        "scripts",
        "caught",
        "distributions",
        "checkpoints",
        "passes",
        "losses",
    )
    for case, text in importlib.import_module(f"calls.{name}").CASES.items()
}
# What PyTorch refuses and convcalc does not know: it says nothing wrong of them.
NOT_KNOWN = {
    "gradients-grad_used_after_zero_grad",
    "gradients-grad_of_two_inputs_in_turn",  # whether an operation is one node, which is freed as a whole, or several
    "gradients-grad_of_a_bias_twice",
    "gradients-total_of_losses_backward",  # what turns that stand for others have freed
    "gradients-truncated_without_detach",
    "gradients-gather_range",  # the elements of an index of `gather` are not looked at
    "scripts-json_known",  # what `json.loads` makes of a text
    "scripts-walrus",  # a name that an expression binds
    "scripts-loader_kw",  # found where `standin/data` refuses by its own signature
}
# Which of two refusals of one line comes first hangs on what is drawn.
EITHER = {"batches-own_class_of_random_lengths"}


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
    if name in EITHER:
        return
    kind, _, message = raised[1].partition(": ")
    assert str(found[0]["torch"]).startswith(kind), (found[0]["torch"], message)


NET = "net = nn.Linear(4, 2)\n"
ENDS = {  # a script that makes an end of its own of a refusal: told is the refusal, which is what there is to mend
    "raise_from": "try:\n    net(torch.randn(2, 5))\nexcept RuntimeError as e:\n    raise ValueError('bad') from e\n",
    "raise_from_none": "try:\n    net(torch.randn(2, 5))\nexcept RuntimeError:\n    raise ValueError('bad') from None\n",
    "raise_within": "try:\n    net(torch.randn(2, 5))\nexcept RuntimeError:\n    raise KeyError('bad')\n",
    "system_exit": "try:\n    net(torch.randn(2, 5))\nexcept RuntimeError:\n    raise SystemExit('bad')\n",
}


@pytest.mark.parametrize("name", ENDS)
def test_what_the_script_makes_its_end(name: str, tmp_path: pathlib.Path) -> None:
    text = HEAD + NET + ENDS[name]
    raised = raised_in_torch(text, tmp_path / "program.py")
    assert (raised is None) == (name == "system_exit")
    found = errors(text, tmp_path / "program.py")
    assert [(d["line"], d["rule"]) for d in found] == [(8, "linear-in-features")]


def raised_in_torch(text: str, file: pathlib.Path) -> tuple[int, str] | None:
    """The line on which PyTorch raises, and what; None where the program runs."""
    file.write_text(text)
    return run_apart(text, str(file))


def model_of(text: str) -> Any:
    """The entry of the only model."""
    (entry,) = summarise(Subject("program.py", (HEAD + text).encode(), None, Given())).models
    return entry


def test_the_good_call_is_reported() -> None:
    entry = model_of(NET + "try:\n    net(torch.randn(2, 5))\nexcept RuntimeError:\n    net(torch.randn(2, 4))\n")
    assert entry["inputs"][0]["shape"] == [2, 4]
    assert entry["outputs"][0]["shape"] == [2, 2]
    assert entry["totals"]["macs"] == 16


def test_a_model_of_which_all_calls_are_caught() -> None:
    entry = model_of(NET + "try:\n    net(torch.randn(2, 5))\nexcept RuntimeError:\n    pass\n")
    assert (entry["inputs"][0]["shape"], entry["outputs"], entry["diagnostics"]) == ([2, 5], [], [])
    assert (entry["totals"]["params"], entry["totals"]["macs"], entry["totals"]["macs_status"]) == (10, None, "unknown")
    text = NET + "try:\n    net(torch.randn(2, 5))\nexcept RuntimeError:\n    pass\n"
    (given,) = summarise(Subject("program.py", (HEAD + text).encode(), None, Given(batch=7))).models
    assert given["diagnostics"]  # convcalc makes this call, and nobody catches it


def test_for_want_of_data_nothing_becomes_an_end(tmp_path: pathlib.Path) -> None:
    """What the handler of a refusal calls may raise where its data are not there: that is passed over as ever, and a timer's body with it."""
    reads = "def load():\n    if not __import__('os').path.exists('a.cfg'):\n        raise FileNotFoundError('a.cfg')\n"
    caught = reads + NET + "try:\n    net(torch.randn(2, 5))\nexcept RuntimeError:\n    load()\n"
    assert errors(HEAD + caught, tmp_path / "program.py") == []
    timer = "class Timer:\n    def __enter__(self): return self\n    def __exit__(self, *error): return False\n"
    timed = timer + NET + "with Timer():\n    size = __import__('sys').argv[7]\n    net(torch.randn(2, 5))\n"
    assert [d["line"] for d in errors(HEAD + timed, tmp_path / "program.py")] == [12]


def test_more_than_the_greatest_of_what_is_not_known(tmp_path: pathlib.Path) -> None:
    text = "import some_lib\nx = some_lib.data()\nv, i = torch.topk(x, min(3, x.size(-1)))\nprint(v[:, [-1]])\n"
    assert errors(HEAD + text, tmp_path / "program.py") == []


@pytest.mark.parametrize("catches", ["RuntimeError", "ImportError"])
def test_an_imported_module_that_fails(catches: str, tmp_path: pathlib.Path) -> None:
    """Who imports a module may catch what ends it."""
    (tmp_path / "part.py").write_text(HEAD + NET + "for i in range(2):\n    net(torch.randn(2, 5))\n")
    text = (
        HEAD
        + f"try:\n    import part\nexcept {catches}:\n    part = None\nnet = nn.Linear(3, 2)\nnet(torch.randn(2, 3))\n"
    )
    raised = raised_in_torch(text, tmp_path / "program.py")
    found = errors(text, tmp_path / "program.py")
    assert (raised is not None) == (catches == "ImportError")
    assert [(pathlib.Path(str(d["file"])).name, d["line"]) for d in found] == ([("part.py", 8)] if raised else [])
