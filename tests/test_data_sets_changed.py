"""A script may put other images and labels into the place of a data set's own, and change the list of its classes."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import pytest
from command import convcalc

PROGRAM = """\
import torch
from mlxtend.plotting import plot_confusion_matrix
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets
from torchvision.transforms import ToTensor

train = datasets.{kind}("data", train=True, transform=ToTensor())
{change}


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear({features}, {classes})

    def forward(self, x):
        return self.fc(x.flatten(1))


net = Net()
for x, y in DataLoader(train, batch_size=32):
    loss = nn.functional.cross_entropy(net(x), y)
    size = len(train)
nn.Linear(size, 3)
"""
CHANGES = {
    "fewer": ("MNIST", "train.data = train.data[:100]\ntrain.targets = train.targets[:100]", 784, 10),
    "other labels": ("CIFAR10", "train.targets = [t % 2 for t in train.targets]", 3072, 2),
    "labels read first": ("MNIST", "print(len(train.targets))\ntrain.targets = train.targets % 3", 784, 3),
    "one class more": ("FashionMNIST", "train.classes.append('none')\nprint(len(datasets.FashionMNIST('data').classes))", 784, 10),
    "other names": ("FashionMNIST", "train.classes = ['a', 'b']", 784, 10),
    "images of another size": ("CIFAR10", "train.data = train.data[:, ::2, ::2]", 768, 10),
}  # fmt: skip


def _checked(tmp_path: pathlib.Path, kind: str, change: str, features: int, classes: int) -> list[dict[str, Any]]:
    (tmp_path / "train.py").write_text(PROGRAM.format(kind=kind, change=change, features=features, classes=classes))
    found = json.loads(convcalc("check", tmp_path, "--isolated", "--format", "json").out)
    return [d for file in found["files"] for d in file["diagnostics"] if d["severity"] == "error"]


@pytest.mark.parametrize("change", CHANGES)
def test_changed(tmp_path: pathlib.Path, change: str) -> None:
    assert not _checked(tmp_path, *CHANGES[change])


def test_not_changed(tmp_path: pathlib.Path) -> None:
    assert [d["rule"] for d in _checked(tmp_path, "MNIST", "", 784, 9)] == ["class-count"]


def test_the_count_follows_the_images(tmp_path: pathlib.Path) -> None:
    program = PROGRAM.format(kind="MNIST", change=CHANGES["fewer"][1], features=784, classes=10)
    (tmp_path / "train.py").write_text(
        program.replace("nn.Linear(size, 3)", "nn.Linear(size, 3)(torch.zeros(2, 60000))")
    )
    done = convcalc("check", tmp_path / "train.py", "--isolated")
    assert done.code == 1
    assert "expected 100 features, got 60000" in done.out
