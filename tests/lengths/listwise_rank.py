"""Learning to rank: each query has its own number of documents."""

import torch
import torch.nn as nn
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader, Dataset


class Queries(Dataset):
    def __init__(self, n):
        sizes = torch.randint(4, 15, (n,)).tolist()
        self.docs = [torch.randn(k, 10) for k in sizes]
        self.rel = [torch.randint(0, 3, (k,)).float() for k in sizes]

    def __len__(self):
        return len(self.docs)

    def __getitem__(self, i):
        return self.docs[i], self.rel[i]


def collate(batch):
    docs, rel = zip(*batch)
    return pad_sequence(docs, batch_first=True), pad_sequence(rel, batch_first=True, padding_value=-1)


def listnet(scores, rel):
    mask = rel >= 0
    s = scores.masked_fill(~mask, float("-inf"))
    t = rel.masked_fill(~mask, float("-inf")).softmax(1)
    return -(t * s.log_softmax(1))[mask].sum() / scores.size(0)


net = nn.Sequential(nn.Linear(10, 32), nn.ReLU(), nn.Linear(32, 1))
opt = torch.optim.Adam(net.parameters(), 1e-3)
for epoch in range(2):
    for docs, rel in DataLoader(Queries(60), batch_size=12, shuffle=True, collate_fn=collate):
        scores = net(docs).squeeze(-1)
        loss = listnet(scores, rel)
        opt.zero_grad()
        loss.backward()
        opt.step()
        top = scores.masked_fill(rel < 0, -1e9).topk(3, dim=1).indices
        gain = rel.gather(1, top).clamp(min=0).mean()
    print(epoch, loss.item(), gain.item())
