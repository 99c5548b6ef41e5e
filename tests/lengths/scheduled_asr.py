"""Listen, attend and spell with location-free attention; frames are made with numpy."""

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader, Dataset


class Speech(Dataset):
    def __init__(self, n):
        self.n = n

    def __len__(self):
        return self.n

    def __getitem__(self, i):
        t, u = np.random.randint(20, 60), np.random.randint(3, 9)
        return torch.from_numpy(np.random.randn(t, 40)).float(), torch.from_numpy(np.random.randint(3, 30, u))


def collate(batch):
    x = pad_sequence([b[0] for b in batch], batch_first=True)
    y = pad_sequence([torch.cat([torch.tensor([1]), b[1], torch.tensor([2])]) for b in batch], batch_first=True)
    lens = torch.LongTensor([b[0].shape[0] for b in batch])
    mask = torch.arange(x.shape[1]).expand(len(batch), -1) >= lens.unsqueeze(1)
    return x, mask, y


class LAS(nn.Module):
    def __init__(self, d=32, vocab=30):
        super().__init__()
        self.listen = nn.LSTM(40, d, batch_first=True, bidirectional=True)
        self.emb = nn.Embedding(vocab, d)
        self.spell = nn.LSTMCell(d + 2 * d, d)
        self.key, self.query = nn.Linear(2 * d, d), nn.Linear(d, d)
        self.out = nn.Linear(3 * d, vocab)

    def forward(self, x, mask, y):
        enc, _ = self.listen(x)
        keys = self.key(enc)
        h = c = x.new_zeros(x.size(0), 32)
        ctx = x.new_zeros(x.size(0), 64)
        logits = []
        for i in range(y.size(1) - 1):
            tok = y[:, i] if i == 0 or np.random.rand() < 0.8 else logits[-1].argmax(-1)
            h, c = self.spell(torch.cat([self.emb(tok), ctx], -1), (h, c))
            score = torch.bmm(keys, self.query(h).unsqueeze(2)).squeeze(2).masked_fill(mask, -1e9)
            ctx = torch.bmm(F.softmax(score, 1).unsqueeze(1), enc).squeeze(1)
            logits.append(self.out(torch.cat([h, ctx], -1)))
        return torch.stack(logits, 1)


net = LAS()
opt = torch.optim.Adam(net.parameters())
for x, mask, y in DataLoader(Speech(24), batch_size=6, shuffle=True, collate_fn=collate):
    logits = net(x, mask, y)
    loss = F.cross_entropy(logits.flatten(0, 1), y[:, 1:].flatten(), ignore_index=0)
    opt.zero_grad()
    loss.backward()
    opt.step()
print(loss.item())
