"""Class weights from counts, a weighted sampler's weights, and a weighted loss."""
import numpy as np
import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset, WeightedRandomSampler

labels = np.array([0] * 70 + [1] * 20 + [2] * 10)
features = np.random.randn(100, 12).astype("float32")
classes, counts = np.unique(labels, return_counts=True)
weights = 1.0 / counts
weights = weights / weights.sum() * len(classes)
class_weights = torch.tensor(weights, dtype=torch.float)
sample_weights = class_weights[torch.from_numpy(labels)]
sampler = WeightedRandomSampler(sample_weights, num_samples=len(sample_weights))
loader = DataLoader(TensorDataset(torch.from_numpy(features), torch.from_numpy(labels)), batch_size=20, sampler=sampler)
model = nn.Sequential(nn.Linear(12, 32), nn.ReLU(), nn.Linear(32, len(classes)))
criterion = nn.CrossEntropyLoss(weight=class_weights)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for x, y in loader:
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    optimizer.step()
