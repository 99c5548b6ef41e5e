import itertools
import torch
import torch.nn as nn
from torch.utils.data import DataLoader

labelled = [(torch.randn(1, 8, 8), i % 3) for i in range(20)]
unlabelled = [torch.randn(1, 8, 8) for _ in range(65)]
ll, ul = DataLoader(labelled, batch_size=6, shuffle=True), DataLoader(unlabelled, batch_size=10, shuffle=True)
net = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(4 * 6 * 6, 3))
opt = torch.optim.Adam(net.parameters())
for epoch in range(2):
    for (x, y), u in zip(itertools.cycle(ll), ul):
        opt.zero_grad()
        supervised = nn.functional.cross_entropy(net(x), y)
        with torch.no_grad():
            pseudo = net(u).softmax(1)
            conf, hard = pseudo.max(1)
        noisy = u + 0.1 * torch.randn_like(u)
        unsup = (nn.functional.cross_entropy(net(noisy), hard, reduction="none") * (conf > 0.5)).mean()
        (supervised + 0.5 * unsup).backward()
        opt.step()
    print("epoch", epoch)
