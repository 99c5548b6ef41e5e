"""What cannot be read is None, which no batch takes."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Pictures(Dataset):
    def __len__(self):
        return 12

    def __getitem__(self, i):
        return None if i % 4 == 0 else torch.rand(3, 8, 8)


net = nn.Conv2d(3, 4, 3)
for pictures in DataLoader(Pictures(), batch_size=4):  # raises
    net(pictures)
