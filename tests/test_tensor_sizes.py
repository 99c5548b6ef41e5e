"""A tensor of one integer where PyTorch takes an int: its value is the size; and `torch.qr` beside `linalg.qr`."""

from __future__ import annotations

from typing import Any

import pytest

from convcalc.standin import find_module

torch: Any = find_module("torch")
F = torch.nn.functional
z, t = torch.zeros, torch.tensor

CALLS = [
    ("z(5, 6).topk(t(3)).values", (5, 3)),
    ("z(5, 6).topk(t(3), dim=t(0)).indices", (3, 6)),
    ("z(5, 6).narrow(t(1), t(0), t(2))", (5, 2)),
    ("torch.eye(t(3))", (3, 3)),
    ("torch.eye(2, t(3))", (2, 3)),
    ("F.pad(z(3), (t(1), t(2)))", (6,)),
    ("z(6, 4).unfold(t(0), t(2), t(1))", (5, 4, 2)),
    ("z(4, 4).diagonal(t(1))", (3,)),
    ("torch.randperm(t(5))", (5,)),
    ("z(2, 6).movedim(t(0), t(1))", (6, 2)),
    ("torch.qr(z(5, 3))[0]", (5, 3)),
    ("torch.qr(z(5, 3), some=False)[0]", (5, 5)),
    ("z(5, 3).qr(some=True)[1]", (3, 3)),
]


@pytest.mark.parametrize(("call", "shape"), CALLS)
def test_sizes(call: str, shape: tuple[int, ...]) -> None:
    sizes = tuple(eval(call).shape)
    assert sizes == shape
    assert all(type(size) is int for size in sizes)
