import copy
import torch
import torch.nn as nn
import torch.nn.functional as F


class MoCo(nn.Module):
    def __init__(self, dim=8, K=24, m=0.99):
        super().__init__()
        self.K, self.m = K, m
        self.q = nn.Sequential(nn.Linear(10, 20), nn.ReLU(), nn.Linear(20, dim))
        self.k = copy.deepcopy(self.q)
        for p in self.k.parameters():
            p.requires_grad = False
        self.register_buffer("queue", F.normalize(torch.randn(dim, K), dim=0))
        self.register_buffer("ptr", torch.zeros(1, dtype=torch.long))

    @torch.no_grad()
    def _momentum(self):
        for a, b in zip(self.q.parameters(), self.k.parameters()):
            b.data = b.data * self.m + a.data * (1.0 - self.m)

    @torch.no_grad()
    def _enqueue(self, keys):
        n = keys.shape[0]
        ptr = int(self.ptr)
        self.queue[:, ptr : ptr + n] = keys.T
        self.ptr[0] = (ptr + n) % self.K

    def forward(self, a, b):
        q = F.normalize(self.q(a), dim=1)
        with torch.no_grad():
            self._momentum()
            k = F.normalize(self.k(b), dim=1)
        pos = torch.einsum("nc,nc->n", q, k).unsqueeze(-1)
        neg = torch.einsum("nc,ck->nk", q, self.queue.clone())
        self._enqueue(k)
        return torch.cat([pos, neg], dim=1) / 0.07


model = MoCo()
opt = torch.optim.SGD(model.q.parameters(), lr=0.03)
for step in range(7):
    x = torch.randn(6, 10)
    logits = model(x + 0.1 * torch.randn_like(x), x + 0.1 * torch.randn_like(x))
    loss = F.cross_entropy(logits, torch.zeros(len(x), dtype=torch.long))
    opt.zero_grad()
    loss.backward()
    opt.step()
print(int(model.ptr))
