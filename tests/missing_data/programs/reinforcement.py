import random
from collections import deque, namedtuple

import torch
import torch.nn as nn
import torch.optim as optim

try:
    import gymnasium as gym
except ImportError:
    gym = None

Transition = namedtuple("Transition", ("state", "action", "next_state", "reward"))


class Corridor:
    """What stands in for an environment where none is installed."""

    def reset(self):
        self.place = random.randint(-3, 3)
        return [float(self.place), 1.0, 0.0, 0.0], {}

    def step(self, action):
        self.place += 1 if action else -1
        return [float(self.place), 1.0, 0.0, 0.0], 1.0, abs(self.place) > 5, False, {}


class Memory:
    def __init__(self, size):
        self.kept = deque([], maxlen=size)

    def push(self, *args):
        self.kept.append(Transition(*args))

    def sample(self, n):
        return random.sample(self.kept, n)

    def __len__(self):
        return len(self.kept)


env = gym.make("CartPole-v1") if gym is not None else Corridor()
policy, target = [nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.Linear(32, 2)) for _ in range(2)]
target.load_state_dict(policy.state_dict())
optimizer = optim.AdamW(policy.parameters(), lr=1e-3, amsgrad=True)
memory, durations, epsilon = Memory(500), [], 0.9
for episode in range(6):
    state, _ = env.reset()
    state = torch.tensor(state, dtype=torch.float32).unsqueeze(0)
    for t in range(25):
        if random.random() > epsilon:
            with torch.no_grad():
                action = policy(state).max(1).indices.view(1, 1)
        else:
            action = torch.tensor([[random.randrange(2)]])
        observed, reward, done, truncated, _ = env.step(action.item())
        following = torch.tensor(observed, dtype=torch.float32).unsqueeze(0)
        memory.push(state, action, following, torch.tensor([reward]))
        state = following
        if len(memory) >= 8:
            batch = Transition(*zip(*memory.sample(8)))
            values = policy(torch.cat(batch.state)).gather(1, torch.cat(batch.action))
            with torch.no_grad():
                wanted = torch.cat(batch.reward) + 0.99 * target(torch.cat(batch.next_state)).max(1).values
            loss = nn.functional.smooth_l1_loss(values, wanted.unsqueeze(1))
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_value_(policy.parameters(), 100)
            optimizer.step()
            soft, own = target.state_dict(), policy.state_dict()
            for key in own:
                soft[key] = own[key] * 0.005 + soft[key] * 0.995
            target.load_state_dict(soft)
        if done or truncated:
            break
    epsilon *= 0.9
    durations.append(t + 1)
means = [sum(durations[max(0, i - 2) : i + 1]) / len(durations[max(0, i - 2) : i + 1]) for i in range(len(durations))]
print(durations[5], means[-1], len(memory), memory.kept[0].action.shape)
