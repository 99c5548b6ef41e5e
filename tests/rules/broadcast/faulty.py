import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(16, 16, 3)

    def forward(self, x):
        return x + self.conv(x)


print(Net()(torch.randn(8, 16, 32, 32)).shape)
