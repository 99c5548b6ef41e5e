import random

import torch
from torch import nn
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader, Dataset

random.seed(5)
sentences = [[random.randint(1, 49) for _ in range(random.randint(3, 11))] for _ in range(40)]
labels = [random.choice([0, 1, 2]) for _ in sentences]


class Sentences(Dataset):
    def __len__(self):
        return len(sentences)

    def __getitem__(self, i):
        return torch.tensor(sentences[i]), labels[i]


def collate(batch):
    seqs, ys = zip(*batch)
    lengths = torch.tensor([len(s) for s in seqs])
    return pad_sequence(seqs, batch_first=True), lengths, torch.tensor(ys)


class Bag(nn.Module):
    def __init__(self):
        super().__init__()
        self.emb = nn.Embedding(50, 8, padding_idx=0)
        self.fc = nn.Linear(8, 3)

    def forward(self, x, lengths):
        e = self.emb(x).sum(1) / lengths.unsqueeze(1)
        return self.fc(e)


loader = DataLoader(Sentences(), batch_size=8, collate_fn=collate)
model = Bag()
crit = nn.CrossEntropyLoss()
opt = torch.optim.Adam(model.parameters())
for epoch in range(2):
    for x, lengths, y in loader:
        opt.zero_grad()
        loss = crit(model(x, lengths), y)
        loss.backward()
        opt.step()
    print(epoch, loss.item())
