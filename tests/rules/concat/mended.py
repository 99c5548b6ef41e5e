import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.small = nn.Conv2d(3, 8, 3, padding=1)
        self.large = nn.Conv2d(3, 8, 5, padding=2)

    def forward(self, x):
        return torch.cat([self.small(x), self.large(x)], dim=1)


print(Net()(torch.randn(8, 3, 32, 32)).shape)
