"""A script's own `collate_fn` over items that differ, drawn at random: what convcalc says of a batch holds for every batch that PyTorch makes.

A size that is known is each batch's; one symbol has one value in a batch, wherever it stands; what is not known may be anything.
"""

from __future__ import annotations

import random
from typing import Any

import pytest
import torch

from convcalc.source.program import Program
from convcalc.tensor import Tensor, Unknown, symbols

HEAD = """\
import random
import torch
from torch import nn
from torch.nn.utils.rnn import pad_sequence, pack_sequence
from torch.utils.data import DataLoader, Dataset, Subset

random.seed(SEED)

class Data(Dataset):
    def __init__(self, n):
        self.items = [make() for _ in range(n)]
    def __len__(self):
        return len(self.items)
    def __getitem__(self, i):
        words, label = self.items[i]
        return ITEM

def make():
    return [random.randint(1, 30) for _ in range(random.randint(3, 12))], random.randint(0, 1)
"""
TENSORS = "torch.tensor(words), label"

# What an item is; the function; what is known of a batch: its shapes.
FUNCTIONS: dict[str, tuple[str, str, Any]] = {
    "padded, with lengths": (
        TENSORS,
        "    texts, labels = zip(*batch)\n    lengths = torch.tensor([len(t) for t in texts])\n"
        "    return pad_sequence(texts, batch_first=True), lengths, torch.tensor(labels, dtype=torch.float)\n",
        [(8, "length"), (8,), (8,)],
    ),
    "sorted, time first, with a mask": (
        TENSORS,
        "    batch.sort(key=lambda pair: len(pair[0]), reverse=True)\n    texts = pad_sequence([t for t, _ in batch], padding_value=-1)\n"
        "    return texts, texts != -1, torch.arange(texts.size(0)).unsqueeze(1)\n",
        [("length", 8), ("length", 8), ("length", 1)],
    ),
    "filled by hand": (
        "words, label",
        "    most = max(len(w) for w, _ in batch)\n    x = torch.zeros(len(batch), most, dtype=torch.long)\n"
        "    for i, (w, _) in enumerate(batch):\n        x[i, :len(w)] = torch.tensor(w)\n"
        "    return {'ids': x, 'mask': x > 0, 'labels': torch.tensor([l for _, l in batch]), 'most': most}\n",
        {"ids": (8, "length"), "mask": (8, "length"), "labels": (8,)},
    ),
    "one vector with offsets": (
        TENSORS,
        "    texts = [t for t, _ in batch]\n    offsets = torch.tensor([0] + [len(t) for t in texts[:-1]]).cumsum(0)\n"
        "    return torch.cat(texts), offsets, torch.tensor([l for _, l in batch]).unsqueeze(1)\n",
        [("length",), (8,), (8, 1)],
    ),
    "shifted by one": (
        TENSORS,
        "    x = pad_sequence([t for t, _ in batch], batch_first=True)\n    return x[:, :-1], x[:, 1:], x.reshape(-1)\n",
        [(8, "length"), (8, "length"), ("8*length + 8",)],
    ),
    "to one length": (
        TENSORS,
        "    x = torch.zeros(len(batch), 16, dtype=torch.long)\n    for i, (t, _) in enumerate(batch):\n        x[i, :len(t)] = t[:16]\n"
        "    return x, torch.nn.functional.one_hot(x, 31)\n",
        [(8, 16), (8, 16, 31)],
    ),
    "graphs": (
        "torch.rand(len(words), 5), [(i, i + 1) for i in range(len(words) - 1)]",
        "    nodes = max(x.size(0) for x, _ in batch)\n    xs = torch.zeros(len(batch), nodes, batch[0][0].size(1))\n"
        "    adj = torch.zeros(len(batch), nodes, nodes)\n    for i, (x, edges) in enumerate(batch):\n        xs[i, :x.size(0)] = x\n"
        "        for a, b in edges:\n            adj[i, a, b] = adj[i, b, a] = 1\n    return xs, adj\n",
        [(8, "length", 5), (8, "length", "length")],
    ),
    "transposed": (
        "torch.rand(len(words), 5), label",
        "    x = pad_sequence([t for t, _ in batch], batch_first=True).unsqueeze(1).transpose(2, 3)\n    return x, x.contiguous()\n",
        [(8, 1, 5, "length"), (8, 1, 5, "length")],
    ),
    "kept apart": (
        "torch.rand(3, 6, 6), {'boxes': torch.rand(len(words), 4), 'area': label}",
        "    pictures, targets = zip(*batch)\n    return torch.stack(pictures), list(targets)\n",
        None,
    ),
}


