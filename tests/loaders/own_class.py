"""Items of a class of one's own, put together by hand."""

from dataclasses import dataclass

import torch
from torch import nn
from torch.utils.data import DataLoader


@dataclass
class Sample:
    x: torch.Tensor
    y: int


samples = [Sample(torch.rand(6), i % 3) for i in range(30)]


def together(batch):
    return torch.stack([s.x for s in batch]), torch.tensor([s.y for s in batch])


net = nn.Linear(6, 3)
for x, y in DataLoader(samples, batch_size=10, shuffle=True, collate_fn=together):
    loss = nn.functional.cross_entropy(net(x), y)
