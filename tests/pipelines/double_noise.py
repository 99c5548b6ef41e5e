import numpy as np
import torch
import torch.nn as nn

actor = nn.Sequential(nn.Linear(3, 32), nn.ReLU(), nn.Linear(32, 1), nn.Tanh())
critic = nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.Linear(32, 1))
state = torch.rand(1, 3)
with torch.no_grad():
    noise = 0.1 * np.random.randn(1, 1)
    action = (actor(state) + noise).clamp(-1, 1)
    value = critic(torch.cat([state, action], dim=1))
