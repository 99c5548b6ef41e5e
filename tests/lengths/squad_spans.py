"""Question answering on pairs of token lists; start and end of a span."""

import random

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, Dataset

random.seed(3)


class Spans(Dataset):
    def __init__(self, n):
        self.examples = []
        for _ in range(n):
            ctx = [random.randint(3, 99) for _ in range(random.randint(20, 40))]
            start = random.randint(0, len(ctx) - 5)
            q = ctx[start : start + 2] + [random.randint(3, 99) for _ in range(random.randint(1, 4))]
            self.examples.append({"question": q, "context": ctx, "start": start, "end": start + 2})

    def __len__(self):
        return len(self.examples)

    def __getitem__(self, i):
        e = self.examples[i]
        ids = [1] + e["question"] + [2] + e["context"] + [2]
        shift = len(e["question"]) + 2
        return {
            "ids": ids,
            "types": [0] * shift + [1] * (len(e["context"]) + 1),
            "start": e["start"] + shift,
            "end": e["end"] + shift,
        }


def collate(batch):
    longest = max(len(b["ids"]) for b in batch)

    def pad(seq):
        return seq + [0] * (longest - len(seq))

    out = {k: torch.tensor([pad(b[k]) for b in batch]) for k in ("ids", "types")}
    out["mask"] = (out["ids"] != 0).float()
    for k in ("start", "end"):
        out[k] = torch.tensor([b[k] for b in batch])
    return out


class Reader(nn.Module):
    def __init__(self, d=32):
        super().__init__()
        self.tok, self.typ = nn.Embedding(100, d), nn.Embedding(2, d)
        self.rnn = nn.LSTM(d, d, bidirectional=True, batch_first=True)
        self.out = nn.Linear(2 * d, 2)

    def forward(self, ids, types, mask, start=None, end=None):
        h, _ = self.rnn(self.tok(ids) + self.typ(types))
        logits = self.out(h) + (1 - mask.unsqueeze(-1)) * -1e4
        s, e = logits.split(1, dim=-1)
        s, e = s.squeeze(-1), e.squeeze(-1)
        loss = None
        if start is not None:
            loss = (F.cross_entropy(s, start) + F.cross_entropy(e, end)) / 2
        return loss, s, e


net = Reader()
opt = torch.optim.Adam(net.parameters(), 1e-3)
for epoch in range(2):
    for batch in DataLoader(Spans(80), batch_size=16, shuffle=True, collate_fn=collate):
        loss, s, e = net(**batch)
        opt.zero_grad()
        loss.backward()
        opt.step()
    exact = ((s.argmax(1) == batch["start"]) & (e.argmax(1) == batch["end"])).float().mean()
    print(epoch, loss.item(), exact.item())
