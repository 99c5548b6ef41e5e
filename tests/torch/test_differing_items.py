"""Collections whose items differ, of which nobody knows which one is taken or how many there are: what they have in common is known, and is PyTorch's.

Each program shows tensors by `SHOW`. The shapes that convcalc knows stand beside it (None: a size that nobody can know); PyTorch runs it with several seeds.
"""

from __future__ import annotations

import json
import pathlib
from typing import Any

import numpy
import pytest
import torch
from command import convcalc

HEAD = """\
import random, re, unicodedata
import numpy as np
import torch
from torch import nn
from torch.utils.data import ConcatDataset, DataLoader, Dataset, Subset, TensorDataset, random_split

rng = np.random.default_rng(SEED)
rs = np.random.RandomState(SEED)
"""
SHOW = """
class Show(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1))

    def forward(self, *tensors):
        return self.weight


SHOW = Show()
"""
CLIENT = """
class Client:
    def __init__(self, n):
        self.data = TensorDataset(torch.randn(n, 3), torch.zeros(n))
        self.train_set, self.val_set = random_split(self.data, [n - n // 5, n // 5])
        self.loader = DataLoader(self.train_set, batch_size=4, shuffle=True)
        self.net = nn.Linear(3, 2)

    def fit(self):
        for x, y in self.loader:
            out = self.net(x)
        return out.detach(), self.net.state_dict(), len(self.train_set)
"""
PROGRAMS: dict[str, tuple[str, list[list[int | None]]]] = {
    "an array of a list, by an element of an array": (
        "waves = [np.sin(np.arange(6)[:, None] * np.ones(6)), np.zeros((6, 6)), np.ones((6, 6)).T]\nkinds = rng.integers(0, 3, 5)\n"
        "x = np.stack([np.stack([waves[k]] * 3) for k in kinds])\nSHOW(torch.from_numpy(x), torch.tensor(waves[kinds[0]]))\n",
        [[5, 3, 6, 6], [6, 6]],
    ),
    "arrays of two lengths": (
        "parts = [np.zeros((3, 4)), np.zeros((5, 4))]\nSHOW(torch.from_numpy(parts[rng.integers(2)]))\n",
        [[None, 4]],
    ),
    "a matrix and its transpose": (
        "parts = [torch.zeros(3, 4).t(), torch.zeros(5, 4).t()]\nx = parts[int(rng.integers(2))]\nSHOW(x.reshape(4, -1), x.sum(1))\n",
        [[4, None], [4]],
    ),
    "clients by numbers that are drawn": (
        CLIENT + "clients = [Client(n) for n in (20, 35, 50)]\nstates, sizes, outs = [], [], []\n"
        "for i in rng.choice(3, 2, replace=False):\n    out, state, n = clients[i].fit()\n    outs.append(out)\n    states.append(state)\n    sizes.append(n)\n"
        "mean = {k: sum(s[k] * (n / sum(sizes)) for s, n in zip(states, sizes)) for k in states[0]}\n"
        "both = next(iter(DataLoader(ConcatDataset([c.val_set for c in clients]), batch_size=8)))\n"
        "SHOW(mean['weight'], outs[0], *both, torch.tensor(sizes))\n",
        [[2, 3], [None, 2], [8, 3], [8], [2]],
    ),
    "whether it is the same client": (
        CLIENT + "clients = [Client(20), Client(35), Client(50)]\nme = clients[int(rng.integers(3))]\n"
        "SHOW(torch.zeros(len([c for c in clients if c is not me])), torch.zeros(len([c for c in clients if c != me])), torch.zeros(len({*clients, me})))\n",
        [[None], [None], [None]],
    ),
    "slices between two numbers in order": (
        "xs = np.zeros((7, 16, 16), dtype=np.float32)\nys = rng.integers(0, 3, 7)\n"
        "for k in range(7):\n    a, b = sorted(rng.choice(np.arange(2, 14), 2, replace=False))\n    if ys[k] == 0:\n        xs[k, a:b + 1, a:b + 1] = 1\n"
        "    else:\n        xs[k, np.arange(a, b + 1), np.arange(a, b + 1)] = 1\nSHOW(torch.from_numpy(xs)[:, None])\n",
        [[7, 1, 16, 16]],
    ),
    "texts of letters that are drawn": (
        "letters = 'abcdefgh'\nnames = {'x': ['abé', 'dé', 'h'], 'y': ['abcde', 'f', 'gg']}\n"
        "names = {k: [unicodedata.normalize('NFD', n).encode('ascii', 'ignore').decode() for n in v] for k, v in names.items()}\n"
        "def tensor_of(line):\n    t = torch.zeros(len(line), 1, len(letters))\n    for i, c in enumerate(line):\n        t[i][0][letters.find(c)] = 1\n    return t\n"
        "kind = random.Random(SEED).choice(list(names))\nt = tensor_of(rng.choice(names[kind]))\nkinds = list(names)\n"
        "SHOW(t, t[0], torch.tensor([kinds.index(kind)]), torch.tensor([ord(c) for c in kind]))\n",
        [[None, 1, 8], [1, 8], [1], [None]],
    ),
    "words that are drawn, in some number": (
        "words = {'a': 'one two three', 'b': 'four five six', 'c': 'seven eight nine'}\nrows = []\n"
        "for i in range(12):\n    kinds = rs.choice(list(words), size=rs.randint(1, 4), replace=False)\n    text = []\n"
        "    for k in kinds:\n        text += list(rs.choice(words[k].split(), 2))\n    text += list(rs.choice(['the', 'of'], rs.randint(2, 5)))\n"
        "    rs.shuffle(text)\n    rows.append({'text': ' '.join(text).capitalize() + '.', 'kinds': '|'.join(kinds), 'time': float(rs.normal())})\n"
        "def tokens(s):\n    return re.findall(r'[a-z]+', s.lower())\n"
        "def binary(s):\n    v = np.zeros(len(words), dtype=np.float32)\n    for k in s.split('|'):\n        v['abc'.index(k)] = 1\n    return v\n"
        "ids = [[len(t) for t in tokens(r['text'])] for r in rows]\ny = np.stack([binary(r['kinds']) for r in rows])\n"
        "t = np.array([r['time'] for r in rows], dtype=np.float32).reshape(-1, 1)\n"
        "SHOW(torch.from_numpy(y), torch.from_numpy(t), torch.tensor([0] + [len(i) for i in ids[:-1]]).cumsum(0), torch.tensor([x for i in ids for x in i]))\n",
        [[12, 3], [12, 1], [12], [None]],
    ),
    "lists of several lengths in a data set": (
        "class Texts(Dataset):\n    def __init__(self):\n        self.ids = [[1] * (3 + i % 4) for i in range(40)]\n    def __len__(self):\n        return len(self.ids)\n"
        "    def __getitem__(self, i):\n        return self.ids[i], i % 2\n"
        "def together(batch):\n    ids, y = zip(*batch)\n    return torch.tensor([x for i in ids for x in i]), torch.tensor([len(i) for i in ids]), torch.tensor(y)\n"
        "flat, lengths, y = next(iter(DataLoader(Subset(Texts(), rng.permutation(40)[:30]), batch_size=8, collate_fn=together)))\n"
        "SHOW(flat, lengths, y, torch.zeros(int(lengths.sum())))\n",
        [[None], [8], [8], [None]],
    ),
    "batches of nobody knows how many": (
        "y = rng.integers(0, 3, 100)\ndata = TensorDataset(torch.randn(100, 3), torch.from_numpy(y))\n"
        "loader = DataLoader(Subset(data, np.where(y == 1)[0]), batch_size=8)\nn, xs = 0, []\n"
        "for x, _ in loader:\n    n += 1\n    xs.append(x)\nlasts = [x for i, (x, _) in enumerate(loader)]\n"
        "SHOW(torch.cat(xs), torch.zeros(n), torch.cat([x for x, _ in loader]), torch.zeros(len(list(loader))), torch.zeros(len(loader)), lasts[-1], x)\n",
        [[None, 3], [None], [None, 3], [None], [None], [None, 3], [None, 3]],
    ),
    "classes as rows of a table that Python looks up": (
        "names = rng.choice(['x', 'y', 'z'], 20)\nkinds = sorted(set(names))\ntable = {k: np.identity(len(kinds))[i, :] for i, k in enumerate(kinds)}\n"
        "labels = np.array(list(map(table.get, names)), dtype=np.int32)\nnumbers = {'x': 1, 'y': 2}\nfound = list(map(numbers.get, names))\n"
        "y = torch.LongTensor(np.where(labels)[1])\nknown = [n for n in found if n is not None]\nlayer = nn.Linear(3, int(y.max()) + 1)\n"
        "SHOW(torch.from_numpy(labels), y[:4], torch.zeros(len(known)), layer(torch.zeros(5, 3)) + torch.zeros(layer.out_features))\n",
        [[20, None], [None], [None], [5, None]],
    ),
    "where a mask does not hold": (
        "labels = torch.cat([torch.arange(4) for _ in range(2)])\nsame = labels[None] == labels[:, None]\nmask = torch.eye(8, dtype=torch.bool)\n"
        "s = torch.randn(8, 8)\nothers = same[~mask].view(8, -1)\nSHOW(s[~mask].view(8, -1), s[~mask].view(8, -1)[others].view(8, -1), s[~(same | mask)])\n",
        [[8, 7], [8, 1], [48]],
    ),
}  # fmt: skip


