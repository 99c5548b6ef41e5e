"""Training, validation and test sets drawn at random from one."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split

whole = TensorDataset(torch.rand(100, 2, 16), torch.randint(0, 5, (100,)))
train, valid, test = random_split(whole, [0.7, 0.2, 0.1], generator=torch.Generator().manual_seed(1))
assert len(train.indices) == 70 and train.dataset is whole

net = nn.Sequential(nn.Flatten(), nn.Linear(32, 20), nn.BatchNorm1d(20), nn.ReLU(), nn.Linear(20, 5))
for x, y in DataLoader(train, batch_size=16, shuffle=True):
    loss = nn.functional.cross_entropy(net(x), y)
net.eval()
correct = 0
for x, y in DataLoader(valid, batch_size=32):
    correct += (net(x).argmax(1) == y).sum()
