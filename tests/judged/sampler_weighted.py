import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset, WeightedRandomSampler

torch.manual_seed(0)
X = torch.randn(90, 10)
Y = torch.cat([torch.zeros(80), torch.ones(10)]).long()
counts = torch.bincount(Y)
weights = 1.0 / counts[Y].float()
sampler = WeightedRandomSampler(weights, num_samples=len(Y), replacement=True)
loader = DataLoader(TensorDataset(X, Y), batch_size=20, sampler=sampler, drop_last=True)

clf = nn.Sequential(nn.Linear(10, 16), nn.LeakyReLU(0.1), nn.Linear(16, 1))
bce = nn.BCEWithLogitsLoss(pos_weight=torch.tensor([2.0]))
opt = torch.optim.SGD(clf.parameters(), lr=0.05)
seen = torch.zeros(2, dtype=torch.long)
for epoch in range(3):
    for xb, yb in loader:
        opt.zero_grad()
        out = clf(xb).squeeze(1)
        loss = bce(out, yb.float())
        loss.backward()
        opt.step()
        seen += torch.bincount(yb, minlength=2)
print(seen, len(loader))
