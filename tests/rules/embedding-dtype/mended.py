import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(1000, 32)

    def forward(self, x):
        return self.words(x)


print(Net()(torch.zeros(8, 20).long()).shape)
