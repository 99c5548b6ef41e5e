import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(32, 10)

    def forward(self, x):
        return self.fc1(x)


print(Net()(torch.randn(8, 32)).shape)
