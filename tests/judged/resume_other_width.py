"""The checkpoint is one of a narrower network."""
import io

import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv = nn.Conv2d(1, width, 3)
        self.fc = nn.Linear(width, 10)

    def forward(self, x):
        return self.fc(self.conv(x).amax(dim=(2, 3)))


small = Net(8)
optimizer = torch.optim.SGD(small.parameters(), lr=0.1)
for step in range(4):
    loss = small(torch.rand(5, 1, 8, 8)).logsumexp(1).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

state = small.state_dict()
large = Net(16)
large(torch.rand(1, 1, 8, 8))
large.load_state_dict(state)  # raises
print(large(torch.rand(2, 1, 8, 8)))
