import random
from collections import namedtuple
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset
Rating = namedtuple('Rating', 'user item score')
random.seed(2)
users = [f'u{i}' for i in range(30)]; items = [f'm{i:03d}' for i in range(50)]
log = [Rating(random.choice(users), random.choice(items), random.randint(1, 5)) for _ in range(500)]
u2i = {u: i for i, u in enumerate(sorted({r.user for r in log}))}
m2i = {m: i for i, m in enumerate(sorted({r.item for r in log}))}
class Log(Dataset):
    def __init__(self, rows): self.rows = rows
    def __len__(self): return len(self.rows)
    def __getitem__(self, i):
        r = self.rows[i]
        return u2i[r.user], m2i[r.item], float(r.score)
class MF(nn.Module):
    def __init__(self, n_u, n_m, k=8):
        super().__init__()
        self.u, self.m = nn.Embedding(n_u, k), nn.Embedding(n_m, k)
        self.bu, self.bm = nn.Embedding(n_u, 1), nn.Embedding(n_m, 1)
    def forward(self, u, m):
        return (self.u(u) * self.m(m)).sum(-1) + self.bu(u).squeeze(-1) + self.bm(m).squeeze(-1)
cut = int(.8 * len(log))
tr, te = DataLoader(Log(log[:cut]), 64, True), DataLoader(Log(log[cut:]), 64)
net = MF(len(u2i), len(m2i)); opt = torch.optim.Adam(net.parameters(), 1e-2)
for e in range(2):
    for u, m, s in tr:
        loss = nn.functional.mse_loss(net(u, m), s.float())
        opt.zero_grad(); loss.backward(); opt.step()
with torch.no_grad():
    se = [((net(u, m) - s) ** 2).sum().item() for u, m, s in te]
print((sum(se) / (len(log) - cut)) ** .5)
top = net.m.weight @ net.u.weight[u2i[log[0].user]]
print([items[i] for i in top.topk(3).indices.tolist()])
