import torch
import torch.nn as nn
import torch.nn.functional as F


class KeypointNet(nn.Module):
    """Two heads on one trunk: a class for the picture, and coordinates."""

    num_points = 5

    def __init__(self, width=12):
        super().__init__()
        self.trunk = nn.ModuleList([nn.Conv2d(c_in, c_out, 3, padding=1) for c_in, c_out in [(1, width), (width, 2 * width), (2 * width, 4 * width)]])
        self.norms = nn.ModuleList([nn.BatchNorm2d(c) for c in (width, 2 * width, 4 * width)])
        self.pool = nn.AdaptiveAvgPool2d(3)
        self.classify = nn.Linear(4 * width * 9, 3)
        self.locate = nn.Linear(4 * width * 9, 2 * self.num_points)

    def forward(self, x):
        for conv, norm in zip(self.trunk, self.norms):
            x = F.max_pool2d(F.relu(norm(conv(x))), 2)
        x = self.pool(x).flatten(1)
        return self.classify(x), self.locate(x).view(-1, self.num_points, 2)


model = KeypointNet()
pictures = torch.rand(3, 1, 48, 48)
kinds = torch.randint(0, 3, (3,))
points = torch.rand(3, 5, 2)
kind_scores, located = model(pictures)
loss = F.cross_entropy(kind_scores, kinds) + F.smooth_l1_loss(located, points)
loss.backward()
