#!/usr/bin/env python
# coding: utf-8

# # Household electricity: forecasting the next 12 hours with an LSTM

# In[1]:


import numpy as np
import torch
from torch import nn
from torch.utils.data import TensorDataset, DataLoader

np.random.seed(1)
torch.manual_seed(1)


# In[2]: fake four weeks of hourly data: load, temperature, is_weekend


hours = np.arange(24 * 28)
temperature = 12 + 6 * np.sin(2 * np.pi * (hours - 9) / 24) + np.random.randn(len(hours))
weekend = ((hours // 24) % 7 >= 5).astype(float)
load = 1.5 + 0.6 * np.sin(2 * np.pi * hours / 24) + 0.3 * weekend - 0.02 * temperature + 0.05 * np.random.randn(len(hours))
data = np.stack([load, temperature, weekend], axis=1)
data.shape


# In[3]: split by time, scale with the training statistics only


split = int(len(data) * 0.8)
train_raw, test_raw = data[:split], data[split:]
mean = train_raw.mean(axis=0)
std = train_raw.std(axis=0)
train = (train_raw - mean) / std
test = (test_raw - mean) / std


# In[4]: windows


LOOKBACK = 36
HORIZON = 12


def make_windows(series, lookback, horizon):
    X, Y = [], []
    for i in range(len(series) - lookback - horizon + 1):
        X.append(series[i:i + lookback])
        Y.append(series[i + lookback:i + lookback + horizon, 0])
    return np.array(X), np.array(Y)


X_train, y_train = make_windows(train, LOOKBACK, HORIZON)
X_test, y_test = make_windows(test, LOOKBACK, HORIZON)
print(X_train.shape, y_train.shape, X_test.shape, y_test.shape)


# In[5]:


X_train = torch.tensor(X_train, dtype=torch.float32)
y_train = torch.tensor(y_train, dtype=torch.float32)
X_test = torch.tensor(X_test, dtype=torch.float32)
y_test = torch.tensor(y_test, dtype=torch.float32)

batch_size = 64
train_dl = DataLoader(TensorDataset(X_train, y_train), batch_size=batch_size, shuffle=True, drop_last=True)
test_dl = DataLoader(TensorDataset(X_test, y_test), batch_size=batch_size, shuffle=False)


# In[6]:


class LoadForecaster(nn.Module):
    def __init__(self, n_features, hidden_size, num_layers, horizon):
        super().__init__()
        self.hidden_size = hidden_size
        self.num_layers = num_layers
        self.lstm = nn.LSTM(n_features, hidden_size, num_layers, batch_first=True, dropout=0.1)
        self.linear = nn.Linear(hidden_size, horizon)

    def init_hidden(self, batch_size):
        h0 = torch.zeros(self.num_layers, batch_size, self.hidden_size)
        c0 = torch.zeros(self.num_layers, batch_size, self.hidden_size)
        return h0, c0

    def forward(self, x):
        hidden = self.init_hidden(x.size(0))
        out, _ = self.lstm(x, hidden)
        return self.linear(out[:, -1])


model = LoadForecaster(n_features=3, hidden_size=16, num_layers=2, horizon=HORIZON)
loss_fn = nn.MSELoss()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)


# In[7]:


history = {"train": [], "test": []}
for epoch in range(3):
    model.train()
    running = []
    for xb, yb in train_dl:
        pred = model(xb)
        loss = loss_fn(pred, yb)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        running.append(loss.item())
    model.eval()
    with torch.no_grad():
        test_loss = sum(loss_fn(model(xb), yb).item() * len(xb) for xb, yb in test_dl) / len(X_test)
    history["train"].append(np.mean(running))
    history["test"].append(test_loss)
    print(epoch, history["train"][-1], history["test"][-1])


# In[8]: back to kWh; only the load column has to be un-scaled


preds = []
model.eval()
for xb, _ in test_dl:
    preds.append(model(xb).detach().numpy())
preds = np.concatenate(preds, axis=0)
preds_kwh = preds * std[0] + mean[0]
actual_kwh = y_test.numpy() * std[0] + mean[0]

mae_by_hour = np.abs(preds_kwh - actual_kwh).mean(axis=0)
for h, err in zip(range(1, HORIZON + 1), mae_by_hour):
    print("t+%2d: %.3f kWh" % (h, err))

# naive baseline: same hour yesterday
naive = X_test[:, -24:-24 + HORIZON, 0].numpy() * std[0] + mean[0]
print("naive", np.abs(naive - actual_kwh).mean(), "lstm", np.abs(preds_kwh - actual_kwh).mean())


# In[9]: forecast from the very last window


last = torch.tensor(test[-LOOKBACK:], dtype=torch.float32).unsqueeze(0)
with torch.no_grad():
    future = model(last).squeeze(0).numpy()
print((future * std[0] + mean[0]).round(2))
