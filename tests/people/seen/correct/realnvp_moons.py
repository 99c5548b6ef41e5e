"""RealNVP on two moons. Minimal, adapted for the reading group (week 7)."""
import numpy as np
import torch
from torch import distributions, nn


def make_moons(n, noise=0.08, seed=None):
    rng = np.random.RandomState(seed)
    t = np.pi * rng.rand(n // 2)
    upper = np.c_[np.cos(t), np.sin(t)]
    lower = np.c_[1 - np.cos(t), 0.5 - np.sin(t)]
    return (np.r_[upper, lower] + noise * rng.randn(2 * (n // 2), 2)).astype(np.float32)


class RealNVP(nn.Module):
    def __init__(self, nets, nett, mask, prior):
        super(RealNVP, self).__init__()
        self.prior = prior
        self.register_buffer('mask', mask)
        self.t = nn.ModuleList([nett() for _ in range(len(mask))])
        self.s = nn.ModuleList([nets() for _ in range(len(mask))])

    def g(self, z):
        x = z
        for i in range(len(self.t)):
            x_ = x * self.mask[i]
            s = self.s[i](x_) * (1 - self.mask[i])
            t = self.t[i](x_) * (1 - self.mask[i])
            x = x_ + (1 - self.mask[i]) * (x * torch.exp(s) + t)
        return x

    def f(self, x):
        log_det_J, z = x.new_zeros(x.shape[0]), x
        for i in reversed(range(len(self.t))):
            z_ = self.mask[i] * z
            s = self.s[i](z_) * (1 - self.mask[i])
            t = self.t[i](z_) * (1 - self.mask[i])
            z = (1 - self.mask[i]) * (z - t) * torch.exp(-s) + z_
            log_det_J -= s.sum(dim=1)
        return z, log_det_J

    def log_prob(self, x):
        z, logp = self.f(x)
        return self.prior.log_prob(z) + logp

    def sample(self, batchSize):
        z = self.prior.sample((batchSize,))
        return self.g(z)


def ActNormInit(flow, x):
    """data dependent scale of the last layers, keeps early training calm"""
    with torch.no_grad():
        for net in list(flow.s) + list(flow.t):
            net[-2 if isinstance(net[-1], nn.Tanh) else -1].weight.mul_(0.1)
    z, _ = flow.f(x)
    return z.std(0)


torch.manual_seed(3)
dim = 2
nets = lambda: nn.Sequential(nn.Linear(dim, 64), nn.LeakyReLU(), nn.Linear(64, 64), nn.LeakyReLU(), nn.Linear(64, dim), nn.Tanh())
nett = lambda: nn.Sequential(nn.Linear(dim, 64), nn.LeakyReLU(), nn.Linear(64, 64), nn.LeakyReLU(), nn.Linear(64, dim))
masks = torch.from_numpy(np.array([[0, 1], [1, 0]] * 3).astype(np.float32))
prior = distributions.MultivariateNormal(torch.zeros(dim), torch.eye(dim))
flow = RealNVP(nets, nett, masks, prior)

optimizer = torch.optim.Adam([p for p in flow.parameters() if p.requires_grad], lr=1e-3)
x_all = torch.from_numpy(make_moons(512, seed=0))
print('std of z at start', ActNormInit(flow, x_all).detach().numpy().round(2))

for t in range(40):
    noisy_moons = torch.from_numpy(make_moons(100, seed=t))
    loss = -flow.log_prob(noisy_moons).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if t % 10 == 0:
        print('iter %s:' % t, 'loss = %.3f' % loss)

flow.eval()
with torch.no_grad():
    z = flow.f(x_all)[0]
    back = flow.g(z)
    assert torch.allclose(back, x_all, atol=1e-4), (back - x_all).abs().max()
    x = flow.sample(500).numpy()
    grid = torch.stack(torch.meshgrid(torch.linspace(-2, 3, 40), torch.linspace(-2, 2, 40), indexing='ij'), dim=-1)
    density = flow.log_prob(grid.reshape(-1, 2)).exp().reshape(40, 40)
    cell = (5 / 39) * (4 / 39)
    print('mass on the grid %.3f' % (density.sum() * cell).item())
np.savez('moons.npz', samples=x, density=density.numpy())

torch.save({'model': flow.state_dict(), 'optim': optimizer.state_dict(), 'iter': t}, 'realnvp.pt')
ck = torch.load('realnvp.pt', weights_only=True)
flow2 = RealNVP(nets, nett, masks, prior)
flow2.load_state_dict(ck['model'])
optimizer2 = torch.optim.Adam(flow2.parameters(), lr=1e-3)
optimizer2.load_state_dict(ck['optim'])
print('resumed at', ck['iter'])
