import pandas as pd
import torch
import torch.nn as nn
from torch.utils.data import TensorDataset, DataLoader
df = pd.read_csv("shop.csv")
categorical = ["shop", "day"]
continuous = ["price", "promo"]
for c in categorical:
    df[c] = df[c].astype("category")
sizes = [len(df[c].cat.categories) for c in categorical]
emb = [(s, min(50, (s + 1) // 2)) for s in sizes]
cats = torch.stack([torch.tensor(df[c].cat.codes.values, dtype=torch.int64) for c in categorical], 1)
conts = torch.stack([torch.tensor(df[c].values, dtype=torch.float) for c in continuous], 1)
y = torch.tensor(df["sales"].values, dtype=torch.float).reshape(-1, 1)


class Tabular(nn.Module):
    def __init__(self, emb, n_cont, out, layers, p=0.4):
        super().__init__()
        self.embeds = nn.ModuleList([nn.Embedding(ni, nf) for ni, nf in emb])
        n_in = sum(nf for _, nf in emb) + n_cont
        self.bn = nn.BatchNorm1d(n_cont)
        ls = []
        for i in layers:
            ls += [nn.Linear(n_in, i), nn.ReLU(), nn.BatchNorm1d(i), nn.Dropout(p)]
            n_in = i
        ls.append(nn.Linear(layers[-1], out))
        self.layers = nn.Sequential(*ls)

    def forward(self, x_cat, x_cont):
        x = torch.cat([e(x_cat[:, i]) for i, e in enumerate(self.embeds)], 1)
        return self.layers(torch.cat([x, self.bn(x_cont)], 1))


model = Tabular(emb, conts.shape[1], 1, [16, 8])
for a, b, t in DataLoader(TensorDataset(cats, conts, y), batch_size=16, shuffle=True):
    torch.sqrt(nn.MSELoss()(model(a, b), t)).backward()
