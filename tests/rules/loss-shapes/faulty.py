import torch
import torch.nn as nn

model = nn.Linear(20, 1)
loss = nn.BCEWithLogitsLoss()
scores = model(torch.randn(8, 20))
print(loss(scores, torch.ones(8)))
