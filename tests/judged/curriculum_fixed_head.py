"""As the pictures grow, the head of fixed size does not fit any more."""
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3, padding=1)
        self.pool = nn.MaxPool2d(2)
        self.head = nn.Linear(4 * 8 * 8, 5)

    def forward(self, x):
        x = self.pool(torch.relu(self.conv(x)))
        x = x.view(x.shape[0], -1)
        return self.head(x)  # raises


net = Net()
optimizer = torch.optim.Adam(net.parameters())
size = 16
for epoch in range(6):
    if epoch > 0 and epoch % 3 == 0:
        size += 4
    for _ in range(2):
        x = torch.randn(7, 1, size, size)
        loss = net(x).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print("epoch", epoch, "size", size)
