"""Pictures of several heights, one head of a fixed size: the third picture fails."""
import torch
import torch.nn as nn

heights = [20, 20, 24, 20]
net = nn.Sequential(nn.Conv2d(3, 6, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(6 * 8 * 8, 2))
optimizer = torch.optim.Adam(net.parameters())
for epoch in range(2):
    for height in heights:
        image = torch.rand(1, 3, height, 20)
        out = net(image)  # raises
        loss = nn.functional.cross_entropy(out, torch.tensor([1]))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
