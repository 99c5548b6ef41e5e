import numpy as np, torch, torch.nn as nn
from torch.utils.data import DataLoader, Dataset
N, T, H = 12, 300, 6
rng = np.random.default_rng(9)
speed = 50 + np.cumsum(rng.normal(0, 1, (T, N)), 0)
dist = rng.uniform(1, 10, (N, N)); adj = np.exp(-dist / dist.std()); adj[adj < .3] = 0
adj = adj / adj.sum(1, keepdims=True)
n_train = int(T * .7)
mean, std = speed[:n_train].mean(), speed[:n_train].std()
z = ((speed - mean) / std).astype(np.float32)
class Windows(Dataset):
    def __init__(self, arr, lo, hi): self.arr, self.lo, self.hi = arr, lo, hi
    def __len__(self): return self.hi - self.lo - 2 * H + 1
    def __getitem__(self, i):
        s = self.lo + i
        return self.arr[s:s + H].T, self.arr[s + H:s + 2 * H].T
class STBlock(nn.Module):
    def __init__(self, a):
        super().__init__()
        self.register_buffer("a", torch.from_numpy(a).float())
        self.temporal = nn.Conv1d(1, 8, 3, padding=1); self.mix = nn.Linear(8 * H, 32); self.out = nn.Linear(32, H)
    def forward(self, x):
        b, n, h = x.shape
        t = torch.relu(self.temporal(x.reshape(b * n, 1, h))).reshape(b, n, -1)
        g = torch.einsum("ij,bjf->bif", self.a, self.mix(t))
        return self.out(torch.relu(g)) + x
net = STBlock(adj); opt = torch.optim.Adam(net.parameters(), 1e-3)
tr, va = DataLoader(Windows(z, 0, n_train), 32, shuffle=True), DataLoader(Windows(z, n_train, T), 32)
for ep in range(2):
    for x, y in tr:
        loss = (net(x) - y).abs().mean(); opt.zero_grad(); loss.backward(); opt.step()
    net.eval(); errs = []
    with torch.no_grad():
        for x, y in va: errs.append(((net(x) - y).abs() * std).mean(dim=(0, 1)).numpy())
    net.train()
    print(ep, np.mean(errs, axis=0).round(2))
