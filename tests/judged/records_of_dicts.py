"""Predict churn from a list of dict records."""
import numpy as np, torch
from torch import nn
from torch.utils.data import Dataset, DataLoader, random_split
rng = np.random.default_rng(7)
PLANS = ["free", "basic", "pro"]
records = []
for i in range(300):
    plan = PLANS[rng.integers(len(PLANS))]
    records.append({"id": i, "plan": plan, "age": float(rng.normal(40, 12)), "logins": int(rng.poisson(5)), "churn": bool(rng.random() < 0.3)})
ages = np.array([r["age"] for r in records])
mean, std = ages.mean(), ages.std()
class Churn(Dataset):
    def __init__(self, rows):
        self.rows = rows
    def __len__(self):
        return len(self.rows)
    def __getitem__(self, i):
        r = self.rows[i]
        onehot = torch.zeros(len(PLANS)); onehot[PLANS.index(r["plan"])] = 1
        num = torch.tensor([(r["age"] - mean) / std, r["logins"] / 10], dtype=torch.float32)
        return {"x": torch.cat([onehot, num]), "y": torch.tensor(float(r["churn"])), "id": r["id"]}
ds = Churn(records)
tr, va = random_split(ds, [240, 60], generator=torch.Generator().manual_seed(0))
net = nn.Sequential(nn.Linear(5, 16), nn.ReLU(), nn.Linear(16, 1))
opt = torch.optim.SGD(net.parameters(), lr=0.1)
crit = nn.BCEWithLogitsLoss()
for ep in range(3):
    for b in DataLoader(tr, batch_size=32, shuffle=True):
        opt.zero_grad()
        out = net(b["x"]).squeeze(-1)
        loss = crit(out, b["y"])
        loss.backward()
        opt.step()
    with torch.no_grad():
        preds = {int(i): float(p) for b in DataLoader(va, 32) for i, p in zip(b["id"], torch.sigmoid(net(b["x"])).squeeze(-1))}
    print(ep, loss.item(), len(preds))
