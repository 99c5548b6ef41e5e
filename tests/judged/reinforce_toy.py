import torch
import torch.nn as nn
from torch.distributions import Categorical

torch.manual_seed(2)


class Policy(nn.Module):
    def __init__(self):
        super().__init__()
        self.affine1 = nn.Linear(3, 24)
        self.affine2 = nn.Linear(24, 2)
        self.saved_log_probs = []
        self.rewards = []

    def forward(self, x):
        x = torch.relu(self.affine1(x))
        return torch.softmax(self.affine2(x), dim=1)


policy = Policy()
optimizer = torch.optim.Adam(policy.parameters(), lr=1e-2)


def select_action(state):
    probs = policy(state.unsqueeze(0))
    m = Categorical(probs)
    action = m.sample()
    policy.saved_log_probs.append(m.log_prob(action))
    return action.item()


def finish_episode():
    R, returns = 0, []
    for r in policy.rewards[::-1]:
        R = r + 0.99 * R
        returns.insert(0, R)
    returns = torch.tensor(returns)
    returns = (returns - returns.mean()) / (returns.std() + 1e-6)
    loss = [-lp * r for lp, r in zip(policy.saved_log_probs, returns)]
    optimizer.zero_grad()
    torch.cat(loss).sum().backward()
    optimizer.step()
    del policy.rewards[:]
    del policy.saved_log_probs[:]


for i_episode in range(5):
    state = torch.zeros(3)
    for t in range(1, 15):
        action = select_action(state)
        state = state + torch.tensor([0.1, -0.1, 0.0]) * (1 if action else -1)
        policy.rewards.append(float(-state.abs().sum()))
    finish_episode()
print("done")
