import numpy as np
import pandas as pd
import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset, WeightedRandomSampler
df = pd.DataFrame({"a": np.random.rand(60), "b": np.random.rand(60), "label": np.random.choice([0, 1, 2], 60, p=[.7, .2, .1])})
counts = df["label"].value_counts().sort_index()
weights = 1.0 / torch.tensor([20.0, 20.0, 20.0])
sample_w = weights[torch.tensor(df["label"].values)]
sampler = WeightedRandomSampler(sample_w, len(sample_w), replacement=True)
ds = TensorDataset(torch.tensor(df[["a", "b"]].values, dtype=torch.float32), torch.tensor(df["label"].values))
model = nn.Linear(2, 3)
crit = nn.CrossEntropyLoss(weight=weights)
for x, y in DataLoader(ds, batch_size=12, sampler=sampler):
    crit(model(x), y).backward()
