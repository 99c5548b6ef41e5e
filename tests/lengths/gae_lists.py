"""A2C with lists and generalised advantages."""

import numpy as np
import torch
import torch.nn as nn
from torch.distributions import Categorical

torch.manual_seed(0)


class AC(nn.Module):
    def __init__(self, obs, acts):
        super().__init__()
        self.shared = nn.Sequential(nn.Linear(obs, 64), nn.Tanh())
        self.pi = nn.Linear(64, acts)
        self.v = nn.Linear(64, 1)

    def forward(self, x):
        h = self.shared(x)
        return Categorical(logits=self.pi(h)), self.v(h).squeeze(-1)


def gae(rewards, values, dones, last, gamma=0.99, lam=0.95):
    adv, running = [], 0
    values = values + [last]
    for t in reversed(range(len(rewards))):
        delta = rewards[t] + gamma * values[t + 1] * (1 - dones[t]) - values[t]
        running = delta + gamma * lam * (1 - dones[t]) * running
        adv.insert(0, running)
    return torch.stack(adv)


n_envs, n_steps = 4, 16
net = AC(6, 3)
opt = torch.optim.RMSprop(net.parameters(), 7e-4)
obs = torch.randn(n_envs, 6)
for update in range(4):
    log_probs, values, rewards, dones, entropies = [], [], [], [], []
    for _ in range(n_steps):
        dist, value = net(obs)
        action = dist.sample()
        log_probs.append(dist.log_prob(action))
        values.append(value)
        entropies.append(dist.entropy())
        rewards.append(torch.from_numpy(np.random.randn(n_envs)).float())
        dones.append(torch.from_numpy((np.random.rand(n_envs) < 0.05).astype(np.float32)))
        obs = obs + 0.1 * torch.randn(n_envs, 6)
    with torch.no_grad():
        _, last = net(obs)
    advantages = gae(rewards, [v.detach() for v in values], dones, last)
    returns = advantages + torch.stack(values).detach()
    lp, vs, ent = torch.stack(log_probs), torch.stack(values), torch.stack(entropies)
    loss = -(lp * advantages).mean() + 0.5 * (returns - vs).pow(2).mean() - 0.01 * ent.mean()
    opt.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(net.parameters(), 0.5)
    opt.step()
    print(update, loss.item())
