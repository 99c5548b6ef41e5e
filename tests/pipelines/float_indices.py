"""Indices of the nearest prototypes are kept as floats."""
import numpy as np
import torch
import torch.nn as nn

prototypes = np.random.rand(7, 16)
points = np.random.rand(40, 16)
nearest = np.array([np.linalg.norm(prototypes - p, axis=1).argmin() for p in points], dtype=float)
table = nn.Embedding(7, 24)
vectors = table(torch.from_numpy(nearest))
print(vectors.shape)
