"""Windows of a series: each item is a slice from its index on."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Windows(Dataset):
    def __init__(self, series, width):
        self.series = series
        self.width = width

    def __len__(self):
        return len(self.series) - self.width

    def __getitem__(self, i):
        return self.series[i : i + self.width], self.series[i + 1 : i + 1 + self.width]


class Next(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.LSTM(3, 10, batch_first=True)
        self.out = nn.Linear(10, 3)

    def forward(self, x):
        return self.out(self.rnn(x)[0])


model = Next()
for x, y in DataLoader(Windows(torch.rand(5000, 3), 24), batch_size=50, shuffle=True):
    loss = nn.functional.mse_loss(model(x), y)
