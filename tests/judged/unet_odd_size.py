"""A picture of 50 x 50 does not come back to its size through two poolings."""
import torch
from torch import nn


class Up(nn.Module):
    def __init__(self, cin, cout):
        super().__init__()
        self.up = nn.ConvTranspose2d(cin, cout, 2, stride=2)
        self.conv = nn.Conv2d(cout * 2, cout, 3, padding=1)

    def forward(self, x, skip):
        x = self.up(x)
        x = torch.cat([skip, x], dim=1)  # raises
        return self.conv(x)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.enc = nn.ModuleList([nn.Conv2d(1, 4, 3, padding=1), nn.Conv2d(4, 8, 3, padding=1)])
        self.mid = nn.Conv2d(8, 16, 3, padding=1)
        self.dec = nn.ModuleList([Up(16, 8), Up(8, 4)])
        self.out = nn.Conv2d(4, 1, 1)

    def forward(self, x):
        skips = []
        for layer in self.enc:
            x = torch.relu(layer(x))
            skips.append(x)
            x = nn.functional.max_pool2d(x, 2)
        x = self.mid(x)
        for layer, skip in zip(self.dec, reversed(skips)):
            x = layer(x, skip)
        return self.out(x)


net = Net()
for size in (32, 64, 50):
    x = torch.rand(2, 1, size, size)
    loss = nn.BCEWithLogitsLoss()(net(x), (x > 0.5).float())
    loss.backward()
    print(size, loss.item())
