import os
import tempfile

import torch
from torch import nn

folder = tempfile.mkdtemp()
path = os.path.join(folder, "last.pt")


def build():
    return nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))


def train(model, optimizer, start, stop):
    losses = []
    for epoch in range(start, stop):
        x = torch.randn(16, 4)
        loss = (model(x) - x.sum(1, keepdim=True)).pow(2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        torch.save({"epoch": epoch, "model": model.state_dict(), "optim": optimizer.state_dict()}, path)
    return losses


model = build()
optimizer = torch.optim.Adam(model.parameters())
history = train(model, optimizer, 0, 3)

model = build()
optimizer = torch.optim.Adam(model.parameters())
checkpoint = torch.load(path)
model.load_state_dict(checkpoint["model"])
optimizer.load_state_dict(checkpoint["optim"])
history += train(model, optimizer, checkpoint["epoch"] + 1, 6)
print(len(history))
model.eval()
print(model(torch.ones(2, 4)))
