import torch
import torch.nn as nn
import torch.nn.functional as F

torch.manual_seed(0)


class SimCLR(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Conv2d(3, 12, 3, 2), nn.ReLU(), nn.Conv2d(12, 24, 3, 2), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.projector = nn.Sequential(nn.Linear(24, 24), nn.ReLU(), nn.Linear(24, 16))

    def forward(self, x):
        return F.normalize(self.projector(self.encoder(x)))


def augment(x):
    if torch.rand(1) < 0.5:
        x = x.flip(-1)
    return x + 0.05 * torch.randn_like(x)


def nt_xent(z1, z2, tau=0.5):
    z = torch.cat([z1, z2])
    sim = z @ z.t() / tau
    sim.fill_diagonal_(float("-inf"))
    n = len(z1)
    target = torch.cat([torch.arange(n, 2 * n), torch.arange(n)])
    return F.cross_entropy(sim, target)


images = torch.rand(28, 3, 16, 16)
model = SimCLR()
opt = torch.optim.Adam(model.parameters())
for epoch in range(2):
    for batch in torch.split(images[torch.randperm(28)], 8):
        loss = nt_xent(model(augment(batch)), model(augment(batch)))
        opt.zero_grad()
        loss.backward()
        opt.step()
for p in model.encoder.parameters():
    p.requires_grad_(False)
probe = nn.Linear(24, 4)
print(probe(model.encoder(images)).shape)
