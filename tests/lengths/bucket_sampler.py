"""A sampler that puts texts of like lengths together; batches as dicts."""

import random

import torch
import torch.nn as nn
from torch.utils.data import DataLoader, Dataset, Sampler


class Texts(Dataset):
    def __init__(self, n):
        self.data = [torch.randint(1, 100, (random.randint(5, 50),)) for _ in range(n)]
        self.y = torch.randint(0, 3, (n,))

    def __len__(self):
        return len(self.data)

    def __getitem__(self, i):
        return {"ids": self.data[i], "y": self.y[i]}


class Buckets(Sampler):
    def __init__(self, data, size):
        self.order = sorted(range(len(data)), key=lambda i: len(data.data[i]))
        self.size = size

    def __iter__(self):
        chunks = [self.order[i : i + self.size] for i in range(0, len(self.order), self.size)]
        random.shuffle(chunks)
        yield from chunks

    def __len__(self):
        return (len(self.order) + self.size - 1) // self.size


def collate(items):
    n = max(it["ids"].numel() for it in items)
    ids = torch.stack([torch.cat([it["ids"], it["ids"].new_zeros(n - it["ids"].numel())]) for it in items])
    return {"ids": ids, "mask": ids.ne(0), "y": torch.stack([it["y"] for it in items])}


class CNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.emb = nn.Embedding(100, 16, padding_idx=0)
        self.convs = nn.ModuleList([nn.Conv1d(16, 8, k, padding=k // 2) for k in (3, 5)])
        self.fc = nn.Linear(16, 3)

    def forward(self, ids, mask):
        x = self.emb(ids).transpose(1, 2)
        x = torch.cat([c(x).relu().masked_fill(~mask.unsqueeze(1), -1e9).max(dim=2).values for c in self.convs], dim=1)
        return self.fc(x)


data = Texts(80)
loader = DataLoader(data, batch_sampler=Buckets(data, 8), collate_fn=collate)
net = CNN()
opt = torch.optim.Adam(net.parameters())
for epoch in range(2):
    for b in loader:
        loss = nn.functional.cross_entropy(net(b["ids"], b["mask"]), b["y"])
        opt.zero_grad()
        loss.backward()
        opt.step()
    print(epoch, loss.item())
