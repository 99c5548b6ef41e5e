"""Prioritised replay with weights of importance; n-step returns in a deque."""

import random
from collections import deque

import numpy as np
import torch
import torch.nn as nn


class PER:
    def __init__(self, size, alpha=0.6):
        self.data, self.prio, self.size, self.alpha, self.pos = [], np.zeros(size, dtype=np.float32), size, alpha, 0

    def push(self, *item):
        p = self.prio.max() if self.data else 1.0
        if len(self.data) < self.size:
            self.data.append(item)
        else:
            self.data[self.pos] = item
        self.prio[self.pos] = p
        self.pos = (self.pos + 1) % self.size

    def sample(self, k, beta=0.4):
        prio = self.prio[: len(self.data)] ** self.alpha
        prob = prio / prio.sum()
        idx = np.random.choice(len(self.data), k, p=prob)
        s, a, r, n, d = zip(*[self.data[i] for i in idx])
        w = (len(self.data) * prob[idx]) ** -beta
        return (
            idx,
            torch.stack(s),
            torch.tensor(a),
            torch.tensor(r, dtype=torch.float32),
            torch.stack(n),
            torch.tensor(d, dtype=torch.float32),
            torch.tensor(w / w.max(), dtype=torch.float32),
        )

    def update(self, idx, prio):
        for i, p in zip(idx, prio):
            self.prio[i] = p


net = nn.Sequential(nn.Linear(8, 64), nn.ReLU(), nn.Linear(64, 4))
target = nn.Sequential(nn.Linear(8, 64), nn.ReLU(), nn.Linear(64, 4))
target.load_state_dict(net.state_dict())
opt = torch.optim.Adam(net.parameters(), 1e-3)
memory, window = PER(256), deque(maxlen=3)
state = torch.randn(8)
for step in range(120):
    a = random.randrange(4) if random.random() < 0.2 else int(net(state).argmax())
    nxt, reward, done = torch.randn(8), random.random(), random.random() < 0.05
    window.append((state, a, reward))
    if len(window) == 3:
        ret = sum(r * 0.99**i for i, (_, _, r) in enumerate(window))
        memory.push(window[0][0], window[0][1], ret, nxt, float(done))
    state = torch.randn(8) if done else nxt
    if done:
        window.clear()
    if len(memory.data) >= 32:
        idx, s, act, r, n, d, w = memory.sample(32)
        q = net(s).gather(1, act.unsqueeze(1)).squeeze(1)
        with torch.no_grad():
            goal = r + 0.99**3 * (1 - d) * target(n).max(1)[0]
        td = q - goal
        loss = (w * td.pow(2)).mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
        memory.update(idx, td.detach().abs().numpy() + 1e-5)
    if step % 40 == 0:
        target.load_state_dict(net.state_dict())
print(loss.item())
