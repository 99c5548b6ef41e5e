"""Positions are embedded for ten tokens; the longest sentence of the first batch has twelve."""

import torch
from torch import nn
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader

sentences = [torch.randint(1, 40, (n,)) for n in (4, 9, 3, 12, 7, 5)]


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens = nn.Embedding(40, 16)
        self.positions = nn.Parameter(torch.zeros(1, 10, 16))
        self.layer = nn.TransformerEncoderLayer(16, 2, 32, batch_first=True)

    def forward(self, x):
        return self.layer(self.tokens(x) + self.positions[:, : x.size(1)])  # raises


encoder = Encoder()
for batch in DataLoader(sentences, batch_size=4, collate_fn=lambda b: pad_sequence(b, batch_first=True)):
    encoder(batch)