def source(name: str, seed: int, shuffle: str = "batch_size=8, shuffle=True") -> str:
    item, function, _ = FUNCTIONS[name]
    head = HEAD.replace("ITEM", item).replace("SEED", str(seed))
    return f"{head}\ndef collate(batch):\n{function}\nloader = DataLoader(Data(60), {shuffle}, drop_last=True, collate_fn=collate)\n"


def shapes(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [shapes(part) for part in value]
    if isinstance(value, dict):
        return {key: shapes(part) for key, part in value.items() if not isinstance(part, (int, Unknown))}
    return tuple([symbols.text_of(n) or "?" if type(n) is Unknown else n for n in value.shape])


def ours(text: str) -> Any:
    program = Program("script.py", (text + "for batch in loader:\n    break\n").encode())
    program.run()
    assert program.error is None
    return program.namespace["batch"]


def compare(mine: Any, real: Any, values: dict[str, int]) -> None:
    if isinstance(mine, Unknown):
        return
    if isinstance(real, torch.Tensor):
        assert isinstance(mine, Tensor)
        assert mine.dtype.name == str(real.dtype).partition(".")[2]
        assert len(mine.shape) == real.dim()
        for size, true in zip(mine.shape, real.shape):
            if type(size) is not Unknown:
                assert size == true
            elif symbols.text_of(size) is not None:
                assert values.setdefault(str(symbols._written(size)), true) == true
        strides = [(a, b) for a, b in zip(mine.stride(), real.stride()) if type(a) is not Unknown]
        assert all(a == b for a, b in strides)
    elif isinstance(real, dict):
        for key in real:
            compare(mine[key], real[key], values)
    elif isinstance(real, (list, tuple)):
        assert len(mine) == len(real)
        for one, other in zip(mine, real):
            compare(one, other, values)
    else:
        assert mine == real


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_batch_is_as_every_batch_of_pytorch(name: str) -> None:
    for seed in range(3):
        text = source(name, seed)
        names: dict[str, Any] = {}
        batch = ours(text)
        exec(text, names)
        for real in [batch for _ in range(4) for batch in names["loader"]]:
            compare(batch, real, {})
        if FUNCTIONS[name][2] is not None:
            assert shapes(batch) == FUNCTIONS[name][2]


def test_what_is_refused_of_every_batch_is_an_error_at_the_line_of_the_function() -> None:
    text = source("padded, with lengths", 0).replace("pad_sequence(texts, batch_first=True)", "torch.stack(texts)")
    text += "for batch in loader:\n    pass\n"
    program = Program("script.py", text.encode())
    program.run()
    assert "stack expects each tensor to be equal size" in str(program.error)
    names: dict[str, Any] = {}
    with pytest.raises(RuntimeError, match="stack expects each tensor to be equal size"):
        exec(text, names)


def test_items_of_which_one_is_refused_are_no_error() -> None:
    """Most batches are sound, so nobody knows whether one is refused."""
    text = source("padded, with lengths", 0).replace(
        "len(t) for t in texts", "6 // (len(t) - 3 if len(t) < 5 else 1) for t in texts[:1]"
    )
    program = Program("script.py", (text + "for batch in loader:\n    pass\n").encode())
    program.run()
    assert program.error is None


def test_the_batches_of_two_turns_have_lengths_of_their_own() -> None:
    text = source("padded, with lengths", 1)
    text += "kept = []\nfor batch in loader:\n    kept.append(batch[0])\n    if len(kept) == 2:\n        break\nsame = kept[0].shape == kept[1].shape\n"
    program = Program("script.py", text.encode())
    program.run()
    assert type(program.namespace["same"]) is Unknown


def test_the_data_stay_what_they_are() -> None:
    """That an item of any index cannot be made changes nothing of the data set."""
    text = (
        source("padded, with lengths", random.randint(0, 9)) + "for batch in loader:\n    pass\ncount = len(loader)\n"
    )
    program = Program("script.py", text.encode())
    program.run()
    assert program.namespace["count"] == 7
