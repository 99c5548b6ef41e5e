"""A run owns what it changes: a file that patches classes, sets modes and registers things is run again as if for the first time."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from command import convcalc

from convcalc import nn
from convcalc.analysis.checking import CheckSettings, check_source
from convcalc.analysis.subject import Subject
from convcalc.analysis.summarising import summarise
from convcalc.source.discovery import Given

PATCHED = """import torch, json, random, functools, collections, argparse, copy, logging, enum
from torch import nn
import torch.nn.functional as F
import numpy as np
from torch.utils.data import DataLoader, Dataset
from omegaconf import OmegaConf
import torchvision.transforms as transforms
from tqdm import tqdm
import wandb

owners = [
    nn.Linear, nn.Module, nn.Conv2d, nn.Sequential, nn.Parameter, torch.Tensor, torch.Size, torch.device, torch.optim.SGD, torch.Generator,
    DataLoader, Dataset, nn.CrossEntropyLoss, torch.optim.lr_scheduler.StepLR, transforms.Resize, argparse.ArgumentParser, np.ndarray,
    F.relu, torch.zeros, torch.cat, nn.init.xavier_uniform_, json.JSONEncoder, random.Random, collections.Counter, logging.Logger, tqdm,
    wandb.run, torch.nn.utils.rnn.pack_padded_sequence, torch.autograd.Function, torch.float32, enum.Enum, torch.default_generator,
]
seen = []
for number, owner in enumerate(owners):
    seen.append(getattr(owner, f"runs{number}", 0))
    try:
        setattr(owner, f"runs{number}", seen[-1] + 1)
    except (TypeError, AttributeError):
        pass
seen.append(getattr(nn.Module, "_calls", 0))
nn.Module._calls = seen[-1] + 1
plain = nn.Linear.forward
nn.Linear.forward = lambda self, x: plain(self, F.pad(x, (0, 1)))
whole = nn.Module.__call__
nn.Module.__call__ = lambda self, *args: whole(self, *args)
type.__setattr__(nn.ReLU, "kept", getattr(nn.ReLU, "kept", 0) + 1)
seen.append(nn.ReLU.kept - 1)
del nn.Linear.extra_repr
json.dumps.count = getattr(json.dumps, "count", 0) + 1
seen.append(json.dumps.count - 1)
functools.update_wrapper(nn.GELU, plain, updated=())
seen.append(len(torch.zeros(1).shape) - 1)
torch.set_default_dtype(torch.float64)
torch.set_grad_enabled(False)
torch.use_deterministic_algorithms(True)
torch.set_default_device("meta")
OmegaConf.register_new_resolver("twice", lambda x: 2 * x)
library = torch.library.Library("mine", "DEF")
library.define("layer(Tensor x) -> Tensor")
"""
FRESH = """
seen += [torch.zeros(1).dtype is not torch.float32, not torch.is_grad_enabled(), torch.are_deterministic_algorithms_enabled()]
seen.append(isinstance(OmegaConf.create({"a": "${twice:3}"}).a, int))
"""
MODEL = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(9, 4 + sum(map(int, seen)))
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        return self.out(self.fc(x))

Net()(torch.zeros(2, 8))
"""


def source() -> str:
    head, modes = PATCHED.split("torch.set_default_dtype")
    imports, patches = head.split("seen = []\n")
    return f"{imports}seen = []{FRESH}{patches}torch.set_default_dtype{modes}{MODEL}"


def subject(text: str) -> Subject:
    return Subject("model.py", text.encode(), None, Given())


def test_two_runs_in_one_process_are_alike() -> None:
    plain = MODEL.partition("class")
    before = "import torch\nfrom torch import nn\nseen = []\n" + "".join(plain[1:]).replace("6, 2", "4, 2").replace(
        "9, 4", "8, 4"
    )
    clean = summarise(subject(before)).to_dict()
    first = json.dumps(check_source(subject(source()), CheckSettings()).to_dict())
    second = json.dumps(check_source(subject(source()), CheckSettings()).to_dict())
    assert first == second
    assert "expected 6 features, got 5 in (2, 5)" in first
    assert summarise(subject(before)).to_dict() == clean
    assert (nn.GELU.__name__, nn.GELU.__qualname__) == ("GELU", "GELU")


def test_further_errors_and_mends_of_a_file_that_patches(tmp_path: Path) -> None:
    """Errors after the first, and the tries of mends, come of further runs in the same process."""
    path = tmp_path / "model.py"
    path.write_text(source())
    done = convcalc("check", path, "--isolated", "--format", "json")
    (error,) = [d for d in json.loads(done.out)["files"][0]["diagnostics"] if d["severity"] == "error"]
    assert (error["rule"], error["expected"], error["actual"]) == ("linear-in-features", 6, 5)
    assert any("nn.Linear(5, 2)" in s["text"] for s in error["suggestions"]), error["suggestions"]


@pytest.mark.parametrize("module", ["a module of the project", "a package"])
def test_a_package_that_patches(tmp_path: Path, module: str) -> None:
    """`import` of a module that patches at its top, as the project's own or an installed one."""
    (tmp_path / "patches.py").write_text(
        "from torch import nn\nold = nn.Linear.forward\ndef wider(self, x):\n    return old(self, nn.functional.pad(x, (0, 1)))\nnn.Linear.forward = wider\n"
    )
    text = "import torch\nfrom torch import nn\nimport patches\npatches.wider\nnet = nn.Sequential(nn.Linear(9, 4), nn.Linear(6, 2))\nnet(torch.zeros(2, 8))\n"
    where = tmp_path / "work"
    where.mkdir()
    path = where / "model.py" if module == "a package" else tmp_path / "model.py"
    path.write_text(text)
    done = convcalc("check", path, "--isolated", path=tmp_path if module == "a package" else None)
    assert "expected 6 features, got 5 in (2, 5)" in done.out, done.out + done.err
    assert "nn.Linear(5, 2)" in done.out or sys.version_info < (
        3,
        11,
    )  # which keeps no columns for a mend to start from


def test_a_class_that_answers_calls_itself(tmp_path: Path) -> None:
    path = tmp_path / "model.py"
    net = "import torch\nfrom torch import nn\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.fc = nn.Linear(4, 2)\n    def __call__(self, x):\n        return {}\n"
    path.write_text(net.format("x.missing"))
    assert convcalc("check", f"{path}::Net", "--input", "3x4", "--isolated").code == 1
    path.write_text(net.format("3"))
    assert convcalc("summary", f"{path}::Net", "--input", "3x4").code == 0
