import torch
import torch.nn as nn

model = nn.Linear(20, 1)
loss = nn.MSELoss(reduction="none")(model(torch.randn(8, 20)), torch.randn(8, 1))
loss.backward()
