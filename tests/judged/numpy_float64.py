"""The array stays float64."""
import numpy as np
import torch
import torch.nn as nn

rows = np.loadtxt if False else np.random.rand(50, 6)
targets = rows @ np.array([1.0, 2.0, 0.0, -1.0, 0.5, 3.0])
split = int(0.8 * len(rows))
x_train, x_test = rows[:split], rows[split:]
y_train, y_test = targets[:split], targets[split:]
x_train = (x_train - x_train.mean(0)) / x_train.std(0)

net = nn.Sequential(nn.Linear(6, 12), nn.ReLU(), nn.Linear(12, 1))
optimizer = torch.optim.SGD(net.parameters(), lr=1e-2)
for epoch in range(5):
    for i in range(0, split, 10):
        xb = torch.from_numpy(x_train[i : i + 10])
        yb = torch.from_numpy(y_train[i : i + 10])
        loss = ((net(xb).squeeze() - yb) ** 2).mean()  # raises
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
