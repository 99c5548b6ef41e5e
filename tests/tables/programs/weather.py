import numpy as np
import pandas as pd
import torch
import torch.nn as nn
from torch.utils.data import Dataset, DataLoader
df = pd.read_csv("weather.csv", parse_dates=["time"], index_col="time")
df = df[["temp", "hum", "wind"]].interpolate().dropna()
n = len(df)
train_df, val_df = df[0:int(n * 0.7)], df[int(n * 0.7):]
mean, std = train_df.mean(), train_df.std()
train_df = (train_df - mean) / std
val_df = (val_df - mean) / std


class Windows(Dataset):
    def __init__(self, frame, width):
        self.data = torch.tensor(frame.values, dtype=torch.float32)
        self.width = width

    def __len__(self):
        return len(self.data) - self.width

    def __getitem__(self, i):
        return self.data[i:i + self.width], self.data[i + self.width, 0]


class Net(nn.Module):
    def __init__(self, n_features):
        super().__init__()
        self.gru = nn.GRU(n_features, 16, batch_first=True)
        self.out = nn.Linear(16, 1)

    def forward(self, x):
        _, h = self.gru(x)
        return self.out(h[-1]).squeeze(-1)


net = Net(train_df.shape[1])
for x, y in DataLoader(Windows(train_df, 12), batch_size=8, shuffle=True):
    nn.functional.mse_loss(net(x), y).backward()
