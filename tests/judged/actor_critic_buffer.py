import numpy as np
import torch
from torch import nn

rng = np.random.default_rng(0)


class RolloutBuffer:
    def __init__(self, steps, n_envs, obs_dim):
        self.obs = np.zeros((steps, n_envs, obs_dim), dtype=np.float32)
        self.actions = np.zeros((steps, n_envs), dtype=np.int64)
        self.rewards = np.zeros((steps, n_envs), dtype=np.float32)
        self.values = np.zeros((steps + 1, n_envs), dtype=np.float32)
        self.pos = 0

    def add(self, obs, actions, rewards, values):
        self.obs[self.pos] = obs
        self.actions[self.pos] = actions
        self.rewards[self.pos] = rewards
        self.values[self.pos] = values
        self.pos += 1

    def returns(self, gamma=0.9):
        out = np.zeros_like(self.rewards)
        running = self.values[-1]
        for t in reversed(range(len(self.rewards))):
            running = self.rewards[t] + gamma * running
            out[t] = running
        return out


class ActorCritic(nn.Module):
    def __init__(self, obs_dim, n_actions):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(obs_dim, 32), nn.Tanh())
        self.pi = nn.Linear(32, n_actions)
        self.v = nn.Linear(32, 1)

    def forward(self, obs):
        h = self.body(obs)
        return self.pi(h), self.v(h).squeeze(-1)


STEPS, ENVS = 8, 6
net = ActorCritic(5, 3)
optim = torch.optim.Adam(net.parameters())
obs = rng.normal(size=(ENVS, 5)).astype(np.float32)
for update in range(3):
    buf = RolloutBuffer(STEPS, ENVS, 5)
    for _ in range(STEPS):
        with torch.no_grad():
            logits, value = net(torch.as_tensor(obs))
        action = torch.distributions.Categorical(logits=logits).sample().numpy()
        buf.add(obs, action, rng.random(ENVS), value.numpy())
        obs = rng.normal(size=(ENVS, 5)).astype(np.float32)
    returns = torch.from_numpy(buf.returns()).reshape(-1)
    flat_obs = torch.from_numpy(buf.obs).reshape(-1, 5)
    flat_act = torch.from_numpy(buf.actions).reshape(-1)
    order = torch.randperm(STEPS * ENVS)
    for chunk in order.split(16):
        logits, value = net(flat_obs[chunk])
        dist = torch.distributions.Categorical(logits=logits)
        adv = (returns[chunk] - value).detach()
        loss = -(dist.log_prob(flat_act[chunk]) * adv).mean() + nn.functional.mse_loss(value, returns[chunk])
        optim.zero_grad()
        loss.backward()
        optim.step()
