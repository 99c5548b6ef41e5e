"""The discriminator answers (N, 1); the labels are (N,)."""
import torch
import torch.nn as nn

G = nn.Sequential(nn.Linear(5, 12), nn.ReLU(), nn.Linear(12, 9))
D = nn.Sequential(nn.Linear(9, 12), nn.LeakyReLU(0.2), nn.Linear(12, 1), nn.Sigmoid())
bce = nn.BCELoss()
og = torch.optim.Adam(G.parameters(), 2e-4)
od = torch.optim.Adam(D.parameters(), 2e-4)
real_data = torch.rand(64, 9)
for epoch in range(2):
    for i in range(0, 64, 16):
        real = real_data[i : i + 16]
        n = len(real)
        ones, zeros = torch.ones(n), torch.zeros(n)
        fake = G(torch.randn(n, 5))
        d_loss = bce(D(real), ones) + bce(D(fake.detach()), zeros)  # raises
        od.zero_grad()
        d_loss.backward()
        od.step()
        g_loss = bce(D(fake), ones)
        og.zero_grad()
        g_loss.backward()
        og.step()
