"""Molecules as one big graph with edge lists and a batch vector; messages by index_add."""

import random

import torch
import torch.nn as nn
from torch.utils.data import DataLoader, Dataset


class Molecules(Dataset):
    def __init__(self, n):
        self.data = []
        for _ in range(n):
            k = random.randint(3, 9)
            edges = [(i, random.randint(0, i - 1)) for i in range(1, k)]
            self.data.append((k, edges, random.random()))

    def __len__(self):
        return len(self.data)

    def __getitem__(self, i):
        k, edges, y = self.data[i]
        src = torch.tensor([a for a, b in edges] + [b for a, b in edges])
        dst = torch.tensor([b for a, b in edges] + [a for a, b in edges])
        return torch.rand(k, 7), torch.stack([src, dst]), torch.tensor([y])


def collate(batch):
    xs, es, ys, owner, offset = [], [], [], [], 0
    for i, (x, e, y) in enumerate(batch):
        xs.append(x)
        es.append(e + offset)
        ys.append(y)
        owner += [i] * x.size(0)
        offset += x.size(0)
    return torch.cat(xs), torch.cat(es, dim=1), torch.tensor(owner), torch.cat(ys)


class MPNN(nn.Module):
    def __init__(self, dim=32, layers=3):
        super().__init__()
        self.inp = nn.Linear(7, dim)
        self.msg = nn.ModuleList([nn.Linear(dim * 2, dim) for _ in range(layers)])
        self.upd = nn.ModuleList([nn.GRUCell(dim, dim) for _ in range(layers)])
        self.out = nn.Sequential(nn.Linear(dim, dim), nn.ReLU(), nn.Linear(dim, 1))

    def forward(self, x, edges, owner, count):
        h = self.inp(x)
        for msg, upd in zip(self.msg, self.upd):
            m = msg(torch.cat([h[edges[0]], h[edges[1]]], dim=-1)).relu()
            agg = torch.zeros_like(h).index_add(0, edges[1], m)
            h = upd(agg, h)
        pooled = torch.zeros(count, h.size(1)).index_add_(0, owner, h)
        return self.out(pooled).squeeze(-1)


train = DataLoader(Molecules(80), batch_size=16, shuffle=True, collate_fn=collate)
net = MPNN()
opt = torch.optim.Adam(net.parameters(), 1e-3)
for epoch in range(3):
    total = 0.0
    for x, e, owner, y in train:
        pred = net(x, e, owner, y.size(0))
        loss = nn.functional.mse_loss(pred, y)
        opt.zero_grad()
        loss.backward()
        opt.step()
        total += loss.item() * y.size(0)
    print(epoch, total / 80)
