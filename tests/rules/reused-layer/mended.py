import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(20, 10)
        self.out = nn.Linear(10, 10)

    def forward(self, x):
        x = torch.relu(self.fc(x))
        return self.out(x)


print(Net()(torch.randn(8, 20)).shape)
