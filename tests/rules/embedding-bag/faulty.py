import torch
import torch.nn as nn

bag = nn.EmbeddingBag(1000, 32, mode="sum")
words = torch.tensor([4, 8, 15, 16, 23, 42])
weights = torch.ones(3)
print(bag(words, torch.tensor([0, 3]), per_sample_weights=weights).shape)
