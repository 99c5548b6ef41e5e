import numpy as np
import pandas as pd
import torch
import torch.nn as nn
df = pd.DataFrame(np.random.randn(120, 6), columns=[f"f{i}" for i in range(6)])
df["y"] = np.random.randint(0, 3, 120)
df["fold"] = np.arange(120) % 4
cols = [c for c in df.columns if c not in ("y", "fold")]
for k in range(4):
    tr, va = df[df.fold != k], df[df.fold == k]
    x = torch.tensor(tr[cols].values, dtype=torch.float32)
    y = torch.tensor(tr["y"].values)
    model = nn.Sequential(nn.Linear(len(cols), 8), nn.ReLU(), nn.Linear(8, df["y"].nunique()))
    loss = nn.functional.cross_entropy(model(x), y)
    loss.backward()
    xv = torch.tensor(va[cols].to_numpy(dtype=np.float32))
    print(k, model(xv).shape)
