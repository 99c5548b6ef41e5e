import torch, torch.nn as nn, numpy as np
torch.manual_seed(0)
n_classes, z_dim = 3, 8
centers = np.array([[0, 2], [2, -1], [-2, -1]])
def sample(n):
    y = np.random.randint(0, n_classes, n)
    return torch.tensor(centers[y] + .1 * np.random.randn(n, 2), dtype=torch.float32), torch.from_numpy(y)
class G(nn.Module):
    def __init__(self):
        super().__init__()
        self.emb = nn.Embedding(n_classes, 4)
        self.net = nn.Sequential(nn.Linear(z_dim + 4, 32), nn.LeakyReLU(.2), nn.Linear(32, 2))
    def forward(self, z, y): return self.net(torch.cat([z, self.emb(y)], 1))
class D(nn.Module):
    def __init__(self):
        super().__init__()
        self.emb = nn.Embedding(n_classes, 4)
        self.net = nn.Sequential(nn.Linear(6, 32), nn.LeakyReLU(.2), nn.Linear(32, 1))
    def forward(self, x, y): return self.net(torch.cat([x, self.emb(y)], 1)).view(-1)
g, d = G(), D()
og, od = torch.optim.Adam(g.parameters(), 2e-4, betas=(.5, .999)), torch.optim.Adam(d.parameters(), 2e-4, betas=(.5, .999))
bce = nn.BCEWithLogitsLoss()
for it in range(20):
    x, y = sample(32)
    z = torch.randn(x.size(0), z_dim)
    fake = g(z, y)
    ld = bce(d(x, y), torch.ones(len(x))) + bce(d(fake.detach(), y), torch.zeros(len(x)))
    od.zero_grad(); ld.backward(); od.step()
    lg = bce(d(fake, y), torch.ones(len(x)))
    og.zero_grad(); lg.backward(); og.step()
grid = [g(torch.randn(4, z_dim), torch.full((4,), c)) for c in range(n_classes)]
print(torch.stack(grid).shape)
