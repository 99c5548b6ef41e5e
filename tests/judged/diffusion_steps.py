import torch
import torch.nn as nn

T = 12
betas = torch.linspace(1e-4, 0.02, T)
alphas = 1 - betas
bar = torch.cumprod(alphas, 0)


class Denoiser(nn.Module):
    def __init__(self, dim=2, hidden=32):
        super().__init__()
        self.time = nn.Embedding(T, hidden)
        self.inp = nn.Linear(dim, hidden)
        self.mid = nn.Sequential(nn.SiLU(), nn.Linear(hidden, hidden), nn.SiLU())
        self.out = nn.Linear(hidden, dim)

    def forward(self, x, t):
        return self.out(self.mid(self.inp(x) + self.time(t)))


model = Denoiser()
opt = torch.optim.Adam(model.parameters())
points = torch.randn(128, 2)
for epoch in range(3):
    for x0 in points.split(50):
        t = torch.randint(0, T, (x0.shape[0],))
        noise = torch.randn_like(x0)
        xt = bar[t].sqrt()[:, None] * x0 + (1 - bar[t]).sqrt()[:, None] * noise
        loss = nn.functional.mse_loss(model(xt, t), noise)
        opt.zero_grad()
        loss.backward()
        opt.step()


@torch.no_grad()
def sample(n):
    x = torch.randn(n, 2)
    for t in reversed(range(T)):
        eps = model(x, torch.full((n,), t))
        x = (x - betas[t] / (1 - bar[t]).sqrt() * eps) / alphas[t].sqrt()
        if t > 0:
            x = x + betas[t].sqrt() * torch.randn_like(x)
    return x


print(sample(10).shape)
