"""The targets of the folds have a dimension less than the outputs of the other head."""
import numpy as np
import torch
from torch import nn

X = np.random.rand(90, 8).astype(np.float32)
Y = np.random.rand(90, 3).astype(np.float32)
order = np.random.permutation(90)
for part in np.split(order, 3):
    x, y = torch.tensor(X[part]), torch.tensor(Y[part])
    model = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 2))
    loss = nn.MSELoss()(model(x), y)
    loss.backward()
