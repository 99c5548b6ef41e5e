"""A classifier of sentences: an encoder with a padding mask, evaluated without gradients."""

import torch
from torch import nn


class Sentences(nn.Module):
    def __init__(self, words=100, features=32, classes=5):
        super().__init__()
        self.embedding = nn.Embedding(words, features, padding_idx=0)
        layer = nn.TransformerEncoderLayer(features, nhead=4, dim_feedforward=64, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, num_layers=2)
        self.query = nn.Parameter(torch.zeros(1, 1, features))
        self.pool = nn.MultiheadAttention(features, 2, batch_first=True)
        self.head = nn.Linear(features, classes)

    def forward(self, tokens):
        padding = tokens == 0
        x = self.encoder(self.embedding(tokens), src_key_padding_mask=padding)
        x, weights = self.pool(self.query.expand(x.shape[0], -1, -1), x, x, key_padding_mask=padding)
        return self.head(x.squeeze(1)), weights


model = Sentences()
model.eval()
with torch.no_grad():
    logits, weights = model(torch.randint(1, 100, (3, 12)))
print(logits.shape, weights.shape)
