import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention = nn.MultiheadAttention(100, 10, batch_first=True)

    def forward(self, x):
        out, _ = self.attention(x, x, x)
        return out


print(Net()(torch.randn(8, 20, 100)).shape)
