"""Mixup with numpy's beta, soft labels; cut-out boxes by integers of numpy; the axis by numpy's name."""
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

net = nn.Sequential(nn.Conv2d(3, 8, 3, stride=2), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 10))
for step in range(3):
    x, y = torch.rand(6, 3, 32, 32), torch.randint(0, 10, (6,))
    lam = np.random.beta(0.4, 0.4)
    index = torch.randperm(x.size(0))
    mixed = lam * x + (1 - lam) * x[index]
    h, w = mixed.shape[2:]
    cy, cx = np.random.randint(h), np.random.randint(w)
    y1, y2 = np.clip(cy - 4, 0, h), np.clip(cy + 4, 0, h)
    x1, x2 = np.clip(cx - 4, 0, w), np.clip(cx + 4, 0, w)
    mask = np.ones((h, w), np.float32)
    mask[y1:y2, x1:x2] = 0
    mixed = mixed * torch.from_numpy(mask)
    target = lam * F.one_hot(y, 10) + (1 - lam) * F.one_hot(y[index], 10)
    out = net(mixed)
    loss = torch.mean(torch.sum(-target * F.log_softmax(out, dim=1), axis=1))
    loss.backward()
    print(loss.item(), torch.cat([out, target], axis=-1).shape)
