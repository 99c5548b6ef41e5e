"""DQN with a replay buffer on a toy environment."""
import random
from collections import deque, namedtuple

import torch
import torch.nn as nn
import torch.nn.functional as F

random.seed(0)
torch.manual_seed(0)
Transition = namedtuple("Transition", ("state", "action", "reward", "next_state", "done"))


class Env:
    def reset(self):
        self.t = 0
        self.s = torch.zeros(4)
        return self.s

    def step(self, action):
        self.t += 1
        self.s = self.s + (0.1 if action == 1 else -0.1)
        return self.s, 1.0, self.t >= 20


class ReplayMemory:
    def __init__(self, capacity):
        self.memory = deque([], maxlen=capacity)

    def push(self, *args):
        self.memory.append(Transition(*args))

    def sample(self, batch_size):
        return random.sample(self.memory, batch_size)

    def __len__(self):
        return len(self.memory)


class DQN(nn.Module):
    def __init__(self, n_obs, n_actions):
        super().__init__()
        self.layer1 = nn.Linear(n_obs, 32)
        self.layer2 = nn.Linear(32, n_actions)

    def forward(self, x):
        return self.layer2(F.relu(self.layer1(x)))


env = Env()
policy, target = DQN(4, 2), DQN(4, 2)
target.load_state_dict(policy.state_dict())
memory = ReplayMemory(500)
optimizer = torch.optim.Adam(policy.parameters(), lr=1e-3)
BATCH, GAMMA, TAU = 16, 0.99, 0.01
eps = 1.0
for episode in range(4):
    state = env.reset()
    done = False
    while not done:
        if random.random() > eps:
            with torch.no_grad():
                action = policy(state.unsqueeze(0)).argmax(1).item()
        else:
            action = random.randrange(2)
        next_state, reward, done = env.step(action)
        memory.push(state, action, reward, next_state, done)
        state = next_state
        if len(memory) >= BATCH:
            batch = Transition(*zip(*memory.sample(BATCH)))
            states = torch.stack(batch.state)
            actions = torch.tensor(batch.action).unsqueeze(1)
            rewards = torch.tensor(batch.reward)
            nexts = torch.stack(batch.next_state)
            dones = torch.tensor(batch.done, dtype=torch.float32)
            q = policy(states).gather(1, actions).squeeze(1)
            with torch.no_grad():
                best = target(nexts).max(1).values
            loss = F.smooth_l1_loss(q, rewards + GAMMA * best * (1 - dones))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    eps *= 0.7
    for tp, pp in zip(target.parameters(), policy.parameters()):
        tp.data.copy_(TAU * pp.data + (1 - TAU) * tp.data)
print(policy(torch.zeros(3, 4)).shape)
