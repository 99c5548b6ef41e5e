"""Labels from 1 on, of which the last is no class."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Marks(Dataset):
    def __len__(self):
        return 90

    def __getitem__(self, i):
        return torch.rand(10), i % 3 + 1


net = nn.Linear(10, 3)
for x, y in DataLoader(Marks(), batch_size=9):
    loss = nn.functional.cross_entropy(net(x), y)  # raises
