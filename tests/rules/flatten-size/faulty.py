import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 16, 5)
        self.fc = nn.Linear(16 * 14 * 14, 10)

    def forward(self, x):
        x = torch.max_pool2d(self.conv(x), 2)
        x = x.view(-1, 16 * 15 * 14)
        return self.fc(x)


print(Net()(torch.randn(8, 3, 32, 32)).shape)
