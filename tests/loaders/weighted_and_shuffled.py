"""A sampler has an order of its own; the loader is asked to shuffle as well."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, WeightedRandomSampler

data = TensorDataset(torch.rand(50, 12), torch.randint(0, 3, (50,)))
sampler = WeightedRandomSampler([1.0] * 50, 50)
loader = DataLoader(data, batch_size=10, sampler=sampler, shuffle=True)  # raises
net = nn.Linear(12, 3)
for x, y in loader:
    net(x)
