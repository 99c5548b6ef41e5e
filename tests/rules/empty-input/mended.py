import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(4)

    def forward(self, x):
        return self.pool(x[:, :, 16:])


print(Net()(torch.randn(8, 3, 32, 32)).shape)
