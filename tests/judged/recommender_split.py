import numpy as np
import torch
import torch.nn as nn
from torch.utils.data import DataLoader, Dataset

rng = np.random.RandomState(42)
n_users, n_items = 12, 20
ratings = np.stack([rng.randint(0, n_users, 150), rng.randint(0, n_items, 150), rng.randint(1, 6, 150)], axis=1)
perm = rng.permutation(len(ratings))
train, test = ratings[perm[:120]], ratings[perm[120:]]


class Ratings(Dataset):
    def __init__(self, rows):
        self.users = torch.tensor(rows[:, 0], dtype=torch.long)
        self.items = torch.tensor(rows[:, 1], dtype=torch.long)
        self.scores = torch.tensor(rows[:, 2], dtype=torch.float32)

    def __len__(self):
        return len(self.scores)

    def __getitem__(self, i):
        return self.users[i], self.items[i], self.scores[i]


class MF(nn.Module):
    def __init__(self, k=8):
        super().__init__()
        self.user, self.item = nn.Embedding(n_users, k), nn.Embedding(n_items, k)
        self.bu, self.bi = nn.Embedding(n_users, 1), nn.Embedding(n_items, 1)
        self.mlp = nn.Sequential(nn.Linear(2 * k, k), nn.ReLU(), nn.Linear(k, 1))

    def forward(self, u, i):
        pu, qi = self.user(u), self.item(i)
        dot = (pu * qi).sum(1, keepdim=True) + self.bu(u) + self.bi(i)
        return (dot + self.mlp(torch.cat([pu, qi], 1))).squeeze(1)


model = MF()
opt = torch.optim.Adam(model.parameters(), weight_decay=1e-5)
mse = nn.MSELoss()
train_dl = DataLoader(Ratings(train), batch_size=32, shuffle=True, num_workers=0)
test_dl = DataLoader(Ratings(test), batch_size=32)
for epoch in range(3):
    model.train()
    for u, i, r in train_dl:
        loss = mse(model(u, i), r)
        opt.zero_grad()
        loss.backward()
        opt.step()
    model.eval()
    sq, n = 0.0, 0
    with torch.no_grad():
        for u, i, r in test_dl:
            sq += ((model(u, i) - r) ** 2).sum().item()
            n += len(r)
    print(f"{epoch}: rmse {np.sqrt(sq / n):.3f}")
