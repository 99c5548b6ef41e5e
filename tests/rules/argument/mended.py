import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.pool = nn.MaxPool2d(2, padding=1)

    def forward(self, x):
        return self.pool(x)


print(Net()(torch.randn(8, 3, 32, 32)).shape)
