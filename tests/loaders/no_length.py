"""A data set that does not say how long it is."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Points(Dataset):
    def __init__(self):
        self.points = torch.rand(40, 3)

    def __getitem__(self, i):
        return self.points[i]


net = nn.Linear(3, 1)
loader = DataLoader(Points(), batch_size=8, shuffle=True)  # raises
for points in loader:
    net(points)
