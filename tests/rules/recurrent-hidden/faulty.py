import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(32, 64, num_layers=2, batch_first=True)

    def forward(self, x):
        hidden = torch.zeros(1, x.size(0), 64)
        out, _ = self.gru(x, hidden)
        return out


print(Net()(torch.randn(8, 20, 32)).shape)