def of_pytorch(body: str, seed: int) -> list[Any]:
    shown: list[Any] = []
    torch.manual_seed(seed)
    numpy.random.seed(seed)
    names = {"SEED": seed, "SHOW": lambda *tensors: shown.extend(list(t.shape) for t in tensors)}
    exec(HEAD + body, names)
    return shown


@pytest.mark.parametrize("name", PROGRAMS)
def test_what_items_have_in_common(tmp_path: pathlib.Path, name: str) -> None:
    body, known = PROGRAMS[name]
    path = tmp_path / "program.py"
    path.write_text(f"import os\nSEED = int(os.environ['SEED'])\n{HEAD}{SHOW}{body}", encoding="utf8")
    models = json.loads(convcalc("summary", path, "--format", "json").out)["models"]
    (ours,) = [[i["shape"] for i in model["inputs"]] for model in models if model["target"]["class"] == "Show"]
    assert [[size if type(size) is int else None for size in shape] for shape in ours] == known
    for seed in range(5):
        for shape, expected in zip(of_pytorch(body, seed), known, strict=True):
            assert len(shape) == len(expected), (seed, shape, expected)
            assert all(size == one for size, one in zip(shape, expected) if one is not None), (seed, shape, expected)


def test_a_number_of_classes_keeps_its_identity(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(
        "import torch\nfrom torch import nn\ny = torch.randint(0, 7, (40,))\nclasses = y.max().item() + 1\n"
        "net = nn.Sequential(nn.Linear(3, classes), nn.Linear(classes, 2 * classes))\nnet(torch.randn(4, 3))\n"
    )
    done = convcalc("summary", path, "--format", "json")
    (model,) = json.loads(done.out)["models"]
    assert done.code == 0
    assert model["outputs"][0]["shape"] == [4, "2*greatest + 2"]
    assert model["totals"]["params"] == "2*greatest**2 + 10*greatest + 8"


BUILT = """\
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.FloatTensor(width, 3))

    def forward(self, x):
        return x @ self.weight.T

sizes = some_library.sizes()
net = Net(*sizes)
net(torch.zeros(2, 3))
"""


@pytest.mark.parametrize("command", ["check", "summary"])
def test_a_class_that_the_script_builds_is_no_wrong_call(tmp_path: pathlib.Path, command: str) -> None:
    path = tmp_path / "program.py"
    path.write_text("import some_library\n" + BUILT)
    done = convcalc(command, path)
    assert done.code == 3, done
    assert "line 14" in done.out
    assert "needs arguments" not in done.out + done.err
    path.write_text(BUILT.partition("sizes = ")[0])  # nobody builds it
    assert convcalc(command, path).code == 2
