"""Two data sets of different lengths end to end, and a third beside them."""

import torch
from torch import nn
from torch.utils.data import ConcatDataset, DataLoader, StackDataset, Subset, TensorDataset

first, second = TensorDataset(torch.rand(5, 1, 28, 28)), TensorDataset(torch.rand(20, 1, 28, 28))
pictures = ConcatDataset([first, second])
assert pictures.cumulative_sizes == [5, 25]
labels = Subset([i % 10 for i in range(100)], range(0, 100, 4))
net = nn.Sequential(nn.Conv2d(1, 4, 5), nn.Flatten(), nn.Linear(4 * 24 * 24, 10))
for (x,), y in DataLoader(StackDataset(pictures, labels), batch_size=8):
    loss = nn.functional.cross_entropy(net(x), y)
