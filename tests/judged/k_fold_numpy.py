import numpy as np
import torch
import torch.nn as nn
from torch.utils.data import TensorDataset, DataLoader
np.random.seed(5)
X = np.random.randn(103, 6); w = np.random.randn(6); y = (X @ w + .1 * np.random.randn(103)).astype(np.float32)
idx = np.arange(len(X)); np.random.shuffle(idx)
folds = np.array_split(idx, 5)
scores = []
for k in range(5):
    val = folds[k]
    tr = np.concatenate([folds[j] for j in range(5) if j != k])
    mu, sd = X[tr].mean(0), X[tr].std(0)
    Xt = torch.tensor((X[tr] - mu) / sd, dtype=torch.float32); Xv = torch.tensor((X[val] - mu) / sd, dtype=torch.float32)
    yt = torch.from_numpy(y[tr]).unsqueeze(1); yv = torch.from_numpy(y[val]).unsqueeze(1)
    net = nn.Sequential(nn.Linear(X.shape[1], 12), nn.Tanh(), nn.Linear(12, 1))
    opt = torch.optim.Adam(net.parameters(), 1e-2)
    for _ in range(3):
        for xb, yb in DataLoader(TensorDataset(Xt, yt), batch_size=16, shuffle=True):
            loss = ((net(xb) - yb) ** 2).mean()
            opt.zero_grad(); loss.backward(); opt.step()
    with torch.no_grad():
        scores.append(nn.functional.mse_loss(net(Xv), yv).item())
print(np.mean(scores), np.std(scores))
