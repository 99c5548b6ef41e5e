import numpy as np
import torch
import torch.nn as nn
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader

data = [(np.random.randint(1, 100, size=np.random.randint(5, 12)), int(np.random.rand() > 0.5)) for _ in range(40)]


def collate(batch):
    seqs = [torch.from_numpy(s) for s, _ in batch]
    lengths = torch.tensor([len(s) for s in seqs])
    labels = torch.tensor([y for _, y in batch])
    return pad_sequence(seqs, batch_first=True), lengths, labels


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.emb = nn.Embedding(100, 16, padding_idx=0)
        self.fc = nn.Linear(16, 2)

    def forward(self, x, lengths):
        h = self.emb(x).sum(1) / lengths.unsqueeze(1)
        return self.fc(h)


model = Net()
for x, lengths, y in DataLoader(data, batch_size=8, collate_fn=collate):
    loss = nn.functional.cross_entropy(model(x, lengths), y)
    loss.backward()
