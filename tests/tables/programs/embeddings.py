import numpy as np
import pandas as pd
import torch
import torch.nn as nn
from torch.utils.data import Dataset, DataLoader
from sklearn.preprocessing import LabelEncoder

df = pd.DataFrame({
    "shop": np.random.choice(["north", "south", "east", "west"], 300),
    "day": np.random.choice(["mon", "tue", "wed", "thu", "fri", "sat", "sun"], 300),
    "price": np.random.rand(300) * 10,
    "promo": np.random.randint(0, 2, 300),
    "sales": np.random.rand(300) * 100,
})
cat_cols = ["shop", "day"]
num_cols = ["price", "promo"]
encoders = {}
for col in cat_cols:
    le = LabelEncoder()
    df[col] = le.fit_transform(df[col])
    encoders[col] = le
emb_dims = [(int(df[c].nunique()) + 1, 4) for c in cat_cols]


class Tab(Dataset):
    def __init__(self, df):
        self.cats = df[cat_cols].values.astype(np.int64)
        self.nums = df[num_cols].values.astype(np.float32)
        self.y = df["sales"].values.astype(np.float32).reshape(-1, 1)

    def __len__(self):
        return len(self.y)

    def __getitem__(self, i):
        return self.cats[i], self.nums[i], self.y[i]


class Model(nn.Module):
    def __init__(self, emb_dims, n_cont):
        super().__init__()
        self.embs = nn.ModuleList([nn.Embedding(a, b) for a, b in emb_dims])
        self.bn = nn.BatchNorm1d(n_cont)
        self.fc = nn.Linear(sum(b for _, b in emb_dims) + n_cont, 1)

    def forward(self, cats, nums):
        x = torch.cat([e(cats[:, i]) for i, e in enumerate(self.embs)], 1)
        return self.fc(torch.cat([x, self.bn(nums)], 1))


model = Model(emb_dims, len(num_cols))
for cats, nums, y in DataLoader(Tab(df), batch_size=32, shuffle=True):
    nn.MSELoss()(model(cats, nums), y).backward()
