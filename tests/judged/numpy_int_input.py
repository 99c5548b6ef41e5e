import numpy as np
import torch
import torch.nn as nn

table = np.array([[i, i * 2, i % 5] for i in range(30)])
labels = np.array([i % 2 for i in range(30)])
model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
n_batches = len(table) // 10
for epoch in range(3):
    running = 0.0
    for b in range(n_batches):
        inputs = torch.tensor(table[b * 10 : (b + 1) * 10])
        targets = torch.tensor(labels[b * 10 : (b + 1) * 10])
        optimizer.zero_grad()
        outputs = model(inputs)  # raises
        loss = criterion(outputs, targets)
        loss.backward()
        optimizer.step()
        running += loss.item()
