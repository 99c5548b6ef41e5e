import numpy as np
import torch
import torch.nn as nn

net = nn.Sequential(nn.Linear(30, 64), nn.ReLU(), nn.Linear(64, 16))
x = torch.randn(48, 30)
labels = np.repeat(np.arange(12), 4)
emb = net(x)
dist = torch.cdist(emb, emb)
triplets = []
for c in np.unique(labels):
    mine = np.where(labels == c)[0]
    other = np.where(labels != c)[0]
    for a, p in zip(mine[:-1], mine[1:]):
        n = other[dist[a, other].argmin().item()]
        triplets.append((a, p, n))
triplets = torch.LongTensor(np.array(triplets))
loss = nn.functional.triplet_margin_loss(emb[triplets[:, 0]], emb[triplets[:, 1]], emb[triplets[:, 2]])
print(triplets.shape, loss.item())
