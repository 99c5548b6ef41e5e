"""REINFORCE: returns by a loop over numpy rewards, normalised, log-probabilities stacked."""
import numpy as np
import torch
import torch.nn as nn
from torch.distributions import Categorical


class Policy(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.Linear(32, 2), nn.Softmax(dim=-1))

    def forward(self, x):
        return self.net(x)


policy = Policy()
opt = torch.optim.Adam(policy.parameters())
rewards, log_probs = [], []
obs = np.random.randn(4)
for t in range(20):
    probs = policy(torch.from_numpy(obs).float().unsqueeze(0))
    dist = Categorical(probs)
    action = dist.sample()
    log_probs.append(dist.log_prob(action))
    obs = np.random.randn(4)
    rewards.append(np.random.rand())
R, returns = 0, []
for r in rewards[::-1]:
    R = r + 0.99 * R
    returns.insert(0, R)
returns = torch.tensor(returns)
returns = (returns - returns.mean()) / (returns.std() + np.finfo(np.float32).eps.item())
loss = torch.cat(log_probs) * -returns
loss = loss.sum()
opt.zero_grad()
loss.backward()
opt.step()
