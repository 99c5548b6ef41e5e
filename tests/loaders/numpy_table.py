"""Features and labels as arrays of numpy, converted where it counts."""

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Table(Dataset):
    def __init__(self):
        self.features = np.random.rand(60, 7).astype(np.float32)
        self.labels = (self.features[:, 0] > 0.5).astype(np.int64)

    def __len__(self):
        return len(self.features)

    def __getitem__(self, i):
        return torch.from_numpy(self.features[i]), self.labels[i]


net = nn.Linear(7, 2)
for x, y in DataLoader(Table(), batch_size=25, shuffle=True):
    loss = nn.functional.cross_entropy(net(x), y)
