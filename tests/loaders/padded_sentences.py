"""Sentences of many lengths, padded to the longest of their batch."""

import torch
from torch import nn
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader, Dataset

LENGTHS = [4, 9, 3, 12, 7, 5, 6, 11, 8, 2]


class Sentences(Dataset):
    def __init__(self):
        self.sentences = [torch.randint(1, 40, (n,)) for n in LENGTHS]
        self.labels = [n % 3 for n in LENGTHS]

    def __len__(self):
        return len(self.sentences)

    def __getitem__(self, i):
        return self.sentences[i], self.labels[i]


def pad(batch):
    sentences, labels = zip(*batch)
    lengths = torch.tensor([len(s) for s in sentences])
    return pad_sequence(sentences, batch_first=True), lengths, torch.tensor(labels)


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(40, 8, padding_idx=0)
        self.rnn = nn.GRU(8, 16, batch_first=True)
        self.out = nn.Linear(16, 3)

    def forward(self, tokens, lengths):
        states, _ = self.rnn(self.embedding(tokens))
        return self.out(states[torch.arange(len(lengths)), lengths - 1])


model = Classifier()
for tokens, lengths, labels in DataLoader(Sentences(), batch_size=4, collate_fn=pad):
    loss = nn.functional.cross_entropy(model(tokens, lengths), labels)
