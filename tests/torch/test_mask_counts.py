"""How many elements of a mask hold: two sizes that convcalc says are equal are so in PyTorch, whatever the numbers are, and what each program lists is told."""

from __future__ import annotations

import pytest
import torch

from convcalc.source.program import Program
from convcalc.tensor import Unknown, symbols

HEAD = "import torch\ntorch.manual_seed(SEED)\nx, y, labels = torch.randn(12, 4), torch.randn(12, 3), torch.randint(-1, 3, (12,))\nmask = x[:, 0] > 0\n"
# Sizes that are equal, and what is written in between.
EQUAL = [
    ("x[mask].size(0)", "", "y[mask].size(0)"),
    ("x[mask].size(0)", "", "mask.sum().item()"),
    ("mask.sum().item()", "", "int(mask.sum())"),
    ("x[x[:, 0] > 0].size(0)", "", "y[x[:, 0] > 0].size(0)"),
    ("x[~mask].size(0) + y[mask].size(0)", "", "12"),
    ("x[labels != -1].size(0)", "", "labels[labels != -1].size(0)"),
    (
        "x[mask & (labels > 0)].size(0)",
        "",
        "mask.logical_and(labels > 0).nonzero().size(0) if False else y[mask & (labels > 0)].size(0)",
    ),
    ("torch.masked_select(labels, mask).numel()", "", "y[mask].size(0)"),
    ("x[mask.view(-1)].size(0)", "", "x[mask.to(torch.bool)].size(0)"),
    ("torch.nonzero(mask).size(0)", "", "torch.nonzero(mask, as_tuple=True)[0].size(0)"),
    ("x[mask].size(0)", "x[mask] = torch.zeros(int(mask.sum()), 4)\n", "x[mask].size(0)"),
    ("x[~(x > 0)].size(0) + (x > 0).sum().item()", "", "48"),
]
# Sizes that may differ: what the mask is made of was written to, or is drawn anew.
OTHER = [
    ("x[mask].size(0)", "mask[2] = True\nmask[3:6] = False\n", "x[mask].size(0)"),
    ("x[x[:, 0] > 0].size(0)", "x[:6] = -1.0\n", "x[x[:, 0] > 0].size(0)"),
    ("x[x[:, 0] > 0].size(0)", "x.neg_()\n", "x[x[:, 0] > 0].size(0)"),
    ("x[x[:, 0] > 0].size(0)", "part = x[:5]\npart.fill_(-3)\n", "x[x[:, 0] > 0].size(0)"),
    ("x[torch.rand(12) > 0.5].size(0)", "", "x[torch.rand(12) > 0.5].size(0)"),
    (
        "x[torch.bernoulli(torch.full((12,), 0.5)).bool()].size(0)",
        "",
        "x[torch.bernoulli(torch.full((12,), 0.5)).bool()].size(0)",
    ),
    ("x[labels == 1].size(0)", "", "x[labels == 2].size(0)"),
    ("x[mask].size(0)", "", "x[~mask].size(0)"),
    ("x[labels != -1].size(0)", "labels[mask] = -1\n", "x[labels != -1].size(0)"),
    ("x[(x @ x.T)[0] > 0].size(0)", "mask |= labels == 1\n", "x[mask].size(0)"),
]


def program(one: str, between: str, other: str) -> str:
    return f"{HEAD}one = {one}\n{between}other = {other}\n"


def truth(text: str, seed: int) -> tuple[int, int]:
    names: dict[str, int] = {}
    exec(text.replace("SEED", str(seed)), names)
    return names["one"], names["other"]


def ours(text: str) -> bool | None:
    run = Program("script.py", text.replace("SEED", "0").encode())
    run.run()
    assert run.error is None
    return symbols.compared(run.namespace["one"], run.namespace["other"], "eq")


@pytest.mark.parametrize("case", EQUAL, ids=str)
def test_counts_that_are_equal(case: tuple[str, str, str]) -> None:
    text = program(*case)
    assert all(one == other for one, other in [truth(text, seed) for seed in range(8)])
    assert ours(text) is True


@pytest.mark.parametrize("case", OTHER, ids=str)
def test_counts_that_may_differ(case: tuple[str, str, str]) -> None:
    text = program(*case)
    assert any(one != other for one, other in [truth(text, seed) for seed in range(8)])
    assert ours(text) is not True


def test_what_two_masks_select_does_not_fit() -> None:
    """As many as one more than were selected are refused, as PyTorch refuses them whatever the mask holds."""
    text = HEAD.replace("SEED", "0") + "z = torch.zeros(12, 4)\nz[mask] = torch.ones(int(mask.sum()) + 2, 4)\n"
    run = Program("script.py", text.encode())
    run.run()
    with pytest.raises(RuntimeError, match="shape mismatch"):
        exec(text, {})
    assert "shape mismatch" in str(run.error)


def test_a_count_is_no_condition() -> None:
    run = Program(
        "script.py",
        (
            HEAD.replace("SEED", "0") + "part = x[mask]\nout = torch.nn.functional.relu(part) @ torch.ones(4, 2)\n"
        ).encode(),
    )
    run.run()
    assert not [note for note in run.record.notes if note.kind in ("assumed", "branch")]
    assert type(run.namespace["out"].shape[0]) is Unknown
    assert torch.is_tensor(torch.ones(1))
