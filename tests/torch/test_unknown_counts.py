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


# What people do with a list, a set or a dict of which convcalc does not know how long it is, mostly by functions written in C, which know nothing of
# the mark in it: `n` must be Python's, or not be known.
LISTS = (
    HEAD
    + """\
from collections import Counter, OrderedDict, defaultdict, deque
import functools, glob, itertools, os, random
from pathlib import Path
import numpy as np
words = text.split()
chars = sorted(set(text))
ids = [ord(c) % 9 for c in text]
rows = []
with open("words.txt") as f:
    for line in f:
        rows.append(line.split())
"""
)
IDIOMS = {
    "tuple": "n = len(tuple(chars))",
    "tuple2": "n = len(tuple(ids))",
    "counter": "n = len(Counter(words))",
    "counter_vals": "c = Counter(words)\nn = len([w for w, k in c.items() if k >= 2])",
    "counter_get": 'c = Counter(words)\nn = c["the"] + 3',
    "most_common": "c = Counter(words)\nn = len(c.most_common(500))",
    "most_common_all": "c = Counter(words)\nn = len(c.most_common()) + 2",
    "counter_text": "c = Counter(text)\nn = len(c)",
    "counter_sum": "n = sum(Counter(words).values())",
    "deque": "n = len(deque(words))",
    "fromkeys": "n = len(dict.fromkeys(words))",
    "map_len": "n = max(map(len, words))",
    "map_list": "n = len(list(map(len, words)))",
    "sum_gen": "n = sum(1 for w in words)",
    "sum_len": "n = sum(len(r) for r in rows)",
    "sum_map": "n = sum(map(len, rows))",
    "chain": "n = len(list(itertools.chain(*rows)))",
    "chain2": "n = len(list(itertools.chain.from_iterable(rows)))",
    "union": "n = len(set().union(words))",
    "update": "s = set()\ns.update(words)\nn = len(s)",
    "update2": "s = set()\nfor r in rows:\n    s.update(r)\nn = len(s)",
    "extend": "a = []\na.extend(words)\nn = len(a)",
    "extend2": 'a = ["x"]\nfor r in rows:\n    a.extend(r)\nn = len(a)',
    "reversed": "n = len(list(reversed(words)))",
    "iter": "n = 0\nfor w in iter(words):\n    n += 1",
    "filter": "n = len(list(filter(None, words)))",
    "filter2": "n = len(list(filter(str.isalpha, words)))",
    "zipstar": "pairs = [(w, 1) for w in words]\na, b = zip(*pairs)\nn = len(a)",
    "zipd": "d = dict(zip(words, range(5)))\nn = len(d)",
    "listzip": "n = len(list(zip(words, words[1:])))",
    "listenum": "n = len(list(enumerate(words)))",
    "sortedkey": "n = len(sorted(words, key=len)[:50])",
    "setcomp": "n = len({w for w in words})",
    "dictkeys": "d = {w: 1 for w in words}\nn = len(list(d))",
    "dictkeys2": "d = {w: 1 for w in words}\nn = len(list(d.keys()))",
    "dictitems": "d = {w: 1 for w in words}\nn = 0\nfor k, v in d.items():\n    n += 1",
    "dictfor": "d = {w: 1 for w in words}\nn = 0\nfor k in d:\n    n += 1",
    "dictvals": "d = {w: i for i, w in enumerate(chars)}\nn = max(d.values()) + 1",
    "dictcompitems": "d = {w: i for i, w in enumerate(chars)}\nn = len([1 for k, v in d.items()])",
    "setfor": "n = 0\nfor c in set(text):\n    n += 1",
    "setcompr": "n = len([c for c in set(text)])",
    "setunion": 'n = len(set(text) | {"<pad>"})',
    "setadd": 's = set(text)\ns.add("<pad>")\nn = len(s)',
    "setlist": "n = len(list(set(words)))",
    "concat": 'n = len(["a"] + words + ["b"])',
    "mul": "n = len(words * 2)",
    "pop": "words.pop()\nn = len(words)",
    "remove": 'words.remove("a")\nn = len(words)',
    "clear": "words.clear()\nn = len(words)+1",
    "insert": 'words.insert(0, "a")\nn = len(words)',
    "del": "del words[0]\nn = len(words)",
    "delslice": "del words[5:]\nn = len(words)",
    "assignslice": 'words[0:2] = ["a"]\nn = len(words)',
    "join": 'n = len(" ".join(words))',
    "shuffle": "random.shuffle(words)\nn = len(words)",
    "sample": "n = len(random.sample(words, 5))",
    "nparr": "n = np.array(ids).shape[0]",
    "npunique": "n = len(np.unique(ids))",
    "npuniquew": "n = len(np.unique(words))",
    "nplen": "n = np.array([len(r) for r in rows]).max()",
    "listmax": "n = max(len(r) for r in rows)",
    "listmax2": "n = max([len(r) for r in rows])",
    "glob_next": 'p = next(Path("a").glob("*.pt"))\nn = 3',
    "glob_iter": 'n = 0\nfor f in glob.iglob("*"):\n    n += 1',
    "glob_sorted": 'n = len(sorted(Path("a").glob("*.pt")))',
    "walk": 'n = 0\nfor f in Path("a").rglob("*"):\n    n += 1',
    "any": 'n = 3 if any(w == "a" for w in words) else 4',
    "index": 'n = words.index("a") + 1',
    "count": 'n = words.count("a") + 1',
    "inlist": 'n = 3 if "a" in words else 4',
    "inset": 'n = 3 if "a" in set(words) else 4',
    "eq": 'n = 3 if words == ["a", "b"] else 4',
    "firsteq": 'n = 3 if words[0] == "a" else 4',
    "unpack": "a, *b = words\nn = len(b)",
    "star": "def f(*a): return len(a)\nn = f(*words)",
    "starlist": "n = len([*words])",
    "starlist2": 'n = len([*words, "a"])',
    "defaultdict": "d = defaultdict(int)\nfor w in words:\n    d[w] += 1\nn = len(d)",
    "dictget": "d = {}\nfor w in words:\n    d[w] = d.get(w, 0) + 1\nv = [w for w in d if d[w] > 1]\nn = len(v)",
    "dictget2": "d = {}\nfor w in words:\n    d[w] = d.get(w, 0) + 1\nv = [w for w, k in d.items() if k > 1]\nn = len(v)",
    "sorteditems": "c = Counter(words)\nv = sorted(c.items(), key=lambda x: -x[1])[:1000]\nn = len(v)",
    "sortedcounter": "c = Counter(words)\nv = sorted(c, key=c.get, reverse=True)\nn = len(v)",
    "whilelen": "n = 0\nwhile n < len(words):\n    n += 1",
    "rangelen": "n = 0\nfor i in range(len(words)):\n    n += 1",
    "rangestep": "n = 0\nfor i in range(0, len(ids), 8):\n    n += 1",
    "chunks": "ch = [ids[i:i + 8] for i in range(0, len(ids), 8)]\nn = len(ch)",
    "lastchunk": "ch = [ids[i:i + 8] for i in range(0, len(ids), 8)]\nn = len(ch[-1])",
    "copy": "import copy\nn = len(copy.deepcopy(words))",
    "copy2": "n = len(words.copy())",
    "map2": "n = len([int(x) for x in map(len, words)])",
    "reduce": "n = functools.reduce(lambda a, b: a + 1, words, 0)",
    "accum": "n = list(itertools.accumulate(ids))[-1]",
    "strip": 'n = len([l.strip() for l in open("words.txt")])',
    "filterif": "n = len([w for w in words if len(w) > 3])",
    "nested": "n = len([c for w in words for c in w])",
    "allpairs": "n = len(list(itertools.product(words, repeat=2)))",
}


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("name", IDIOMS)
def test_no_mark_is_taken_for_an_item(tmp_path: pathlib.Path, name: str) -> None:
    program = LISTS + IDIOMS[name]
    text = (
        "the cat sat on the mat and\nthe dog ran off to the park with\na big red ball that was not its own a a\n" * 3
        + "zeta eta\n"
    )
    (tmp_path / "without").mkdir()
    path = tmp_path / "without" / "program.py"
    path.write_text(program + "\nnn.Linear(2, 3)(torch.zeros(int(n), 2))\n")
    models = json.loads(convcalc("summary", path, "--format", "json").out or '{"models": []}')["models"]
    errors = [d for model in models for d in model["diagnostics"] if d["severity"] == "error"]
    (tmp_path / "words.txt").write_text(text)
    namespace: dict[str, Any] = {}
    before = os.getcwd()
    os.chdir(tmp_path)
    try:
        exec(program, namespace)
    except StopIteration:
        return  # `next` of a folder without such files
    finally:
        os.chdir(before)
    assert errors == []
    for model in models:
        if model["target"]["class"] == "Linear" and model["inputs"] and model["inputs"][0]["from"] == "script":
            size = model["inputs"][0]["shape"][0]
            assert type(size) is not int or size == namespace["n"]
