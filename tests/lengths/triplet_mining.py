"""Batch-hard triplets with boolean matrices."""

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset

x = torch.randn(240, 20)
y = torch.randint(0, 6, (240,))
loader = DataLoader(TensorDataset(x, y), batch_size=48, shuffle=True)
net = nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 16))
opt = torch.optim.Adam(net.parameters(), 1e-3)


def batch_all(emb, labels, margin=0.2):
    d = torch.cdist(emb, emb)
    same = labels.unsqueeze(0) == labels.unsqueeze(1)
    eye = torch.eye(len(labels), dtype=torch.bool)
    pos, neg = same & ~eye, ~same
    trip = d.unsqueeze(2) - d.unsqueeze(1) + margin
    mask = pos.unsqueeze(2) & neg.unsqueeze(1)
    losses = F.relu(trip[mask])
    hard = losses > 1e-16
    return losses.sum() / (hard.sum().float() + 1e-16), hard.sum().item()


for epoch in range(2):
    for xb, yb in loader:
        emb = F.normalize(net(xb), dim=1)
        loss, active = batch_all(emb, yb)
        opt.zero_grad()
        loss.backward()
        opt.step()
    print(epoch, loss.item(), active)
