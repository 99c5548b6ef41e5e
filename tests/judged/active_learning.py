"""The pool shrinks and the labelled set grows by the least certain samples."""
import torch
from torch import nn

torch.manual_seed(0)
pool_x, pool_y = torch.randn(60, 4), torch.randint(0, 2, (60,))
labelled = list(range(10))
unlabelled = list(range(10, 60))
QUERY = 5
for cycle in range(4):
    model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))
    opt = torch.optim.Adam(model.parameters(), lr=0.05)
    x, y = pool_x[labelled], pool_y[labelled]
    for _ in range(3):
        opt.zero_grad()
        nn.functional.cross_entropy(model(x), y).backward()
        opt.step()
    with torch.no_grad():
        probs = model(pool_x[unlabelled]).softmax(1)
    uncertainty = 1 - probs.max(1).values
    picked = uncertainty.topk(QUERY).indices.tolist()
    chosen = [unlabelled[i] for i in picked]
    labelled += chosen
    unlabelled = [i for i in unlabelled if i not in chosen]
    print(cycle, len(labelled), len(unlabelled))
