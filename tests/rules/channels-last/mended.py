import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, padding=1)

    def forward(self, x):
        return self.conv(x)


print(Net()(torch.randn(16, 32, 32, 3).permute(0, 3, 1, 2)).shape)
