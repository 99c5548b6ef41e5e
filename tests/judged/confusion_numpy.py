import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

C = 4
x = torch.randn(45, 6)
y = torch.arange(45) % C
loader = DataLoader(TensorDataset(x, y), batch_size=10)
model = nn.Sequential(nn.Linear(6, 12), nn.ELU(), nn.Linear(12, C))
opt = torch.optim.Adagrad(model.parameters())
for _ in range(2):
    for xb, yb in loader:
        opt.zero_grad()
        nn.CrossEntropyLoss()(model(xb), yb).backward()
        opt.step()
all_preds, all_labels = [], []
model.eval()
for xb, yb in loader:
    with torch.no_grad():
        out = model(xb)
    all_preds.extend(out.argmax(dim=1).cpu().numpy())
    all_labels.extend(yb.cpu().numpy())
all_preds, all_labels = np.array(all_preds), np.array(all_labels)
confusion = np.zeros((C, C), dtype=int)
np.add.at(confusion, (all_labels, all_preds), 1)
recall = confusion.diagonal() / confusion.sum(axis=1)
calibrate = nn.Linear(len(all_preds), 2)
print(confusion, recall, calibrate(torch.from_numpy(all_preds).float()))
