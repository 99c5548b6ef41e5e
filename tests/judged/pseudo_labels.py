"""Pseudo-labels: a labelled list, an unlabelled list that shrinks."""
import numpy as np, torch, torch.nn as nn
from torch.utils.data import ConcatDataset, DataLoader, TensorDataset
torch.manual_seed(0); rng = np.random.default_rng(0)
means = rng.normal(0, 3, (3, 5))
def blob(n):
    y = rng.integers(0, 3, n)
    return torch.tensor(means[y] + rng.normal(size=(n, 5)), dtype=torch.float32), torch.from_numpy(y)
xl, yl = blob(30); xu, _ = blob(300); xt, yt = blob(100)
net = nn.Sequential(nn.Linear(5, 32), nn.ReLU(), nn.Linear(32, 3)); opt = torch.optim.Adam(net.parameters(), 5e-3)
parts = [TensorDataset(xl, yl)]
for rnd in range(3):
    net.train()
    for x, y in DataLoader(ConcatDataset(parts), batch_size=16, shuffle=True):
        loss = nn.functional.cross_entropy(net(x), y); opt.zero_grad(); loss.backward(); opt.step()
    net.eval()
    with torch.no_grad():
        conf, guess = net(xu).softmax(1).max(1)
    keep = conf > .8
    if keep.any():
        parts.append(TensorDataset(xu[keep], guess[keep])); xu = xu[~keep]
    print(rnd, int(keep.sum()), (net(xt).argmax(1) == yt).float().mean().item())
    if len(xu) == 0: break
