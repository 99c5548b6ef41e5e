"""Windows of a series, as many as the series is long: the last ones are shorter."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Windows(Dataset):
    def __init__(self, series, width):
        self.series = series
        self.width = width

    def __len__(self):
        return len(self.series)

    def __getitem__(self, i):
        return self.series[i : i + self.width]


net = nn.Conv1d(1, 4, 5)
for x in DataLoader(Windows(torch.rand(80, 1), 24), batch_size=30):  # raises
    net(x.transpose(1, 2))
