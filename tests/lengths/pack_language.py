"""Names of three languages by their letters, packed and sorted by a collate function of its own."""

import random

import torch
import torch.nn as nn
from torch.nn.utils.rnn import pack_sequence, pad_packed_sequence
from torch.utils.data import DataLoader, Dataset

LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Names(Dataset):
    def __init__(self, n):
        self.rows = []
        for _ in range(n):
            lang = random.randrange(3)
            self.rows.append(("".join(random.choice(LETTERS) for _ in range(random.randint(3, 9))), lang))

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, i):
        name, lang = self.rows[i]
        return torch.tensor([LETTERS.index(c) for c in name]), lang


def collate(batch):
    batch = sorted(batch, key=lambda b: len(b[0]), reverse=True)
    names, langs = zip(*batch)
    return pack_sequence(names), torch.LongTensor(langs)


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.emb = nn.Embedding(26, 10)
        self.rnn = nn.GRU(10, 20, bidirectional=True)
        self.out = nn.Linear(40, 3)

    def forward(self, packed):
        data = self.emb(packed.data)
        packed = nn.utils.rnn.PackedSequence(data, packed.batch_sizes, packed.sorted_indices, packed.unsorted_indices)
        out, h = self.rnn(packed)
        padded = pad_packed_sequence(out)[0]
        assert padded.size(1) == h.size(1)
        return self.out(torch.cat([h[0], h[1]], 1))


loader = DataLoader(Names(90), batch_size=16, shuffle=True, collate_fn=collate)
net = Classifier()
opt = torch.optim.SGD(net.parameters(), lr=0.1)
loss_fn = nn.CrossEntropyLoss()
for epoch in range(3):
    right = total = 0
    for packed, langs in loader:
        opt.zero_grad()
        logits = net(packed)
        loss = loss_fn(logits, langs)
        loss.backward()
        opt.step()
        right += (logits.argmax(1) == langs).sum().item()
        total += langs.size(0)
    print(epoch, right / total)
