"""The coefficients of a batch are not given the dimensions of its pictures."""
import torch
from torch import nn

steps = 50
beta = torch.linspace(0.0001, 0.02, steps)
alpha_bar = torch.cumprod(1 - beta, dim=0)


def q_sample(x0, t):
    noise = torch.randn_like(x0)
    return alpha_bar[t].sqrt() * x0 + (1 - alpha_bar[t]).sqrt() * noise, noise  # raises


unet = nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.SiLU(), nn.Conv2d(8, 1, 3, padding=1))
optimizer = torch.optim.Adam(unet.parameters())
images = torch.rand(30, 1, 16, 16)
for epoch in range(2):
    for i in range(0, 30, 10):
        x0 = images[i : i + 10] * 2 - 1
        t = torch.randint(0, steps, (len(x0),))
        xt, noise = q_sample(x0, t)
        loss = (unet(xt) - noise).pow(2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
