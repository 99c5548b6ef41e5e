import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

raw = [
    {"age": 20 + i, "city": ["rome", "oslo", "lima"][i % 3], "income": 1000.0 * i, "buys": i % 2} for i in range(50)
]
cities = sorted({r["city"] for r in raw})
numeric = np.array([[r["age"], r["income"]] for r in raw], dtype=np.float32)
numeric = (numeric - numeric.mean(0)) / (numeric.std(0) + 1e-8)
onehot = np.eye(len(cities), dtype=np.float32)[[cities.index(r["city"]) for r in raw]]
features = np.hstack([numeric, onehot, np.ones((len(raw), 1), dtype=np.float32)])
labels = np.array([r["buys"] for r in raw])
mask = np.zeros(len(raw), dtype=bool)
mask[: int(len(raw) * 0.7)] = True

X, y = torch.tensor(features), torch.tensor(labels)
Xtr, ytr, Xte, yte = X[mask], y[mask], X[~mask], y[~mask]
model = nn.Sequential(nn.Linear(features.shape[1], 8), nn.ReLU(), nn.Linear(8, 2))
optimizer = torch.optim.LBFGS(model.parameters(), max_iter=3)


def closure():
    optimizer.zero_grad()
    loss = F.cross_entropy(model(Xtr), ytr)
    loss.backward()
    return loss


for i in range(2):
    optimizer.step(closure)
print("accuracy", (model(Xte).argmax(1) == yte).float().mean())
