"""A dialog model: context turns are packed, the last hidden states make a second sequence."""

import random

import torch
import torch.nn as nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence
from torch.utils.data import DataLoader

random.seed(1)
V = 80
dialogs = [[[random.randrange(1, V) for _ in range(random.randint(2, 9))] for _ in range(3)] for _ in range(48)]


def collate(batch):
    turns = [torch.tensor(t) for d in batch for t in d]
    lengths = torch.tensor([len(t) for t in turns])
    return pad_sequence(turns, batch_first=True), lengths, len(batch)


class Hier(nn.Module):
    def __init__(self, d=24):
        super().__init__()
        self.emb = nn.Embedding(V, d, padding_idx=0)
        self.turn = nn.GRU(d, d, batch_first=True, bidirectional=True)
        self.dialog = nn.GRU(2 * d, d, batch_first=True)
        self.dec = nn.GRU(d, d, batch_first=True)
        self.out = nn.Linear(d, V)

    def forward(self, turns, lengths, n):
        packed = pack_padded_sequence(self.emb(turns), lengths, batch_first=True, enforce_sorted=False)
        out, h = self.turn(packed)
        out, _ = pad_packed_sequence(out, batch_first=True, total_length=turns.size(1))
        h = torch.cat([h[0], h[1]], dim=-1).view(n, 3, -1)
        _, ctx = self.dialog(h[:, :2])
        last = turns.view(n, 3, -1)[:, 2]
        dec, _ = self.dec(self.emb(last[:, :-1]), ctx)
        return self.out(dec), last[:, 1:]


net = Hier()
opt = torch.optim.Adam(net.parameters())
for epoch in range(2):
    for turns, lengths, n in DataLoader(dialogs, batch_size=8, shuffle=True, collate_fn=collate):
        logits, goal = net(turns, lengths, n)
        loss = nn.functional.cross_entropy(logits.reshape(-1, V), goal.reshape(-1), ignore_index=0)
        opt.zero_grad()
        loss.backward()
        opt.step()
    print(epoch, loss.item())
