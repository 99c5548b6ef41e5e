"""MAML's inner loop with functional calls."""
import torch
import torch.nn as nn
from torch.func import functional_call

torch.manual_seed(0)
net = nn.Sequential(nn.Linear(1, 16), nn.ReLU(), nn.Linear(16, 1))
outer = torch.optim.Adam(net.parameters(), lr=1e-3)
mse = nn.MSELoss()


def task():
    amplitude, phase = torch.rand(1) * 4 + 0.1, torch.rand(1) * 3
    x = torch.rand(10, 1) * 10 - 5
    return x, amplitude * torch.sin(x + phase)


for iteration in range(3):
    outer.zero_grad()
    meta = 0.0
    for _ in range(4):
        x, y = task()
        params = dict(net.named_parameters())
        for _ in range(2):
            loss = mse(functional_call(net, params, (x[:5],)), y[:5])
            grads = torch.autograd.grad(loss, params.values(), create_graph=True)
            params = {k: p - 0.01 * g for (k, p), g in zip(params.items(), grads)}
        meta = meta + mse(functional_call(net, params, (x[5:],)), y[5:])
    meta.backward()
    outer.step()
print(net(torch.zeros(2, 1)))
