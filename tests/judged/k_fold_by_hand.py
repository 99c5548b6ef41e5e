import numpy as np
import torch
import torch.nn as nn
import torch.optim as optim

np.random.seed(3)
torch.manual_seed(3)
X = np.random.rand(101, 9).astype("float32")
y = (X.sum(axis=1) > 4.5).astype("int64")
K = 5


def make_model():
    return nn.Sequential(nn.Linear(9, 20), nn.ReLU(), nn.Dropout(0.2), nn.Linear(20, 2))


indices = np.arange(len(X))
folds = np.array_split(indices, K)
scores = []
for k in range(K):
    test_idx = folds[k]
    train_idx = np.concatenate([folds[j] for j in range(K) if j != k])
    model = make_model()
    opt = optim.Adam(model.parameters(), lr=1e-2)
    crit = nn.CrossEntropyLoss()
    xt, yt = torch.from_numpy(X[train_idx]), torch.from_numpy(y[train_idx])
    xv, yv = torch.from_numpy(X[test_idx]), torch.from_numpy(y[test_idx])
    for epoch in range(3):
        model.train()
        for start in range(0, len(xt), 32):
            xb, yb = xt[start : start + 32], yt[start : start + 32]
            opt.zero_grad()
            crit(model(xb), yb).backward()
            opt.step()
    model.eval()
    with torch.no_grad():
        pred = model(xv).argmax(1)
        scores.append((pred == yv).float().mean().item())
print("mean", np.mean(scores), "std", np.std(scores))
