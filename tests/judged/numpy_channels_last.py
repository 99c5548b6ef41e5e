"""Pictures from numpy are height, width, channels."""
import numpy as np
import torch
from torch import nn

rng = np.random.default_rng(1)
pictures = rng.integers(0, 256, size=(24, 32, 32, 3), dtype=np.uint8)
labels = rng.integers(0, 10, size=24)
pictures = pictures.astype(np.float32) / 255.0
pictures = (pictures - pictures.mean(axis=(0, 1, 2))) / pictures.std(axis=(0, 1, 2))

model = nn.Sequential(nn.Conv2d(3, 16, 5), nn.ReLU(), nn.MaxPool2d(4), nn.Flatten(), nn.Linear(16 * 49, 10))
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
for epoch in range(2):
    order = rng.permutation(len(pictures))
    for start in range(0, len(order), 8):
        batch = order[start : start + 8]
        x = torch.from_numpy(pictures[batch])
        y = torch.from_numpy(labels[batch])
        loss = nn.functional.cross_entropy(model(x), y)  # raises
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
