"""The embedding and the head share one weight: it counts once, and it works twice."""

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, words=1000, features=32):
        super().__init__()
        self.embedding = nn.Embedding(words, features)
        self.hidden = nn.Linear(features, features)
        self.head = nn.Linear(features, words, bias=False)
        self.head.weight = self.embedding.weight

    def forward(self, x):
        return self.head(torch.relu(self.hidden(self.embedding(x))))


PARAMS = (
    1000 * 32  # embedding.weight, which is head.weight too
    + 32 * 32 + 32  # hidden
)  # fmt: skip
MACS = (
    2 * 10 * 32 * 32  # hidden: 2 sentences of 10 words; looking up a row of the embedding multiplies nothing
    + 2 * 10 * 32 * 1000  # head
)
OUTPUTS = [(2, 10, 1000)]

model = Net()
print(model(torch.randint(0, 1000, (2, 10))).shape)
