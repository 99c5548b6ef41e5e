import numpy as np
import torch
import torch.nn as nn

rng = np.random.RandomState(0)


def random_graph(n):
    a = (rng.rand(n, n) < 0.3).astype(np.float32)
    a = np.maximum(a, a.T)
    np.fill_diagonal(a, 1.0)
    d = a.sum(1)
    return torch.from_numpy(a / np.sqrt(d[:, None] * d[None, :])), torch.from_numpy(rng.randn(n, 5).astype(np.float32))


graphs = [random_graph(n) for n in (6, 9, 12, 7)]
targets = [0, 1, 1, 0]


class GCN(nn.Module):
    def __init__(self):
        super().__init__()
        self.w1, self.w2 = nn.Linear(5, 12), nn.Linear(12, 12)
        self.readout = nn.Linear(24, 2)

    def forward(self, a, h):
        h = torch.relu(a @ self.w1(h))
        h = torch.relu(a @ self.w2(h))
        return self.readout(torch.cat([h.mean(0), h.max(0).values]))


model = GCN()
opt = torch.optim.Adam(model.parameters(), lr=0.01)
for epoch in range(3):
    total = 0.0
    for (a, h), t in zip(graphs, targets):
        out = model(a, h)
        loss = nn.functional.cross_entropy(out.unsqueeze(0), torch.tensor([t]))
        opt.zero_grad()
        loss.backward()
        opt.step()
        total += loss.item()
    print(epoch, total / len(graphs))
