"""Arrays of which not even the number of dimensions is known: of what an environment observes, of an image that nobody has opened."""

from __future__ import annotations

import pathlib

import pytest
from command import convcalc

HEAD = """\
import gym
import numpy as np
import torch
from PIL import Image
from torch import nn

env = gym.make("CartPole-v1")
state = env.reset()
net = nn.Linear(4, 2)
"""
ACCEPTED = {
    "an observation": "net(torch.FloatTensor(np.float32(state)))",
    "a batch of observations": "net(torch.FloatTensor(np.float64(np.concatenate([state, state]))))",
    "an array of one type made of another": "net(torch.from_numpy(np.float32(state)))",
    "a mask": "nn.functional.cross_entropy(torch.zeros(1, 2, 30, 40), torch.from_numpy(np.array(Image.open('m.png').resize((40, 30))).astype('int64'))[None])",
    "an image of channels": "nn.Conv2d(3, 4, 3)(torch.from_numpy(np.array(Image.open('m.png').resize((40, 30)))).permute(2, 0, 1).float()[None])",
    "a mask of bits": "nn.functional.mse_loss(torch.zeros(30, 40)[torch.from_numpy(np.array(Image.new('1', (40, 30))))], torch.zeros(3))",
}  # fmt: skip
REFUSED = {
    "an array's last size": "net(torch.FloatTensor(np.float32([1, 2, 3])))",
    "channels of a converted image": "nn.Conv2d(1, 4, 3)(torch.from_numpy(np.array(Image.open('m.png').convert('RGB'))).permute(2, 0, 1).float()[None])",
    "a number": "torch.FloatTensor(np.float32(torch.zeros(3).sum().item()))",
}


@pytest.mark.parametrize("name", [*ACCEPTED, *REFUSED])
def test_array(tmp_path: pathlib.Path, name: str) -> None:
    (tmp_path / "script.py").write_text(HEAD + {**ACCEPTED, **REFUSED}[name] + "\n")
    done = convcalc("check", tmp_path, "--isolated")
    assert ("error[" in done.out) == (name in REFUSED), done.out


@pytest.mark.parametrize(
    "call", ["torch.trace(u)", "torch.vander(u)", "torch.bucketize(u, u)", "torch.searchsorted(u, u)"]
)
def test_what_is_made_of_something_unknown_has_no_type_of_its_own(tmp_path: pathlib.Path, call: str) -> None:
    """Neither a shape nor int64 stands for what is not known; so a loss of it may have gradients."""
    path = tmp_path / "model.py"
    path.write_text(
        f"import torch\nfrom nowhere import load\n\nu = torch.nn.Linear(3, 2)(load())\nloss = {call}\nloss.sum().backward()\n"
    )
    done = convcalc("check", path)
    assert done.code == 3, done.out
