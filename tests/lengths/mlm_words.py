"""Masked words on a corpus made at random; 80/10/10 as in the paper."""

import random

import torch
import torch.nn as nn
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader, Dataset

PAD, MASK = 0, 1
VOCAB = 50


class Corpus(Dataset):
    def __init__(self, n):
        self.texts = [[random.randrange(2, VOCAB) for _ in range(random.randint(5, 14))] for _ in range(n)]

    def __len__(self):
        return len(self.texts)

    def __getitem__(self, i):
        return torch.tensor(self.texts[i], dtype=torch.long)


def collate(batch):
    ids = pad_sequence(batch, batch_first=True, padding_value=PAD)
    labels = ids.clone()
    prob = torch.full(ids.shape, 0.15)
    prob.masked_fill_(ids == PAD, 0)
    chosen = torch.bernoulli(prob).bool()
    labels[~chosen] = -100
    masked = torch.bernoulli(torch.full(ids.shape, 0.8)).bool() & chosen
    ids[masked] = MASK
    other = torch.bernoulli(torch.full(ids.shape, 0.5)).bool() & chosen & ~masked
    ids[other] = torch.randint(2, VOCAB, ids.shape)[other]
    return ids, labels


class Encoder(nn.Module):
    def __init__(self, dim=32):
        super().__init__()
        self.tok = nn.Embedding(VOCAB, dim, padding_idx=PAD)
        self.pos = nn.Embedding(16, dim)
        layer = nn.TransformerEncoderLayer(dim, 4, 64, batch_first=True)
        self.enc = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        self.head = nn.Linear(dim, VOCAB)

    def forward(self, ids):
        x = self.tok(ids) + self.pos(torch.arange(ids.size(1), device=ids.device))
        return self.head(self.enc(x, src_key_padding_mask=ids == PAD))


loader = DataLoader(Corpus(96), 12, shuffle=True, collate_fn=collate)
net = Encoder()
opt = torch.optim.AdamW(net.parameters(), 1e-3)
crit = nn.CrossEntropyLoss(ignore_index=-100)
for epoch in range(2):
    for ids, labels in loader:
        logits = net(ids)
        loss = crit(logits.view(-1, VOCAB), labels.view(-1))
        opt.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        opt.step()
        picked = labels != -100
        acc = (logits[picked].argmax(-1) == labels[picked]).float().mean()
    print(epoch, loss.item(), acc.item())
