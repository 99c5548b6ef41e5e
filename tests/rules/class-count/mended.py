import torch
import torch.nn as nn

model = nn.Linear(20, 10)
digits = torch.arange(10)
print(nn.CrossEntropyLoss()(model(torch.randn(10, 20)), digits))
