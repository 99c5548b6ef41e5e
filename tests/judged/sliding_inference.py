"""A long recording is cut into overlapping windows, and the answers are averaged."""
import torch
from torch import nn

RATE, WIN, HOP = 100, 64, 32
recording = torch.randn(2, 1000)
net = nn.Sequential(
    nn.Conv1d(2, 8, 5, padding=2), nn.ReLU(), nn.MaxPool1d(2), nn.Conv1d(8, 16, 3, padding=1), nn.ReLU(), nn.Upsample(scale_factor=2), nn.Conv1d(16, 1, 1)
).eval()
acc = torch.zeros(1, recording.shape[1])
weight = torch.zeros_like(acc)
start = 0
with torch.no_grad():
    while start + WIN <= recording.shape[1]:
        piece = recording[:, start : start + WIN].unsqueeze(0)
        acc[:, start : start + WIN] += net(piece)[0]
        weight[:, start : start + WIN] += 1
        start += HOP
    rest = recording.shape[1] - start
    if rest > 0:
        tail = torch.nn.functional.pad(recording[:, start:], (0, WIN - rest)).unsqueeze(0)
        acc[:, start:] += net(tail)[0, :, :rest]
        weight[:, start:] += 1
print((acc / weight.clamp(min=1)).shape, rest)
