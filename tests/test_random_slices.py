"""Slices from a random place on: how long they are is known where they surely lie within, and unknown elsewhere."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import pytest
from command import convcalc

HEAD = """
import random
import numpy as np
import torch
from torch import nn

data = torch.randint(0, 65, (500,))
unknown = data[data > 5]
rows = torch.rand(500, 7)
block = 8
array = np.arange(300)
numbers = list(range(200))
"""
# What the slice is, and its length where that is certain.
SLICES: dict[str, tuple[str, int | None]] = {
    "an element": ("[data[i : i + block] for i in torch.randint(len(data) - block, (4,))][0]", 8),
    "the targets": ("[data[i + 1 : i + block + 1] for i in torch.randint(len(data) - block, (4,))][0]", 8),
    "one too many": ("[data[i + 1 : i + block + 2] for i in torch.randint(len(data) - block, (4,))][0]", None),
    "two bounds": ("data[torch.randint(3, 400, (1,)) : 5]", None),
    "low and high": ("[data[i - 3 : i + 9] for i in torch.randint(3, 490, (4,))][0]", None),
    "item": ("[data[i : i + block] for i in [torch.randint(0, 492, (1,)).item()]][0]", 8),
    "item and one too many": ("[data[i : i + block] for i in [torch.randint(0, 494, (1,)).item()]][0]", None),
    "random.randint": ("[data[i : i + block] for i in [random.randint(0, 492)]][0]", 8),
    "random.randint and one too many": ("[data[i : i + block] for i in [random.randint(0, 493)]][0]", None),
    "random.randrange": ("[data[i : i + block] for i in [random.randrange(493)]][0]", 8),
    "a negative start": ("[data[i - 1 : i + block] for i in [random.randrange(493)]][0]", None),
    "a step": ("[data[i : i + 9 : 2] for i in [random.randrange(3, 450)]][0]", 5),
    "two numbers": ("data[random.randint(0, 9) : random.randint(0, 9) + block]", None),
    "two elements": ("[data[a : b + block] for a, b in [torch.randint(9, (2,)).tolist()]][0]", None),
    "rows": ("[rows[i : i + block, 0] for i in torch.randint(len(rows) - block, (4,))][0]", 8),
    "of unknown length": ("[unknown[i : i + block] for i in torch.randint(len(unknown) - block, (4,))][0]", 8),
    "of unknown length, by random": ("[unknown[i : i + block] for i in [random.randint(0, len(unknown) - block)]][0]", 8),
    "of unknown length, one too many": ("[unknown[i : i + block] for i in [random.randint(0, len(unknown) - block + 1)]][0]", None),
    "of another length": ("[unknown[i : i + block] for i in torch.randint(len(data) - block, (4,))][0]", None),
    "numpy.random.randint": ("[data[i : i + block] for i in [np.random.randint(0, 493)]][0]", 8),
    "numpy.random.randint and one too many": ("[data[i : i + block] for i in [np.random.randint(494)]][0]", None),
    "an array": ("torch.tensor([array[i : i + block] for i in [np.random.randint(len(array) - block)]][0])", 8),
    "a list": ("torch.tensor([numbers[i : i + block] for i in [random.randint(0, len(numbers) - block)]][0])", 8),
    "a list and one too many": ("torch.tensor([numbers[i : i + block] for i in [random.randint(0, len(numbers) - 7)]][0])", None),
    "changed in place": ("[data[i : i.add_(2) + 6] for i in torch.randint(400, (4,))][0]", None),
}  # fmt: skip


def sizes(folder: pathlib.Path, expression: str) -> Any:
    path = folder / "program.py"
    path.write_text(HEAD + f"x = {expression}\nprint(nn.Identity()(x))\n")
    (model,) = json.loads(convcalc("summary", path, "--format", "json").out)["models"]
    return model["inputs"][0]["shape"]


@pytest.mark.parametrize("name", SLICES)
def test_the_length_of_a_slice(name: str, tmp_path: pathlib.Path) -> None:
    expression, length = SLICES[name]
    found = sizes(tmp_path, expression)
    if length is not None:
        assert found == [length]
    else:  # it may be cut at the end: not known, or told by what was drawn
        assert found in ([None], None) or ("max(" in found[0] or "min(" in found[0])
