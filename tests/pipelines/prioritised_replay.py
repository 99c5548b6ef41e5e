import numpy as np
import torch
import torch.nn as nn


class Buffer:
    def __init__(self, size, obs):
        self.obs = np.zeros((size, obs), dtype=np.float32)
        self.act = np.zeros(size, dtype=np.int64)
        self.rew = np.zeros(size, dtype=np.float32)
        self.prio = np.zeros(size, dtype=np.float32)
        self.ptr, self.size = 0, size

    def add(self, o, a, r):
        self.obs[self.ptr], self.act[self.ptr], self.rew[self.ptr] = o, a, r
        self.prio[self.ptr] = self.prio.max() if self.ptr else 1.0
        self.ptr = (self.ptr + 1) % self.size

    def sample(self, n, beta=0.4):
        p = self.prio ** 0.6
        p /= p.sum()
        idx = np.random.choice(self.size, n, p=p)
        w = (self.size * p[idx]) ** (-beta)
        w /= w.max()
        batch = dict(obs=self.obs[idx], act=self.act[idx], rew=self.rew[idx], w=w.astype(np.float32))
        return {k: torch.as_tensor(v) for k, v in batch.items()}, idx


buf = Buffer(64, 8)
for _ in range(64):
    buf.add(np.random.randn(8), np.random.randint(4), np.random.rand())
net = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 4))
batch, idx = buf.sample(16)
q = net(batch["obs"])[torch.arange(16), batch["act"]]
td = (q - batch["rew"]).abs()
loss = (batch["w"] * td ** 2).mean()
loss.backward()
buf.prio[idx] = td.detach().numpy() + 1e-6
