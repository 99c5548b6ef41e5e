import numpy as np
import torch
import torch.nn as nn
from torch.utils.data import Dataset, DataLoader


class Wine(Dataset):
    def __init__(self, n=178):
        self.x = np.random.rand(n, 13).astype(np.float32)
        self.y = np.random.randint(0, 3, n)

    def __len__(self):
        return self.x.shape[0]

    def __getitem__(self, i):
        return self.x[i], self.y[i]


train_ds = Wine()
loader = DataLoader(train_ds, batch_size=32, shuffle=True)
net = nn.Sequential(nn.Linear(13, 40), nn.ReLU(), nn.Linear(40, 3))
opt = torch.optim.Adam(net.parameters())
for epoch in range(3):
    preds, truth, running = [], [], 0.0
    for xb, yb in loader:
        out = net(xb)
        loss = nn.functional.cross_entropy(out, yb)
        opt.zero_grad(); loss.backward(); opt.step()
        running += loss.item() * xb.size(0)
        preds.append(out.argmax(1).detach().numpy())
        truth.append(yb.numpy())
    preds, truth = np.concatenate(preds), np.concatenate(truth)
    print(epoch, running / len(train_ds), (preds == truth).mean())
