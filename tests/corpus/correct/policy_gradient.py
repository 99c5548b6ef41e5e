import torch
import torch.nn as nn


class ActorCritic(nn.Module):
    def __init__(self, observation=4, actions=2, hidden=32):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(observation, hidden), nn.Tanh())
        self.actor = nn.Linear(hidden, actions)
        self.critic = nn.Linear(hidden, 1)

    def forward(self, state):
        h = self.body(state)
        return torch.softmax(self.actor(h), dim=-1), self.critic(h)


agent = ActorCritic()
states = torch.randn(10, 4)
returns = torch.randn(10)
actions = torch.randint(0, 2, (10,))
probs, values = agent(states)
log_probs = torch.log(probs.gather(1, actions.unsqueeze(1))).squeeze(1)
advantage = returns - values.squeeze(1)
policy_loss = -(log_probs * advantage.detach()).mean()
value_loss = nn.functional.mse_loss(values.squeeze(1), returns)
(policy_loss + value_loss).backward()
