"""Rare classes are drawn more often."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, WeightedRandomSampler

labels = torch.tensor([0] * 40 + [1] * 8 + [2] * 2)
counts = torch.bincount(labels)
weights = 1.0 / counts[labels].float()
sampler = WeightedRandomSampler(weights, num_samples=len(labels), replacement=True)
loader = DataLoader(TensorDataset(torch.rand(50, 12), labels), batch_size=20, sampler=sampler)
net = nn.Sequential(nn.Linear(12, 30), nn.Tanh(), nn.Linear(30, 3))
for x, y in loader:
    loss = nn.functional.cross_entropy(net(x), y)
