import numpy as np
import torch
import torch.nn as nn


class Encoder(nn.Module):
    def __init__(self, d=32, length=50):
        super().__init__()
        pos = np.arange(length)[:, np.newaxis]
        div = np.power(10000, np.arange(0, d, 2) / d)
        pe = np.zeros((length, d))
        pe[:, 0::2] = np.sin(pos / div)
        pe[:, 1::2] = np.cos(pos / div)
        self.register_buffer("pe", torch.from_numpy(pe))
        self.fc = nn.Linear(d, d)

    def forward(self, x):
        x = x + self.pe[: x.size(1)]
        return self.fc(x)


print(Encoder()(torch.rand(4, 10, 32)).shape)
