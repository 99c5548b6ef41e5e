"""Pictures and masks side by side, of which one is missing."""

import torch
from torch import nn
from torch.utils.data import DataLoader, StackDataset, TensorDataset

pictures, masks = TensorDataset(torch.rand(30, 3, 16, 16)), TensorDataset(torch.rand(29, 1, 16, 16))
both = StackDataset(pictures, masks)  # raises
net = nn.Conv2d(3, 1, 3, padding=1)
for (x,), (y,) in DataLoader(both, batch_size=10):
    loss = nn.functional.mse_loss(net(x), y)
