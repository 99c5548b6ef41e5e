"""A meter of items, predictions above a threshold, the indices of the hardest samples."""
import numpy as np
import torch
import torch.nn as nn


class AverageMeter:
    def __init__(self):
        self.sum, self.count = 0.0, 0

    def update(self, value, n=1):
        if isinstance(value, torch.Tensor):
            value = value.item()
        self.sum += value * n
        self.count += n

    @property
    def avg(self):
        return self.sum / max(1, self.count)


net = nn.Sequential(nn.Linear(20, 10), nn.ReLU(), nn.Linear(10, 1))
meter, per_sample, hits = AverageMeter(), [], []
for _ in range(3):
    x, y = torch.randn(8, 20), torch.randint(0, 2, (8, 1)).float()
    logits = net(x)
    loss = nn.functional.binary_cross_entropy_with_logits(logits, y, reduction="none")
    meter.update(loss.mean(), len(x))
    per_sample += [v.item() for v in loss.squeeze(1)]
    hits += [(p.item() > 0) == bool(t.item()) for p, t in zip(logits, y)]
losses = torch.tensor(per_sample)
hardest = losses.argsort(descending=True)[:5]
mask = torch.tensor(hits)
print(meter.avg, hardest.shape, losses[mask].shape)
bank = torch.rand(24, 20)
again = net(bank[hardest])
wrong = net(bank[~mask])
history = {"loss": meter.avg, "accuracy": sum(hits) / len(hits)}
print(torch.stack([again.mean(), wrong.mean()]), torch.tensor(list(history.values())))
