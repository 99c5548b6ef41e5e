import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)

    def forward(self, x):
        x = self.conv(x).permute(0, 2, 3, 1)
        return x.reshape(x.size(0), -1)


print(Net()(torch.randn(4, 3, 16, 16)).shape)
