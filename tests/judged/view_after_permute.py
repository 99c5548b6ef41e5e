"""`view` of a permuted batch in the evaluation only."""
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

V = 7
loader = DataLoader(TensorDataset(torch.randint(0, V, (20, 6)), torch.randint(0, V, (20, 6))), batch_size=5)
model = nn.Sequential(nn.Embedding(V, 8), nn.Linear(8, V))
opt = torch.optim.Adam(model.parameters())
for x, y in loader:
    logits = model(x)
    loss = nn.functional.cross_entropy(logits.transpose(1, 2), y)
    opt.zero_grad()
    loss.backward()
    opt.step()
hits = 0
with torch.no_grad():
    for x, y in loader:
        logits = model(x).permute(0, 2, 1)
        flat = logits.view(-1, V)  # raises
        hits += (flat.argmax(1) == y.view(-1)).sum()
print(hits)
