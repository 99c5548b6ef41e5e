import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 8, 3), nn.MaxPool2d(2), nn.Conv2d(8, 16, 3), nn.MaxPool2d(2), nn.Conv2d(16, 32, 7)
        )

    def forward(self, x):
        return self.features(x)


print(Net()(torch.randn(8, 1, 28, 28)).shape)
