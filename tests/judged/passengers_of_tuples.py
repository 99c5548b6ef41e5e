# %% titanic from a list of tuples
import torch, numpy as np
from torch import nn
people = [("Allen, Miss. Elisabeth", "female", 29, 211.3, "S", 1), ("Allison, Master. Hudson", "male", .9, 151.5, "S", 1), ("Braund, Mr. Owen", "male", 22, 7.25, "S", 0), ("Cumings, Mrs. John", "female", 38, 71.3, "C", 1), ("Moran, Mr. James", "male", None, 8.5, "Q", 0)] * 20
# %% features
titles = sorted({n.split(',')[1].split('.')[0].strip() for n, *_ in people})
ports = list(dict.fromkeys(p[4] for p in people))
ages = [p[2] for p in people if p[2] is not None]
med = sorted(ages)[len(ages) // 2]
def feats(p):
    name, sex, age, fare, port, _ = p
    t = [0.] * len(titles); t[titles.index(name.split(',')[1].split('.')[0].strip())] = 1.
    q = [float(port == c) for c in ports]
    return [sex == 'female', (age if age is not None else med) / 80, np.log1p(fare)] + t + q
X = torch.tensor([feats(p) for p in people], dtype=torch.float32)
y = torch.tensor([p[-1] for p in people])
print(X.shape)
# %% model
m = nn.Sequential(nn.Linear(X.shape[1], 16), nn.ReLU(), nn.Dropout(.3), nn.Linear(16, 2))
o = torch.optim.Adam(m.parameters(), 1e-2)
for e in range(10):
    perm = torch.randperm(len(X))
    for i in perm.split(25):
        l = nn.functional.cross_entropy(m(X[i]), y[i]); o.zero_grad(); l.backward(); o.step()
m.eval()
print((m(X).argmax(1) == y).float().mean().item())
