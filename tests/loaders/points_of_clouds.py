"""Clouds of unlike numbers of points are joined; a vector tells which point is whose."""

from collections import namedtuple

import torch
from torch import nn
from torch.utils.data import DataLoader

Cloud = namedtuple("Cloud", ["points", "label"])
clouds = [Cloud(torch.rand(n, 3), n % 2) for n in (5, 8, 3, 6, 9, 4)]


def joined(batch):
    points = torch.cat([cloud.points for cloud in batch])
    owner = torch.cat([torch.full((len(cloud.points),), i) for i, cloud in enumerate(batch)])
    return points, owner, torch.tensor([cloud.label for cloud in batch])


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner, self.out = nn.Linear(3, 16), nn.Linear(16, 2)

    def forward(self, points, owner, count):
        hidden = self.inner(points).relu()
        return self.out(torch.zeros(count, 16).index_add(0, owner, hidden))


net = Net()
for points, owner, labels in DataLoader(clouds, batch_size=3, collate_fn=joined):
    loss = nn.functional.cross_entropy(net(points, owner, len(labels)), labels)
