import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(20, 10)

    def forward(self, x):
        x = torch.relu(self.fc(x))
        return self.fc(x)


print(Net()(torch.randn(8, 20)).shape)
