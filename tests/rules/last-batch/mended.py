import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset

model = nn.Linear(4 * 4, 2)
samples = TensorDataset(torch.randn(100, 4, 4), torch.zeros(100).long())
for images, labels in DataLoader(samples, batch_size=32):
    scores = model(images.view(images.size(0), 16))
    loss = nn.functional.cross_entropy(scores, labels)
