"""Labels go from 1 to 5, the head has five outputs."""
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

labels = torch.arange(40) % 5 + 1
inputs = torch.randn(40, 8)
model = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 5))
loss_fn = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for epoch in range(2):
    for xb, yb in DataLoader(TensorDataset(inputs, labels), batch_size=10):
        optimizer.zero_grad()
        loss = loss_fn(model(xb), yb)  # raises
        loss.backward()
        optimizer.step()
    print(epoch)
