"""Programs of public repositories, made small, on which `check` or `summary` once ended with an error of its own."""

from __future__ import annotations

import pathlib

import pytest
from command import convcalc

PROGRAMS = {
    "a wrapper of what is not known": """\
import torch
import torchvision
from torch import nn

model = torchvision.models.not_known(pretrained=False)
model = nn.parallel.DistributedDataParallel(model, device_ids=[0])
loss = nn.CrossEntropyLoss()(model(torch.zeros(2, 3, 32, 32)), torch.zeros(2).long())
""",
    "weights of a library": """\
import torch
import torchtext
from torch import nn

vectors = torchtext.vocab.GloVe()


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(100, 30)
        self.fc = nn.Linear(30, 2)

    def forward(self, ids):
        return self.fc(self.embedding(ids).mean(dim=1))


net = Net()
net.embedding.weight.data = vectors.get_vecs_by_tokens(["a"])
print(net(torch.zeros(2, 7).long()).shape)
""",
    "a picture of unknown sizes without a batch": """\
import numpy as np
import torch
from PIL import Image
from torch import nn

x = torch.from_numpy(np.array(Image.open("cat.png").convert("RGB"))).permute(2, 0, 1).float()
nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU())(x[None])
nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4))(x)
""",
    "a picture of another size behind an adaptive pool": """\
import torch
from torch import nn

x = nn.AdaptiveAvgPool2d(7)(torch.zeros(1, 3, 9, 9))
x + torch.zeros(1, 3, 8, 8)
""",
    "a picture without a pixel for a linear layer": """\
import torch
from torch import nn

nn.Linear(12, 2)(torch.zeros(1, 3, 0, 0).flatten(1))
""",
}


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("command", ["check", "summary"])
def test_no_internal_error(tmp_path: pathlib.Path, command: str, program: str) -> None:
    (tmp_path / "model.py").write_text(PROGRAMS[program])
    done = convcalc(command, tmp_path / "model.py")
    assert "internal error" not in done.out + done.err
    assert "Traceback" not in done.err
