import torch
import torch.nn as nn

trained = nn.Sequential(nn.Linear(20, 8), nn.ReLU(), nn.Linear(8, 10))

model = nn.Sequential(nn.Linear(20, 8), nn.ReLU(), nn.Linear(8, 3))
model.load_state_dict(trained.state_dict())
