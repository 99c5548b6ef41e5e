"""As before, but the labels are left as floats."""
import numpy as np
import torch
import torch.nn as nn

rng = np.random.default_rng(0)
X = rng.normal(size=(500, 7))
w = rng.normal(size=7)
y = (X @ w > 0).astype(np.float32)
idx = np.arange(len(X))
np.random.shuffle(idx)
train = idx[:400]
xb = torch.tensor(X[train], dtype=torch.float32)
yb = torch.tensor(y[train])
model = nn.Sequential(nn.Linear(7, 32), nn.ReLU(), nn.Linear(32, 2))
criterion = nn.CrossEntropyLoss()
out = model(xb)
loss = criterion(out, yb)
loss.backward()
