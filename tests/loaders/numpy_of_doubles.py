"""Features as numpy makes them: float64, which a layer of float32 does not take."""

import numpy as np
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Table(Dataset):
    def __init__(self):
        self.features = np.random.rand(60, 7)

    def __len__(self):
        return len(self.features)

    def __getitem__(self, i):
        return self.features[i], i % 2


net = nn.Linear(7, 2)
for x, y in DataLoader(Table(), batch_size=25, shuffle=True):
    net(x)  # raises
