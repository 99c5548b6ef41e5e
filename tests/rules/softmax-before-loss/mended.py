import torch
import torch.nn as nn

model = nn.Sequential(nn.Linear(20, 10))
loss = nn.CrossEntropyLoss()
print(loss(model(torch.randn(8, 20)), torch.zeros(8).long()))
