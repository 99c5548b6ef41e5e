"""Point sets of different sizes, padded, pooled with a mask."""

import numpy as np
import torch
import torch.nn as nn
from torch.utils.data import DataLoader, Dataset


class Clouds(Dataset):
    def __init__(self, n, seed=0):
        rng = np.random.default_rng(seed)
        self.items = []
        for _ in range(n):
            k = rng.integers(5, 20)
            pts = rng.normal(size=(k, 3)).astype(np.float32)
            self.items.append((pts, float(np.linalg.norm(pts.mean(0)))))

    def __len__(self):
        return len(self.items)

    def __getitem__(self, i):
        return self.items[i]


def collate(batch):
    n = max(len(p) for p, _ in batch)
    x = np.zeros((len(batch), n, 3), dtype=np.float32)
    m = np.zeros((len(batch), n), dtype=bool)
    for i, (p, _) in enumerate(batch):
        x[i, : len(p)] = p
        m[i, : len(p)] = True
    return torch.from_numpy(x), torch.from_numpy(m), torch.tensor([t for _, t in batch])


class DeepSet(nn.Module):
    def __init__(self):
        super().__init__()
        self.phi = nn.Sequential(nn.Linear(3, 32), nn.ReLU(), nn.Linear(32, 32))
        self.rho = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 1))

    def forward(self, x, m):
        h = self.phi(x)
        mean = (h * m.unsqueeze(-1)).sum(1) / m.sum(1, keepdim=True)
        top = h.masked_fill(~m.unsqueeze(-1), float("-inf")).amax(1)
        return self.rho(torch.cat([mean, top], -1)).squeeze(-1)


net = DeepSet()
opt = torch.optim.Adam(net.parameters(), 1e-3)
for epoch in range(2):
    for x, m, y in DataLoader(Clouds(64), batch_size=16, shuffle=True, collate_fn=collate):
        loss = nn.functional.mse_loss(net(x, m), y)
        opt.zero_grad()
        loss.backward()
        opt.step()
    print(epoch, loss.item())
