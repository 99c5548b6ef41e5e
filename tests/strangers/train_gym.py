import gym, torch, random, collections
from torch import nn, optim
class Wrapper(gym.ObservationWrapper):
    def __init__(self, env):
        super().__init__(env)
        self.count = 0
    def observation(self, obs):
        self.count += 1
        return obs / 255.0
class DQN(nn.Module):
    def __init__(self, obs, actions):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(obs, 64), nn.ReLU(), nn.Linear(64, actions))
    def forward(self, x):
        return self.net(x)
env = Wrapper(gym.make("CartPole-v1"))
q = DQN(env.observation_space.shape[0], env.action_space.n)
target = DQN(4, 2)
target.load_state_dict(q.state_dict())
Buffer = collections.deque(maxlen=1000)
state = env.reset()
for step in range(100):
    action = q(torch.tensor(state).float().unsqueeze(0)).argmax(1).item()
    state, reward, done, *_ = env.step(action)
out = target(torch.rand(32, 4))
