"""A stream that keeps a buffer and gives windows of it."""

import torch
from torch import nn
from torch.utils.data import DataLoader, IterableDataset


class Windows(IterableDataset):
    def __init__(self, samples, width):
        self.samples = samples
        self.width = width

    def __iter__(self):
        buffer = []
        for t in range(self.samples):
            buffer.append(torch.rand(3))
            if len(buffer) == self.width:
                yield torch.stack(buffer, dim=1), float(t)
                buffer = buffer[2:]


net = nn.Sequential(nn.Conv1d(3, 8, 3), nn.ReLU(), nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Linear(8, 1))
for windows, times in DataLoader(Windows(50, 10), batch_size=6):
    loss = nn.functional.l1_loss(net(windows).squeeze(1), times.float())
