import os
import time

import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn as nn

LATENT, SIZE = 16, 8
SAMPLES = os.environ.get("SAMPLES", "samples")


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(LATENT, 64), nn.LeakyReLU(0.2), nn.Linear(64, SIZE * SIZE), nn.Tanh())

    def forward(self, z):
        return self.net(z).view(z.size(0), 1, SIZE, SIZE)


def critic():
    return nn.Sequential(nn.Flatten(), nn.Linear(SIZE * SIZE, 64), nn.LeakyReLU(0.2), nn.Linear(64, 1), nn.Sigmoid())


def init(m):
    if type(m).__name__.find("Linear") != -1:
        m.weight.data.normal_(0.0, 0.02)
        nn.init.zeros_(m.bias)


g, d = Generator(), critic()
g.apply(init)
d.apply(init)
opt_g = torch.optim.Adam(g.parameters(), 2e-4, (0.5, 0.999))
opt_d = torch.optim.Adam(d.parameters(), 2e-4, (0.5, 0.999))
loss = nn.BCELoss()
fixed = torch.randn(16, LATENT)
curves, pictures, begun = {"g": [], "d": []}, [], time.perf_counter()
for step in range(20):
    real = torch.rand(8, 1, SIZE, SIZE) * 2 - 1
    fake = g(torch.randn(8, LATENT))
    d.zero_grad()
    loss_d = loss(d(real), torch.ones(8, 1)) + loss(d(fake.detach()), torch.zeros(8, 1))
    loss_d.backward()
    opt_d.step()
    g.zero_grad()
    loss_g = loss(d(fake), torch.full((8, 1), 1.0))
    loss_g.backward()
    opt_g.step()
    curves["g"].append(loss_g.item())
    curves["d"].append(loss_d.item())
    if (step + 1) % 10 == 0:
        with torch.no_grad():
            pictures.append(g(fixed).cpu().numpy())
        speed = (step + 1) / (time.perf_counter() - begun)
        print(f"[{step + 1}/20] {curves['d'][-1]:.3f} {curves['g'][step]:.3f} {speed:.0f}/s")
grid = np.concatenate([np.concatenate(list(row[:, 0]), axis=1) for row in pictures[1].reshape(4, 4, 1, SIZE, SIZE)])
plt.imshow(grid, cmap="gray")
os.makedirs(SAMPLES, exist_ok=True)
plt.savefig(f"{SAMPLES}/{len(pictures):03d}.png")
np.save(os.path.join(SAMPLES, "curves.npy"), np.array([curves["g"], curves["d"]]))
