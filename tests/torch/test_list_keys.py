"""A list as a key, `x[[0, None]]`: PyTorch takes one of numbers for an index tensor, and another for a key of several parts."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from convcalc import standin

KEYS = """
[0, 1] | [0] | [] | [True, False, True] | [0, True] | [0.5] | [0.5, 1.2] | range(2) | [0, None] | [None] | [slice(0, 2)] | [slice(0, 2), 1] | [..., 0]
[[0, 1]] | [[0, 1], [1, 2]] | [(0, 1), (1, 2)] | [[0, 1], 1] | [[0, 1], None] | [[0, 1], slice(1, 3)] | [[[0, 1]]] | [range(2), 1]
[torch.tensor([0, 1])] | [torch.tensor([0, 1]), torch.tensor([1, 2])] | [0, torch.tensor(1)] | [torch.tensor([True, False, True])]
[0, None, slice(None)] | [None] * 31 | [None] * 32 | [0] * 31 | [0] * 40 | [[0]] * 40 | ([0, 1], [1, 2]) | ([[0, 1], [1, 2]],) | ([0, None],)
[0, 1, 5] | [[0, 1], [1, 9]] | [[0, 1], [1, 2, 3]] | [0, 1, 2, None, 3, None] | [[0], [0], [0], [0], [0]]
"""


def _answer(module: Any, key: str, write: bool) -> tuple[int, ...] | str:
    x = module.zeros(3, 4, 5, 6)
    try:
        if write:
            x[eval(key, {"torch": module})] = 1.0
            return tuple(x.shape)
        return tuple(x[eval(key, {"torch": module})].shape)
    except (RuntimeError, IndexError, TypeError, ValueError):
        return "refused"


@pytest.mark.filterwarnings("ignore:Using a non-tuple sequence")
@pytest.mark.parametrize("write", [False, True])
@pytest.mark.parametrize("key", [key.strip() for line in KEYS.strip().split("\n") for key in line.split(" | ")])
def test_key(key: str, write: bool) -> None:
    assert _answer(standin.find_module("torch"), key, write) == _answer(torch, key, write)
