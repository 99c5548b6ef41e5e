import torch
import torch.nn as nn

model = nn.Linear(20, 3)
scores = model(torch.randn(8, 20)).softmax(dim=1)
print(scores.numpy().shape)
