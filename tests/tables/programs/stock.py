import numpy as np
import pandas as pd
import torch
import torch.nn as nn
from sklearn.preprocessing import MinMaxScaler
from torch.utils.data import Dataset, DataLoader
data = pd.read_csv("stock.csv")
data = data[["Date", "Close"]]
data["Date"] = pd.to_datetime(data["Date"])


def prepare(df, n_steps):
    df = df.copy()
    df.set_index("Date", inplace=True)
    for i in range(1, n_steps + 1):
        df[f"Close(t-{i})"] = df["Close"].shift(i)
    df.dropna(inplace=True)
    return df


lookback = 7
shifted = prepare(data, lookback).to_numpy()
scaler = MinMaxScaler(feature_range=(-1, 1))
shifted = scaler.fit_transform(shifted)
X = np.flip(shifted[:, 1:], axis=1).copy()
y = shifted[:, 0]
split = int(len(X) * 0.95)
X_train, X_test = X[:split].reshape((-1, lookback, 1)), X[split:].reshape((-1, lookback, 1))
y_train, y_test = y[:split].reshape((-1, 1)), y[split:].reshape((-1, 1))
X_train = torch.tensor(X_train).float()
y_train = torch.tensor(y_train).float()


class Series(Dataset):
    def __init__(self, X, y):
        self.X = X
        self.y = y

    def __len__(self):
        return len(self.X)

    def __getitem__(self, i):
        return self.X[i], self.y[i]


class LSTM(nn.Module):
    def __init__(self, input_size, hidden, layers):
        super().__init__()
        self.hidden, self.layers = hidden, layers
        self.lstm = nn.LSTM(input_size, hidden, layers, batch_first=True)
        self.fc = nn.Linear(hidden, 1)

    def forward(self, x):
        b = x.size(0)
        h0 = torch.zeros(self.layers, b, self.hidden)
        c0 = torch.zeros(self.layers, b, self.hidden)
        out, _ = self.lstm(x, (h0, c0))
        return self.fc(out[:, -1, :])


model = LSTM(1, 4, 1)
opt = torch.optim.Adam(model.parameters(), lr=1e-3)
for epoch in range(2):
    for xb, yb in DataLoader(Series(X_train, y_train), batch_size=16, shuffle=True):
        loss = nn.MSELoss()(model(xb), yb)
        opt.zero_grad()
        loss.backward()
        opt.step()
