import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(11, 32)

    def forward(self, x):
        return self.words(x)


print(Net()(torch.tensor([1, 5, 10])).shape)
