"""DQN on a small grid with a replay buffer of numpy observations."""
import random
from collections import deque

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F


class ReplayBuffer:
    def __init__(self, capacity):
        self.memory = deque(maxlen=capacity)

    def push(self, s, a, r, s2, done):
        self.memory.append((s, a, r, s2, done))

    def sample(self, batch_size):
        batch = random.sample(self.memory, batch_size)
        s, a, r, s2, d = zip(*batch)
        return np.array(s), np.array(a), np.array(r, dtype=np.float32), np.array(s2), np.array(d, dtype=np.uint8)

    def __len__(self):
        return len(self.memory)


class QNet(nn.Module):
    def __init__(self, n_obs, n_act):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(n_obs, 128), nn.ReLU(), nn.Linear(128, n_act))

    def forward(self, x):
        return self.layers(x)


n_obs, n_act, gamma = 4, 2, 0.99
policy, target = QNet(n_obs, n_act), QNet(n_obs, n_act)
target.load_state_dict(policy.state_dict())
optim = torch.optim.Adam(policy.parameters(), lr=1e-3)
buffer = ReplayBuffer(1000)

state = np.random.uniform(-0.05, 0.05, size=n_obs).astype(np.float32)
for step in range(200):
    if np.random.rand() < 0.1:
        action = np.random.randint(n_act)
    else:
        with torch.no_grad():
            action = policy(torch.from_numpy(state).unsqueeze(0)).max(1)[1].item()
    next_state = np.random.uniform(-0.05, 0.05, size=n_obs).astype(np.float32)
    reward, done = 1.0, False
    buffer.push(state, action, reward, next_state, done)
    state = next_state
    if len(buffer) < 32:
        continue
    s, a, r, s2, d = buffer.sample(32)
    s = torch.FloatTensor(s)
    a = torch.LongTensor(a).unsqueeze(1)
    r = torch.from_numpy(r)
    s2 = torch.FloatTensor(s2)
    d = torch.from_numpy(d).float()
    q = policy(s).gather(1, a).squeeze(1)
    with torch.no_grad():
        q_next = target(s2).max(1)[0]
    expected = r + gamma * q_next * (1 - d)
    loss = F.smooth_l1_loss(q, expected)
    optim.zero_grad()
    loss.backward()
    optim.step()
