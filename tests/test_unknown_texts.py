"""Texts made of what is not known: no text is known either, nor whether it is a certain one; what is only shown stays shown."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from command import convcalc, summary

HEAD = "import torch\nfrom torch import nn\nu = torch.rand(3).mean().item()\nk = 0.5\nclass Named:\n    def __init__(self, value): self.value = value\n    def __str__(self): return f'n{self.value}'\n"


class Named:
    def __init__(self, value: float) -> None:
        self.value = value

    def __str__(self) -> str:
        return f"n{self.value}"


# What a model is built by: `V` is a number, known or not.
CONDITIONS = [
    "f'{V}' == '0.5'",
    "f'{V:.1f}' == '0.5'",
    "f'run_{V}' != 'run_0.5'",
    "'a' + f'{V}' + 'b' == 'a0.5b'",
    "'%.1f' % V == '0.5'",
    "'%s-%d' % (V, 3) == '0.5-3'",
    "'%(v)s' % {'v': V} == '0.5'",
    "str(V) == '0.5'",
    "repr(V) == '0.5'",
    "format(V, '.1f') == '0.5'",
    "'{:.1f}'.format(V) == '0.5'",
    "'{v}'.format(v=V) == '0.5'",
    "str.format('{}', V) == '0.5'",
    "', '.join(['a', f'{V}']) == 'a, 0.5'",
    "', '.join(f'{v}' for v in (V, V)) == '0.5, 0.5'",
    "', '.join(map(str, [V])) == '0.5'",
    "len(f'{V}') == 3",
    "f'{V}'.startswith('0')",
    "'5' in f'{V}'",
    "f'{V}' in ('0.5', '0.25')",
    "f'{V}' in {'0.5': 1}",
    "{'0.5': 1}.get(f'{V}', 2) == 1",
    "f'{V}'[0] == '0'",
    "f'{V}'.split('.')[0] == '0'",
    "float(f'{V:.1f}') < 1",
    "f'{Named(V)}' == 'n0.5'",
    "str(Named(V)) == 'n0.5'",
    "f'{f\"{V}\"}' == '0.5'",
]


def outputs(tmp_path: Path, condition: str) -> Any:
    source = f"{HEAD}flag = {condition}\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.l = nn.Linear(3, 4 if flag else 5)\n    def forward(self, x):\n        return self.l(x)\nnet = Net()\nnet(torch.zeros(2, 3))\n"
    (tmp_path / "model.py").write_text(source)
    (model,) = summary(tmp_path / "model.py").models
    return model["outputs"][0]["shape"], model["totals"]["params"]


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_text_of_something_unknown_decides_nothing(tmp_path: Path, condition: str) -> None:
    assert outputs(tmp_path, re.sub(r"\bV\b", "u", condition)) == ([2, None], None)


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_text_of_something_known_decides(tmp_path: Path, condition: str) -> None:
    holds = eval(condition, {"V": 0.5, "Named": Named})
    assert outputs(tmp_path, re.sub(r"\bV\b", "k", condition)) == ([2, 4 if holds else 5], 16 if holds else 20)


@pytest.mark.parametrize(
    ("condition", "width"),
    [("type(u) == float", 4), ("type(u) is float", 4), ("type(u) in (int, str)", 5), ("type(u) is int", 5), ("type(str(input())) is str", 4), ("type(f'{u}') == int", 5)],
)  # fmt: skip
def test_the_type_of_a_number_that_is_not_known_is_known(tmp_path: Path, condition: str, width: int) -> None:
    assert outputs(tmp_path, condition) == ([2, width], 4 * width)


@pytest.mark.parametrize(
    "condition",
    ["type(open('x', 'rb').read()[0]) is str", "type(torch.load('x')) == dict", "torch.load('x') is nn.Linear"],
)
def test_of_what_nobody_knows_no_type_is_known(tmp_path: Path, condition: str) -> None:
    assert outputs(tmp_path, condition) == ([2, None], None)


def test_logs_names_and_files_are_as_usual(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(HEAD + LOGGING)
    assert convcalc("check", str(tmp_path / "train.py")).code == 0


LOGGING = """
import os, json, csv, logging, pathlib, datetime
net = nn.Sequential(nn.Linear(3, 3), nn.ReLU())
path = os.path.join("runs", f"model_{u:.3f}.pt")
torch.save(net.state_dict(), path)
net.load_state_dict(torch.load(path))
torch.save({"net": net.state_dict(), "acc": u}, f"runs/best_{u:.2f}.pt")
net.load_state_dict(torch.load(f"runs/best_{u:.2f}.pt")["net"])
with open(f"runs/log_{u:.2f}.txt", "w") as f:
    f.write(f"acc {u}" + "%s %.3f" % ("a", u))
    f.writelines([f"{i}: {u:.2f}" for i in range(3)])
    csv.writer(f).writerow([f"{u:.2f}", str(u), u])
    print(f"acc {u}", file=f)
json.dump({"a": f"{u}", "b": u}, open("runs/x.json", "w"))
logging.getLogger(__name__).info("acc %s", f"{u}")
table = {}
table[f"k_{u}"] = 1
for key, value in table.items():
    print(key, value)
torch.save(net.state_dict(), pathlib.Path("runs") / f"m_{u:.2f}.pt")
run = f"runs/{datetime.datetime.now().strftime('%Y%m%d-%H%M%S')}"
os.makedirs(run, exist_ok=True)
if not os.path.exists(run):
    os.mkdir(run)
torch.save(net.state_dict(), os.path.join(run, "last.pt"))
name = f"exp_{run}".replace("-", "_").upper()
print(name.split("_")[0], len(name), name[:3], "acc = {:.3f}".format(u).center(40, "*"))
lines = ""
for i in range(3):
    lines += f"{i} {u}\\n"
out = net(torch.rand(4, 3))
assert out.shape == (4, 3), f"bad {u}"
if out.shape[1] != 3:
    raise ValueError(f"bad {u}")
"""


METER = """
class Meter:
    def __init__(self, name):
        self.name, self.value, self.count = name, 0.0, 0
    def update(self, value):
        self.value += value
        self.count += 1
    def __str__(self):
        if not self.count:
            return self.name
        return "{}: {:.3f}".format(self.name, self.value / self.count)
    def __repr__(self):
        return f"<{self}>"
meter = Meter("loss")
for _ in range(2):
    meter.update(nn.Linear(3, 4)(torch.zeros(2, 3)).sum().item())
print(meter, [meter], f"{meter!r}", "%s" % meter)
line = str(meter) + repr(meter)
width = 4 if line == "loss: 0.000<loss: 0.000>" else 5
nn.Linear(3, width)(torch.zeros(2, 3))
"""


def test_an_object_shows_what_is_not_known(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(HEAD + METER)
    done = summary(tmp_path / "train.py")
    assert "skipped" not in done.err
    assert [model["outputs"][0]["shape"] for model in done.models] == [[2, 4], [2, None]]


def test_what_is_raised_says_what_it_says(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(
        HEAD + "x = torch.zeros(2, 3)\nif x.shape[1] != 4:\n    raise ValueError(f'width {x.shape[1]}, mean {u}')\n"
    )
    done = convcalc("check", str(tmp_path / "train.py"))
    assert done.code == 1
    assert "ValueError: width 3, mean ?" in done.out
