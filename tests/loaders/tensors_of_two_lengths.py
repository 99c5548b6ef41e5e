"""Inputs and labels of which there are not as many."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

data = TensorDataset(torch.rand(100, 8), torch.randint(0, 2, (90,)))  # raises
net = nn.Linear(8, 2)
for x, y in DataLoader(data, batch_size=10):
    net(x)
