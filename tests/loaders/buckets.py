"""A batch sampler puts sentences of like length together."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset, Sampler

LENGTHS = [3, 5, 3, 8, 5, 3, 8, 5, 3, 8, 5]


class Sentences(Dataset):
    def __len__(self):
        return len(LENGTHS)

    def __getitem__(self, i):
        return torch.randint(0, 30, (LENGTHS[i],)), i % 2


class Buckets(Sampler):
    """Batches of items of one length, at most three."""

    def __init__(self, lengths, most):
        self.buckets = {}
        for i, n in enumerate(lengths):
            self.buckets.setdefault(n, []).append(i)
        self.most = most

    def __iter__(self):
        for n in sorted(self.buckets, reverse=True):
            bucket = self.buckets[n]
            for start in range(0, len(bucket), self.most):
                yield bucket[start : start + self.most]

    def __len__(self):
        return sum(-(-len(b) // self.most) for b in self.buckets.values())


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(30, 6)
        self.out = nn.Linear(6, 2)

    def forward(self, tokens):
        return self.out(self.embedding(tokens).mean(1))


net = Net()
loader = DataLoader(Sentences(), batch_sampler=Buckets(LENGTHS, 3))
print(len(loader), loader.batch_size, loader.batch_sampler.most)
for tokens, labels in loader:
    loss = nn.functional.cross_entropy(net(tokens), labels)
