"""What is random: exact where a seed fixes it, of a known type where not, and the same in every run."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from command import convcalc

SEEDED = """
import random
from torch import nn, zeros
random.seed(3)
rng = random.Random("a")
sizes = [random.randint(1, 90), random.choice([5, 6, 7]), rng.randrange(100) + 1, *random.sample(range(1, 50), 2)]
random.shuffle(sizes)
net = nn.Sequential(*[nn.Linear(a, b) for a, b in zip(sizes, sizes[1:])])
net(zeros(2, sizes[0]))
"""


def test_what_a_seed_fixes_is_exact(tmp_path: Path) -> None:
    random.seed(3)
    rng = random.Random("a")
    sizes = [random.randint(1, 90), random.choice([5, 6, 7]), rng.randrange(100) + 1, *random.sample(range(1, 50), 2)]
    random.shuffle(sizes)
    (model,) = run(tmp_path, SEEDED)["models"]
    assert [row["outputs"][0] for row in model["rows"] if row["type"] == "Linear"] == [[2, size] for size in sizes[1:]]


@pytest.mark.parametrize(
    "lost",
    [
        "",
        "random.seed()",
        "random.seed(0)\nfor i in range(100_000):\n    random.random()",
        "random.seed(0)\nif open('x').read():\n    random.random()",
        "random.seed(0)\nrandom.sample(open('x').read(), 2)",
        "random.seed(0)\nfor line in open('x'):\n    random.random()",
        "import torch\nrandom.seed(0)\nclass Some(torch.utils.data.Dataset):\n    __len__ = lambda self: 9\n"
        "    __getitem__ = lambda self, i: zeros(2) if random.random() < 2 else zeros(2)\n"
        "next(iter(torch.utils.data.DataLoader(Some(), 3)))",
    ],
)
def test_what_no_seed_fixes_is_unknown(tmp_path: Path, lost: str) -> None:
    (model,) = run(
        tmp_path,
        f"import random\nfrom torch import nn, zeros\n{lost}\nnn.Linear(4, random.randint(1, 9))(zeros(2, 4))\n",
    )["models"]
    assert model["rows"][0]["outputs"][0] == [2, "drawn"]  # one and the same number wherever it is used
    assert model["totals"]["params"] == "5*drawn"


BUFFER = """
import random, time
from collections import deque, namedtuple
import torch
from torch import nn
Step = namedtuple("Step", "state action reward")
buffer = deque(maxlen=1000)
for i in range(300):
    buffer.append(Step(torch.zeros(4), random.randrange(2), random.random()))
batch = Step(*zip(*random.sample(buffer, 32)))
actions, rewards = torch.tensor(batch.action), torch.tensor(batch.reward)
assert actions.dtype == torch.int64 and rewards.dtype == torch.float32
nn.Linear(4, 2)(torch.stack(batch.state)).gather(1, actions.unsqueeze(1))
nn.Linear(32, 2)(rewards)
"""


def test_what_drawn_items_have_in_common_is_known(tmp_path: Path) -> None:
    first, second = run(tmp_path, BUFFER)["models"]
    assert first["inputs"][0]["shape"] == [32, 4]
    assert second["inputs"][0]["shape"] == [32]


def test_clocks_are_unknown_and_of_their_type(tmp_path: Path) -> None:
    done = run(
        tmp_path,
        "import math, os, time, uuid\nfrom datetime import datetime\nfrom torch import nn, zeros\n"
        "start = time.time()\nfolder = os.path.join('runs', time.strftime('%H'), datetime.now().strftime('%d'), str(uuid.uuid4()))\n"
        "assert isinstance(start, float) and isinstance(folder, str) and isinstance(math.floor(start), int)\n"
        "width = 8 if math.sin(time.time() - start) > 2 else 4\nnn.Linear(4, width)(zeros(2, 4))\n",
    )
    assert done["models"][0]["rows"][0]["outputs"][0] == [2, None]
    assert "skipped" not in convcalc("summary", tmp_path / "program.py").err


def run(folder: Path, source: str) -> Any:
    path = folder / "program.py"
    path.write_text(source, encoding="utf8")
    return json.loads(convcalc("summary", path, "--format", "json").out)


SETS = """
import torch
from torch import nn

text = "in a set of words the order of the words is another one in each run"
words = list(set(text.split()))
net = nn.ModuleDict({word: nn.Linear(len(word), i + 1) for i, word in enumerate({"left", "up", "right", "down"})})
for word in {"left", "up", "right"} | frozenset(net):
    y = net[word](torch.zeros(2, len(word)))
first, *others = iter({"a", "bb", "ccc"})
z = nn.Linear(len(first), len(tuple(set(words))[0]))(torch.zeros(1, len(first)))
if hash(text) % 2:
    z = torch.cat([z, z])
print(nn.ReLU()(z))
"""
SOURCES = [SEEDED, BUFFER, SETS, SEEDED.replace("random.seed(3)", ""), *(p.read_text() for p in sorted((Path(__file__).parent / "scripts").glob("*.py"))[::6])]  # fmt: skip


@pytest.mark.parametrize("source", SOURCES, ids=range(len(SOURCES)))
def test_every_run_gives_the_same_report(tmp_path: Path, source: str) -> None:
    path = tmp_path / "program.py"
    path.write_text(source, encoding="utf8")
    outputs = {
        subprocess.run(
            [sys.executable, "-m", "convcalc", "check", str(path), "--format", "json"],
            capture_output=True,
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
        ).stdout
        for seed in range(1, 6)
    }
    assert len(outputs) == 1
