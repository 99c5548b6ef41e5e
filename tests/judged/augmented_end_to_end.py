import random
import numpy as np
import torch
from torch import nn
from torch.utils.data import Dataset, DataLoader, ConcatDataset
class Flip:
    def __call__(self, x): return x[:, :, ::-1].copy() if random.random() < .5 else x
class Shift:
    def __init__(self, m): self.m = m
    def __call__(self, x):
        dx, dy = random.randint(-self.m, self.m), random.randint(-self.m, self.m)
        return np.roll(x, (dy, dx), axis=(1, 2))
class PadCrop:
    def __init__(self, size, pad): self.size, self.pad = size, pad
    def __call__(self, x):
        x = np.pad(x, ((0, 0), (self.pad, self.pad), (self.pad, self.pad)))
        i = np.random.randint(0, x.shape[1] - self.size + 1); j = np.random.randint(0, x.shape[2] - self.size + 1)
        return x[:, i:i + self.size, j:j + self.size]
class Noise:
    def __call__(self, x): return (x + np.random.normal(0, .1, x.shape)).astype(np.float32)
class Compose:
    def __init__(self, ts): self.ts = ts
    def __call__(self, x):
        for t in self.ts: x = t(x)
        return torch.from_numpy(np.ascontiguousarray(x))
class Shapes(Dataset):
    def __init__(self, n, transform=None):
        self.y = [i % 3 for i in range(n)]
        self.x = []
        for y in self.y:
            img = np.zeros((3, 24, 24), np.float32)
            c = np.random.randint(4, 20, 2)
            img[y, c[0] - 3:c[0] + 3, c[1] - 3:c[1] + 3] = 1.
            self.x.append(img)
        self.transform = transform
    def __len__(self): return len(self.y)
    def __getitem__(self, i):
        x = self.x[i]
        return (self.transform(x) if self.transform else torch.from_numpy(x)), self.y[i]
train = ConcatDataset([Shapes(90, Compose([Flip(), PadCrop(24, 3), Noise()])), Shapes(60, Compose([Shift(2), Noise()])), Shapes(30)])
dl = DataLoader(train, batch_size=32, shuffle=True, drop_last=True)
net = nn.Sequential(nn.Conv2d(3, 8, 3, stride=2), nn.ReLU(), nn.Conv2d(8, 16, 3, stride=2), nn.ReLU(), nn.Flatten(), nn.Linear(16 * 5 * 5, 3))
opt = torch.optim.SGD(net.parameters(), .05, momentum=.9)
for ep in range(2):
    tot = n = 0
    for x, y in dl:
        out = net(x)
        loss = nn.functional.cross_entropy(out, y)
        opt.zero_grad(); loss.backward(); opt.step()
        tot += loss.item() * x.size(0); n += x.size(0)
    print(ep, tot / n)
