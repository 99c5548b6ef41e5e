import numpy as np
import pandas as pd
import torch
import torch.nn as nn
df = pd.DataFrame({"user": np.repeat(np.arange(20), 5), "amount": np.random.rand(100), "kind": np.tile(["a", "b", "c", "d", "e"], 20)})
agg = df.groupby("user")["amount"].agg("mean")
df["mean_amount"] = df.groupby("user")["amount"].transform("mean")
df["kind_code"] = df["kind"].astype("category").cat.codes
n_users, n_kinds = df["user"].nunique(), df["kind"].nunique()
users = torch.tensor(df["user"].values)
kinds = torch.tensor(df["kind_code"].values).long()
x = torch.tensor(df[["amount", "mean_amount"]].values).float()
emb_u, emb_k = nn.Embedding(n_users, 6), nn.Embedding(n_kinds, 3)
fc = nn.Linear(6 + 3 + 2, 1)
out = fc(torch.cat([emb_u(users), emb_k(kinds), x], dim=1))
loss = nn.MSELoss()(out.squeeze(1), torch.from_numpy(df["amount"].values).float())
loss.backward()
print(len(agg))
