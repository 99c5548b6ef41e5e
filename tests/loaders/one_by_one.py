"""No batches by the loader: the data set makes them."""

import torch
from torch import nn
from torch.utils.data import BatchSampler, DataLoader, Dataset, RandomSampler


class Groups(Dataset):
    def __init__(self):
        self.x, self.y = torch.rand(50, 3, 10), torch.rand(50)

    def __len__(self):
        return len(self.x)

    def __getitem__(self, indices):
        return self.x[indices], self.y[indices]


data = Groups()
sampler = BatchSampler(RandomSampler(data), batch_size=12, drop_last=False)
net = nn.Sequential(nn.Conv1d(3, 6, 3), nn.Flatten(), nn.Linear(48, 1))
for x, y in DataLoader(data, sampler=sampler, batch_size=None):
    loss = nn.functional.mse_loss(net(x).squeeze(1), y)
