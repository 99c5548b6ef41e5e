import torch
import torch.nn as nn
import torch.nn.functional as F


class Tower(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in zip(sizes, sizes[1:]))

    def forward(self, x):
        for i, layer in enumerate(self.layers):
            x = layer(x)
            if i < len(self.layers) - 1:
                x = F.relu(x)
        return F.normalize(x, dim=-1)


query, document = Tower([10, 32, 16]), Tower([20, 64, 32])
optimizer = torch.optim.Adam(list(query.parameters()) + list(document.parameters()))
for step in range(5):
    q, d = torch.randn(12, 10), torch.randn(12, 20)
    scores = query(q) @ document(d).T  # raises
    loss = F.cross_entropy(scores / 0.1, torch.arange(12))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
