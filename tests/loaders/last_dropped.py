"""129 samples in batches of 32, without the last one."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

data = TensorDataset(torch.rand(129, 10), torch.randint(0, 4, (129,)), torch.rand(129))
net = nn.Sequential(nn.Linear(10, 20), nn.BatchNorm1d(20), nn.ReLU(), nn.Linear(20, 4))
for x, y, weight in DataLoader(data, batch_size=32, shuffle=True, drop_last=True):
    loss = (nn.functional.cross_entropy(net(x), y, reduction="none") * weight).mean()
