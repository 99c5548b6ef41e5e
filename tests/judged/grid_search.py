import itertools

import torch
import torch.nn as nn

torch.manual_seed(0)
X, Y = torch.randn(48, 10), torch.randint(0, 3, (48,))
grid = {"hidden": [8, 16], "depth": [1, 3], "dropout": [0.0, 0.5]}


def build(hidden, depth, dropout):
    layers, width = [], 10
    for _ in range(depth):
        layers.append(nn.Linear(width, hidden))
        layers.append(nn.ReLU())
        if dropout > 0:
            layers.append(nn.Dropout(dropout))
        width = hidden
    layers.append(nn.Linear(width, 3))
    return nn.Sequential(*layers)


results = []
for values in itertools.product(*grid.values()):
    params = dict(zip(grid.keys(), values))
    model = build(**params)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for epoch in range(2):
        for i in range(0, 36, 12):
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(X[i : i + 12]), Y[i : i + 12])
            loss.backward()
            optimizer.step()
    model.eval()
    accuracy = (model(X[36:]).argmax(1) == Y[36:]).float().mean().item()
    results.append((accuracy, params))
results.sort(key=lambda r: -r[0])
best = results[0][1]
final = build(**best)
print(best, final(X).shape)
