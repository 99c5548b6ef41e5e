import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(6, 16, 3, groups=6)

    def forward(self, x):
        return self.conv(x)


print(Net()(torch.randn(8, 6, 32, 32)).shape)
