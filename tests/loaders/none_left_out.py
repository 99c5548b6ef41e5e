"""What cannot be read is None, and left out of its batch."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset, default_collate


class Pictures(Dataset):
    def __len__(self):
        return 12

    def __getitem__(self, i):
        return None if i % 4 == 0 else torch.rand(3, 8, 8)


def without_none(batch):
    return default_collate([item for item in batch if item is not None])


net = nn.Conv2d(3, 4, 3)
for pictures in DataLoader(Pictures(), batch_size=4, collate_fn=without_none):
    net(pictures)
