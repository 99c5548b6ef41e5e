import os
import sys

import numpy as np
import pandas as pd
import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset

path = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "prices.csv")
frame = pd.read_csv(path)
frame = frame.dropna()
columns = [c for c in frame.columns if c != "price"]
mean, std = frame[columns].mean(), frame[columns].std()
features = ((frame[columns] - mean) / std).values.astype(np.float32)
prices = frame["price"].values.astype(np.float32)
split = int(0.8 * len(features))
train_set = TensorDataset(torch.tensor(features[:split]), torch.tensor(prices[:split]).unsqueeze(1))
loader = DataLoader(train_set, batch_size=16, shuffle=True)

model = nn.Sequential(nn.Linear(len(columns), 32), nn.ReLU(), nn.Linear(32, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
history = {"loss": []}
for epoch in range(20):
    total = 0.0
    for x, y in loader:
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
    history["loss"].append(total / len(train_set))
    if epoch % 5 == 4:
        print(f"epoch {epoch + 1:3d}: {history['loss'][epoch]:.4f} (best {min(history['loss']):.4f})")
print("improved by", history["loss"][0] - history["loss"][19], "last five", history["loss"][-5])
worst = sorted(zip(prices, features), key=lambda pair: -pair[0])[0]
print(worst[0], columns[0], list(mean)[len(columns) - 1])
