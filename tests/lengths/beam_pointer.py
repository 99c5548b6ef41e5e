"""Sorting numbers with a pointer network; lengths differ by batch and are masked."""

import random

import torch
import torch.nn as nn
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader, Dataset


class Numbers(Dataset):
    def __len__(self):
        return 64

    def __getitem__(self, i):
        x = torch.rand(random.randint(4, 10))
        return x, x.argsort()


def collate(batch):
    xs, ys = zip(*batch)
    lengths = torch.tensor([len(x) for x in xs])
    x = pad_sequence(xs, batch_first=True).unsqueeze(-1)
    y = pad_sequence(ys, batch_first=True, padding_value=-1)
    mask = torch.arange(x.size(1))[None, :] < lengths[:, None]
    return x, y, mask


class Pointer(nn.Module):
    def __init__(self, hid=32):
        super().__init__()
        self.enc = nn.LSTM(1, hid, batch_first=True)
        self.cell = nn.LSTMCell(1, hid)
        self.w1, self.w2, self.v = nn.Linear(hid, hid), nn.Linear(hid, hid), nn.Linear(hid, 1)

    def forward(self, x, mask):
        out, (h, c) = self.enc(x)
        h, c = h[0], c[0]
        inp = torch.zeros(x.size(0), 1)
        scores = []
        for _ in range(x.size(1)):
            h, c = self.cell(inp, (h, c))
            s = self.v(torch.tanh(self.w1(out) + self.w2(h).unsqueeze(1))).squeeze(-1)
            s = s.masked_fill(~mask, -1e9)
            scores.append(s)
            inp = x.gather(1, s.argmax(1)[:, None, None]).squeeze(1)
        return torch.stack(scores, 1)


net = Pointer()
opt = torch.optim.Adam(net.parameters())
for epoch in range(2):
    for x, y, mask in DataLoader(Numbers(), batch_size=8, shuffle=True, collate_fn=collate):
        s = net(x, mask)
        loss = nn.functional.cross_entropy(s.flatten(0, 1), y.flatten(), ignore_index=-1)
        opt.zero_grad()
        loss.backward()
        opt.step()
        hit = (s.argmax(-1) == y)[mask].float().mean()
    print(epoch, loss.item(), hit.item())
