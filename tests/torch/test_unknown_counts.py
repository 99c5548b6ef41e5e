"""Counts that nobody knows, of texts and of lists that are made of them: PyTorch runs the programs with the files that convcalc does not have.

A size that convcalc gives as an expression must have PyTorch's value, for several contents of the files; one that it gives as a number must be it.
"""

from __future__ import annotations

import json
import os
import pathlib
import random
from typing import Any

import pytest
from command import convcalc

HEAD = """\
import torch
from torch import nn

with open("words.txt") as f:
    text = f.read()
"""
# The program, and what the names of its report stand for.
PROGRAMS: dict[str, tuple[str, dict[str, str]]] = {
    "characters": (
        "chars = sorted(list(set(text)))\nstoi = {c: i for i, c in enumerate(chars)}\nids = torch.tensor([stoi[c] for c in text])\n"
        "n = int(0.9 * len(ids))\ntrain, val = ids[:n], ids[n:]\nemb = nn.Embedding(len(chars), 4)\n"
        "SHOW(emb(train), emb(val), emb(ids[:-1]), emb(ids[1:]), nn.Linear(4, len(stoi))(emb(train[:8])))\n",
        {"alphabet": "len(chars)", "characters": "len(text)", "part_of_characters": "n"},
    ),
    "windows": (
        "ids = torch.tensor([ord(c) % 50 for c in text])\nT = 8\n"
        "def batch(d, B=4):\n    ix = torch.randint(len(d) - T, (B,))\n"
        "    return torch.stack([d[i:i + T] for i in ix]), torch.stack([d[i + 1:i + T + 1] for i in ix])\n"
        "x, y = batch(ids)\nSHOW(x, y, ids[::2], ids[3:-2], ids[:len(ids) // 10 * 9])\n",
        {"characters": "len(text)"},
    ),
    "words": (
        "words = text.lower().split()\nvocab = sorted(set(words))\nindex = {w: i for i, w in enumerate(vocab)}\n"
        "SHOW(torch.tensor([index[w] for w in words]), torch.zeros(len(vocab), 3), torch.zeros(len(index), 3), torch.zeros(len(words) - 1))\n",
        {"words": "len(words)", "distinct": "len(vocab)"},
    ),
    "a dict that a loop fills": (
        'vocab = {"<pad>": 0, "<unk>": 1}\nfor w in text.split():\n    if w not in vocab:\n        vocab[w] = len(vocab)\n'
        "v = len(vocab)\nSHOW(nn.Linear(3, v)(torch.zeros(2, 3)), torch.zeros(len(vocab), 1))\n",
        {"items": "v"},
    ),
    "pairs": (
        "ids = [ord(c) % 9 for c in text]\npairs = []\nfor i in range(2, len(ids) - 2):\n"
        "    pairs.append(([ids[i - 2], ids[i - 1], ids[i + 1], ids[i + 2]], ids[i]))\n"
        "SHOW(torch.tensor([p[0] for p in pairs]), torch.tensor([p[1] for p in pairs]))\n",
        {"items": "len(pairs)"},
    ),
    "filled up": (
        "ids = [ord(c) % 9 for c in text][:32]\nids += [0] * (32 - len(ids))\nmore = [ord(c) % 9 for c in text][:32]\n"
        "more = more + [0] * (32 - len(more))\nSHOW(torch.tensor(ids), torch.tensor(more), torch.tensor([ord(c) for c in text][:16] + [1, 2]))\n",
        {"characters": "len(text)"},
    ),
    "lines": (
        'with open("words.txt") as f:\n    lines = f.readlines()\nrows = []\nwith open("words.txt") as f:\n    for line in f:\n        rows.append(torch.zeros(7))\n'
        "SHOW(torch.stack(rows), torch.zeros(len(lines)), torch.cat([torch.zeros(3, 2) for _ in lines]))\n",
        {"lines": "len(lines)", "items": "len(rows)"},
    ),
    "constants of lists": (
        "chars = sorted(set(text))\nfirst, last, some = chars[0], chars[-1], chars[5:]\npad = ['<pad>'] + chars\n"
        "SHOW(torch.zeros(len(some) + 1), torch.zeros(len(pad)), torch.zeros(len(first)))\n",
        {"alphabet": "len(chars)"},
    ),
}  # fmt: skip


SHOW = """
class Show(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1))

    def forward(self, *tensors):
        return self.weight


SHOW = Show()
"""


def contents() -> list[str]:
    """Texts of several lengths: many words, few, one line, one word."""
    draw = random.Random(1)
    letters = "abcdefghijklmnopqrstuvwxyz ,.\n"
    return ["".join(draw.choices(letters, k=count)) for count in (900, 61, 40)] + [
        "one two three\nfour five six seven\n",
        "x" * 20,
    ]


def of_pytorch(
    program: str, names: dict[str, str], text: str, folder: pathlib.Path
) -> tuple[list[Any], dict[str, int]]:
    (folder / "words.txt").write_text(text)
    shown: list[Any] = []
    namespace: dict[str, Any] = {"SHOW": lambda *tensors: shown.extend(list(t.shape) for t in tensors)}
    before = os.getcwd()
    os.chdir(folder)
    try:
        exec(program, namespace)
    finally:
        os.chdir(before)
    return shown, {name: eval(expression, namespace) for name, expression in names.items()}


@pytest.mark.parametrize("name", PROGRAMS)
def test_of_a_text_that_is_not_there(tmp_path: pathlib.Path, name: str) -> None:
    body, names = PROGRAMS[name]
    (tmp_path / "without").mkdir()
    path = tmp_path / "without" / "program.py"
    path.write_text(HEAD + SHOW + body)
    models = json.loads(convcalc("summary", path, "--format", "json").out)["models"]
    (ours,) = [[i["shape"] for i in model["inputs"]] for model in models if model["target"]["class"] == "Show"]
    compared = 0
    for text in contents():
        shapes, values = of_pytorch(HEAD + body, names, text, tmp_path)
        assert len(shapes) == len(ours)
        for shape, expressions in zip(shapes, ours):
            assert expressions is not None
            assert len(shape) == len(expressions)
            for size, expression in zip(shape, expressions):
                if type(expression) is str:
                    expression = eval(expression, {"max": max, "min": min}, dict(values))
                if expression is not None:
                    assert size == expression, (text, shape, expressions)
                    compared += 1
    assert compared >= 2 * len(contents())
