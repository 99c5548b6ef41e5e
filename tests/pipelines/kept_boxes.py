import numpy as np
import torch
import torch.nn as nn

scores = torch.rand(100)
boxes = torch.rand(100, 4)
keep = np.where(scores.numpy() > 0.5)[0]
kept = boxes[keep]
order = scores[keep].argsort(descending=True)
kept = kept[order]
areas = (kept[:, 2] - kept[:, 0]) * (kept[:, 3] - kept[:, 1])
x1 = torch.max(kept[:, None, 0], kept[None, :, 0])
head = nn.Linear(4, 2)
print(head(kept).shape, x1.shape, torch.stack([areas, scores[keep]], dim=1).shape)
bad = nn.Linear(5, 2)(torch.cat([kept, areas], dim=1))
