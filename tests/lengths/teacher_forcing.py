"""Reversing digits, decoder fed with its own guess half of the time; lengths differ by batch, no seed."""

import random

import torch
import torch.nn as nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_sequence

PAD, SOS, EOS = 0, 1, 2


def batch(n):
    rows = [[random.randint(3, 12) for _ in range(random.randint(3, 8))] for _ in range(n)]
    rows.sort(key=len, reverse=True)
    src = pad_sequence([torch.tensor(r) for r in rows], batch_first=True)
    trg = pad_sequence([torch.tensor([SOS] + r[::-1] + [EOS]) for r in rows], batch_first=True)
    return src, torch.tensor([len(r) for r in rows]), trg


class Seq2Seq(nn.Module):
    def __init__(self, vocab=13, dim=24, hid=32):
        super().__init__()
        self.src_emb, self.trg_emb = nn.Embedding(vocab, dim), nn.Embedding(vocab, dim)
        self.enc = nn.GRU(dim, hid, batch_first=True)
        self.dec = nn.GRUCell(dim, hid)
        self.out = nn.Linear(hid, vocab)

    def forward(self, src, lengths, trg, ratio=0.5):
        _, h = self.enc(pack_padded_sequence(self.src_emb(src), lengths, batch_first=True))
        h = h.squeeze(0)
        tok, outs = trg[:, 0], []
        for t in range(1, trg.size(1)):
            h = self.dec(self.trg_emb(tok), h)
            logits = self.out(h)
            outs.append(logits)
            tok = trg[:, t] if random.random() < ratio else logits.argmax(-1)
        return torch.stack(outs, dim=1)


net = Seq2Seq()
opt = torch.optim.Adam(net.parameters())
crit = nn.CrossEntropyLoss(ignore_index=PAD)
for _ in range(20):
    src, lengths, trg = batch(16)
    out = net(src, lengths, trg)
    loss = crit(out.reshape(-1, 13), trg[:, 1:].reshape(-1))
    opt.zero_grad()
    loss.backward()
    opt.step()
print(loss.item())
