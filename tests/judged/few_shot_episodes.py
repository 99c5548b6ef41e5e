# Prototypical networks on synthetic glyphs: episodes sampled from a dict class -> images
import random
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
torch.manual_seed(0); random.seed(0); np.random.seed(0)
by_class = {f"class_{c}": [np.random.rand(1, 20, 20).astype("float32") + c * .1 for _ in range(random.randint(12, 20))] for c in range(12)}
names = sorted(by_class)
train_names, test_names = names[:8], names[8:]
def episode(pool, n_way=5 - 1, k=3, q=4):
    chosen = random.sample(pool, n_way)
    support, query, labels = [], [], []
    for i, name in enumerate(chosen):
        images = random.sample(by_class[name], k + q)
        support.append(np.stack(images[:k]))
        query.extend(images[k:])
        labels += [i] * q
    return torch.from_numpy(np.stack(support)), torch.from_numpy(np.stack(query)), torch.tensor(labels)
def block(i, o):
    return nn.Sequential(nn.Conv2d(i, o, 3, padding=1), nn.BatchNorm2d(o), nn.ReLU(), nn.MaxPool2d(2))
class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(block(1, 16), block(16, 16), block(16, 32))
    def forward(self, x):
        return self.net(x).flatten(1)
enc = Encoder()
opt = torch.optim.Adam(enc.parameters(), 1e-3)
for it in range(6):
    s, q, y = episode(train_names)
    n, k = s.shape[:2]
    protos = enc(s.view(n * k, *s.shape[2:])).view(n, k, -1).mean(1)
    d = torch.cdist(enc(q), protos)
    loss = F.cross_entropy(-d, y)
    opt.zero_grad(); loss.backward(); opt.step()
enc.eval()
accs = []
with torch.no_grad():
    for _ in range(5):
        s, q, y = episode(test_names)
        n, k = s.shape[:2]
        protos = enc(s.view(n * k, *s.shape[2:])).view(n, k, -1).mean(1)
        accs.append((torch.cdist(enc(q), protos).argmin(1) == y).float().mean().item())
print(np.mean(accs))
