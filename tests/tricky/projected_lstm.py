"""Two layers, two directions, and hidden states of 20 features that are projected to 5."""

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(10, 20, num_layers=2, bidirectional=True, proj_size=5, batch_first=True)
        self.head = nn.Linear(10, 3)

    def forward(self, x):
        y, (h, c) = self.lstm(x)
        return self.head(y[:, -1]), h, c


PARAMS = (
    2 * (80 * 10 + 80 * 5 + 80 + 80 + 5 * 20)  # layer 1, each direction: 4 gates of 20 from 10 inputs and 5 states
    + 2 * (80 * 10 + 80 * 5 + 80 + 80 + 5 * 20)  # layer 2: its 10 inputs are the 2 directions of 5
    + 10 * 3 + 3  # head
)  # fmt: skip
MACS = (
    2 * 7 * 4 * (80 * 10 + 80 * 5 + 5 * 20)  # 2 sequences of 7 steps; 4 of layer and direction
    + 2 * 10 * 3  # head, on the last step
)
OUTPUTS = [(2, 3), (4, 2, 5), (4, 2, 20)]

model = Net()
print(model(torch.randn(2, 7, 10))[0].shape)
