import numpy as np
import pandas as pd
import torch
import torch.nn as nn
rng = np.random.default_rng(0)
n = 200
df = pd.DataFrame({"rooms": rng.integers(1, 8, n), "area": rng.normal(90, 20, n), "age": rng.integers(0, 80, n), "city": rng.choice(["a", "b", "c"], n)})
df["price"] = df["area"] * 3000 + df["rooms"] * 10000
df = pd.get_dummies(df, columns=["city"], dtype=float)
train = df.sample(frac=0.8, random_state=0)
test = df.drop(train.index)
target = "price"
X_train, y_train = train.drop(columns=[target]), train[target]
mean, std = X_train.mean(), X_train.std()
X_train = (X_train - mean) / std
X = torch.tensor(X_train.values, dtype=torch.float32)
y = torch.tensor(y_train.values, dtype=torch.float32).unsqueeze(1)
print(X.shape, y.shape, len(test))
model = nn.Sequential(nn.Linear(X.shape[1], 32), nn.ReLU(), nn.Linear(32, 1))
opt = torch.optim.Adam(model.parameters())
for i in range(3):
    opt.zero_grad()
    nn.functional.mse_loss(model(X), y).backward()
    opt.step()
