import torch
from torch import nn, autograd

LATENT, CRITIC = 6, 3
G = nn.Sequential(nn.Linear(LATENT, 16), nn.ReLU(), nn.Linear(16, 2))
D = nn.Sequential(nn.Linear(2, 16), nn.LeakyReLU(), nn.Linear(16, 1))
opt_g = torch.optim.RMSprop(G.parameters(), lr=5e-4)
opt_d = torch.optim.RMSprop(D.parameters(), lr=5e-4)


def batches(n):
    for _ in range(n):
        yield torch.randn(32, 2) * 0.3 + torch.tensor([1.0, -1.0])


def gradient_penalty(real, fake):
    eps = torch.rand(real.size(0), 1)
    mixed = (eps * real + (1 - eps) * fake).requires_grad_(True)
    score = D(mixed)
    grads = autograd.grad(score, mixed, torch.ones_like(score), create_graph=True)[0]
    return ((grads.norm(2, dim=1) - 1) ** 2).mean()


it = 0
for real in batches(10):
    fake = G(torch.randn(real.size(0), LATENT)).detach()
    loss_d = D(fake).mean() - D(real).mean() + 10 * gradient_penalty(real, fake)
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
    it += 1
    if it % CRITIC == 0:
        loss_g = -D(G(torch.randn(32, LATENT))).mean()
        opt_g.zero_grad()
        loss_g.backward()
        opt_g.step()
print(it)
