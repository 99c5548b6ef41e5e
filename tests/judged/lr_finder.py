import copy

import torch
from torch import nn

model = nn.Sequential(nn.Linear(3, 6), nn.GELU(), nn.Linear(6, 1))
xs, ys = torch.rand(64, 3), torch.rand(64, 1)
criterion = nn.HuberLoss()


def find_lr(model, lo=1e-5, hi=1.0, n=10):
    probe = copy.deepcopy(model)
    opt = torch.optim.SGD(probe.parameters(), lr=lo)
    mult = (hi / lo) ** (1 / (n - 1))
    lrs, losses, smooth = [], [], 0.0
    lr = lo
    for i in range(n):
        idx = torch.randint(0, 64, (16,))
        opt.param_groups[0]["lr"] = lr
        loss = criterion(probe(xs[idx]), ys[idx])
        opt.zero_grad()
        loss.backward()
        opt.step()
        smooth = 0.9 * smooth + 0.1 * loss.item()
        lrs.append(lr)
        losses.append(smooth / (1 - 0.9 ** (i + 1)))
        lr *= mult
    best = min(range(len(losses)), key=losses.__getitem__)
    return lrs[best] / 10


lr = find_lr(model)
opt = torch.optim.SGD(model.parameters(), lr=lr)
for epoch in range(3):
    for i in range(0, 64, 20):
        loss = criterion(model(xs[i : i + 20]), ys[i : i + 20])
        opt.zero_grad()
        loss.backward()
        opt.step()
