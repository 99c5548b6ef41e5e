"""Two data sets end to end whose pictures have unlike sizes, met in one batch."""

import torch
from torch import nn
from torch.utils.data import ConcatDataset, DataLoader, TensorDataset

small, large = TensorDataset(torch.rand(5, 1, 28, 28)), TensorDataset(torch.rand(20, 1, 32, 32))
net = nn.Conv2d(1, 4, 3)
for (pictures,) in DataLoader(ConcatDataset([small, large]), batch_size=8):  # raises
    net(pictures)
