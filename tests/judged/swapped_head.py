"""The new head has the features of another backbone."""
import torch
from torch import nn


class Backbone(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.stem = nn.Conv2d(3, width, 7, stride=2, padding=3)
        self.blocks = nn.ModuleList([nn.Conv2d(width, width, 3, padding=1) for _ in range(3)])
        self.fc = nn.Linear(width, 1000)

    def forward(self, x):
        x = self.stem(x)
        for block in self.blocks:
            x = torch.relu(x + block(x))
        return self.fc(x.mean((2, 3)))  # raises


model = Backbone(12)
print(model(torch.rand(2, 3, 32, 32)).shape)
for p in model.parameters():
    p.requires_grad = False
model.fc = nn.Linear(16, 4)
optimizer = torch.optim.Adam(model.fc.parameters())
for step in range(3):
    loss = model(torch.rand(6, 3, 32, 32)).pow(2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
