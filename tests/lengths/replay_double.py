"""Double DQN with a replay buffer of arrays."""

import random

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F


class Buffer:
    def __init__(self, size, dim):
        self.s = np.zeros((size, dim), dtype=np.float32)
        self.a = np.zeros(size, dtype=np.int64)
        self.r = np.zeros(size, dtype=np.float32)
        self.n = np.zeros((size, dim), dtype=np.float32)
        self.d = np.zeros(size, dtype=np.float32)
        self.size, self.at, self.full = size, 0, False

    def add(self, s, a, r, n, d):
        i = self.at
        self.s[i], self.a[i], self.r[i], self.n[i], self.d[i] = s, a, r, n, d
        self.at = (self.at + 1) % self.size
        self.full = self.full or self.at == 0

    def __len__(self):
        return self.size if self.full else self.at

    def sample(self, k):
        idx = np.random.randint(0, len(self), size=k)
        return [torch.as_tensor(x[idx]) for x in (self.s, self.a, self.r, self.n, self.d)]


class Env:
    def reset(self):
        self.x = np.random.randn(4).astype(np.float32)
        self.t = 0
        return self.x

    def step(self, action):
        self.t += 1
        self.x = self.x + 0.1 * np.random.randn(4).astype(np.float32)
        reward = float(-abs(self.x[0]) + action * 0.1)
        return self.x, reward, self.t >= 20 or abs(self.x[0]) > 3


class Q(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU())
        self.value = nn.Linear(32, 1)
        self.adv = nn.Linear(32, 2)

    def forward(self, x):
        h = self.body(x)
        v, a = self.value(h), self.adv(h)
        return v + a - a.mean(dim=1, keepdim=True)


q, target = Q(), Q()
target.load_state_dict(q.state_dict())
opt = torch.optim.Adam(q.parameters(), 1e-3)
buffer, env = Buffer(500, 4), Env()
step = 0
for episode in range(6):
    s, done, ret = env.reset(), False, 0.0
    while not done:
        if random.random() < 0.1:
            a = random.randint(0, 1)
        else:
            with torch.no_grad():
                a = q(torch.from_numpy(s).unsqueeze(0)).argmax(dim=1).item()
        n, r, done = env.step(a)
        buffer.add(s, a, r, n, float(done))
        s, ret, step = n, ret + r, step + 1
        if len(buffer) >= 16:
            bs, ba, br, bn, bd = buffer.sample(16)
            pred = q(bs).gather(1, ba.unsqueeze(1)).squeeze(1)
            with torch.no_grad():
                best = q(bn).argmax(1, keepdim=True)
                goal = br + 0.99 * (1 - bd) * target(bn).gather(1, best).squeeze(1)
            loss = F.smooth_l1_loss(pred, goal)
            opt.zero_grad()
            loss.backward()
            opt.step()
        if step % 50 == 0:
            target.load_state_dict(q.state_dict())
    print(episode, ret)
