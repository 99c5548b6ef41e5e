"""Forecasting from a table, with windows made by numpy."""
import numpy as np
import torch
from torch import nn

rng = np.random.RandomState(4)
series = np.cumsum(rng.randn(300, 3), axis=0)
train, test = series[:240], series[240:]
mean, std = train.mean(axis=0), train.std(axis=0)
train, test = (train - mean) / std, (test - mean) / std


def windows(a, lookback=12, horizon=2):
    X, y = [], []
    for i in range(len(a) - lookback - horizon + 1):
        X.append(a[i : i + lookback])
        y.append(a[i + lookback : i + lookback + horizon, 0])
    return np.array(X, dtype=np.float32), np.array(y, dtype=np.float32)


X_train, y_train = windows(train)
X_test, y_test = windows(test)
print(X_train.shape, y_train.shape, X_test.shape)


class Forecaster(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.LSTM(3, 20, 2, batch_first=True, dropout=0.1)
        self.linear = nn.Linear(20, 2)

    def forward(self, x):
        h0 = torch.zeros(2, x.size(0), 20)
        c0 = torch.zeros(2, x.size(0), 20)
        out, _ = self.rnn(x, (h0, c0))
        return self.linear(out[:, -1, :])


model, criterion = Forecaster(), nn.L1Loss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
batch = 64
for epoch in range(2):
    perm = np.random.permutation(len(X_train))
    for b in range(0, len(perm), batch):
        idx = perm[b : b + batch]
        optimizer.zero_grad()
        loss = criterion(model(torch.tensor(X_train[idx])), torch.tensor(y_train[idx]))
        loss.backward()
        optimizer.step()
with torch.no_grad():
    pred = model(torch.from_numpy(X_test)).numpy()
rmse = np.sqrt(((pred - y_test) ** 2).mean())
print(f"rmse {rmse:.3f}")
