import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(100, 64 * 7 * 7)

    def forward(self, x):
        x = self.fc(x)
        return x.view(x.size(0), 64, 7, 7)


print(Net()(torch.randn(8, 100)).shape)
