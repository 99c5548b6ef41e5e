"""No batches at all, for a layer that wants a batch."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

data = TensorDataset(torch.rand(50, 3))
net = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4))
for (x,) in DataLoader(data, batch_size=None):
    net(x)  # raises
