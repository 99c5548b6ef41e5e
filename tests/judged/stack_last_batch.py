"""Predictions of all batches are stacked, though the last batch is smaller."""
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

model = nn.Linear(4, 2)
data = TensorDataset(torch.randn(25, 4))
preds = []
with torch.no_grad():
    for (x,) in DataLoader(data, batch_size=10):
        preds.append(model(x))
print(len(preds))
preds = torch.stack(preds)  # raises
print(preds.mean(0))
scale = nn.Linear(2, 2)
print(scale(preds))
