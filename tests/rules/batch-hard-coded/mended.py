import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 5)
        self.fc = nn.Linear(4 * 24 * 24, 10)

    def forward(self, x):
        x = self.conv(x)
        x = x.view(-1, 4 * 24 * 24)
        return self.fc(x)


print(Net()(torch.randn(64, 1, 28, 28)).shape)
