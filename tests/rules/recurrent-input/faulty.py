import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(64, 128, batch_first=True)

    def forward(self, x):
        out, _ = self.lstm(x)
        return out


print(Net()(torch.randn(8, 20, 32)).shape)
