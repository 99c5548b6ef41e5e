"""A batch sampler that rounds lengths puts sentences of unlike length together."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

LENGTHS = [4, 5, 3, 8, 5, 3, 8, 5]


class Sentences(Dataset):
    def __len__(self):
        return len(LENGTHS)

    def __getitem__(self, i):
        return torch.randint(0, 30, (LENGTHS[i],))


def batches(width):
    buckets = {}
    for i, n in enumerate(LENGTHS):
        buckets.setdefault(n // width, []).append(i)
    return list(buckets.values())


embedding = nn.Embedding(30, 6)
for tokens in DataLoader(Sentences(), batch_sampler=batches(4)):  # raises
    embedding(tokens)
