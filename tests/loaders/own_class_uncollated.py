"""Items of a class of one's own, which the default collate does not know."""

from dataclasses import dataclass

import torch
from torch import nn
from torch.utils.data import DataLoader


@dataclass
class Sample:
    x: torch.Tensor
    y: int


samples = [Sample(torch.rand(6), i % 3) for i in range(30)]
net = nn.Linear(6, 3)
for batch in DataLoader(samples, batch_size=10):  # raises
    net(batch.x)
