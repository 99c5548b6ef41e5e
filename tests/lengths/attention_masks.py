"""Self-attention written by hand with causal and padding masks."""

import math
import random

import torch
import torch.nn as nn
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader


class MHA(nn.Module):
    def __init__(self, d, h):
        super().__init__()
        self.h, self.dk = h, d // h
        self.q, self.k, self.v, self.o = (nn.Linear(d, d) for _ in range(4))

    def forward(self, x, mask):
        B, T, D = x.shape
        q, k, v = [f(x).view(B, T, self.h, self.dk).transpose(1, 2) for f in (self.q, self.k, self.v)]
        s = q @ k.transpose(-2, -1) / math.sqrt(self.dk)
        s = s.masked_fill(mask == 0, float("-inf"))
        y = (s.softmax(-1) @ v).transpose(1, 2).contiguous().view(B, T, D)
        return self.o(y)


class LM(nn.Module):
    def __init__(self, vocab=40, d=32, h=4, n=2):
        super().__init__()
        self.emb = nn.Embedding(vocab, d)
        self.pos = nn.Parameter(torch.zeros(1, 64, d))
        self.att = nn.ModuleList([MHA(d, h) for _ in range(n)])
        self.ff = nn.ModuleList([nn.Sequential(nn.Linear(d, 4 * d), nn.GELU(), nn.Linear(4 * d, d)) for _ in range(n)])
        self.norm = nn.ModuleList([nn.LayerNorm(d) for _ in range(2 * n)])
        self.out = nn.Linear(d, vocab)

    def forward(self, ids, pad):
        T = ids.size(1)
        causal = torch.tril(torch.ones(T, T, dtype=torch.bool))
        mask = causal[None, None] & ~pad[:, None, None, :]
        x = self.emb(ids) + self.pos[:, :T]
        for i, (a, f) in enumerate(zip(self.att, self.ff)):
            x = x + a(self.norm[2 * i](x), mask)
            x = x + f(self.norm[2 * i + 1](x))
        return self.out(x)


texts = [torch.tensor([random.randint(1, 39) for _ in range(random.randint(4, 20))]) for _ in range(60)]


def collate(batch):
    ids = pad_sequence(batch, batch_first=True)
    return ids[:, :-1], ids[:, 1:], (ids == 0)[:, :-1]


model = LM()
opt = torch.optim.AdamW(model.parameters(), lr=3e-4)
for epoch in range(2):
    for x, y, pad in DataLoader(texts, batch_size=10, shuffle=True, collate_fn=collate):
        logits = model(x, pad)
        loss = nn.functional.cross_entropy(logits.transpose(1, 2), y, ignore_index=0)
        opt.zero_grad()
        loss.backward()
        opt.step()
    print(epoch, math.exp(loss.item()))
