"""`torch.func`: vmap, functional calls with other parameters, an ensemble of stacked states, per-sample gradients."""

import copy

import torch
import torch.nn as nn
from torch.func import functional_call, grad, hessian, jacrev, stack_module_state, vmap


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(6, 8)
        self.b = nn.Linear(8, 3)

    def forward(self, x):
        return self.b(torch.tanh(self.a(x)))


class Ensemble(nn.Module):
    def __init__(self, n=4):
        super().__init__()
        self.members = nn.ModuleList(Net() for _ in range(n))
        self.mix = nn.Linear(n * 3, 2)

    def forward(self, x, gradients, slopes, curves):
        params, buffers = stack_module_state(list(self.members))
        assert params["a.weight"].shape == (4, 8, 6)
        distances = torch.vmap(lambda row: (x - row).norm(dim=-1))(x)
        outer = vmap(torch.dot, in_dims=(0, 0))(x, x)
        scaled = vmap(lambda v, s: v * s, in_dims=(0, None), out_dims=1)(x, 2.0)
        y = torch.cat([member(x) for member in self.members], -1)

        def one(params, x):
            return functional_call(self.members[0], params, (x,))

        together = vmap(one, in_dims=(0, None))(params, x).transpose(0, 1).flatten(1)
        return self.mix(y) + self.mix(together), distances, outer, scaled, gradients * 2


model = Ensemble()
net = Net()
params = {name: p.detach() for name, p in net.named_parameters()}
out = functional_call(net, params, (torch.randn(5, 6),))
base = copy.deepcopy(net).to("meta")
assert out.shape == (5, 3)
x, weights = torch.randn(5, 6), net.b.weight.detach()
gradients = vmap(grad(lambda w, row: (row.tanh() @ w.t()).square().sum()), in_dims=(None, 0))(
    weights, torch.zeros(5, 8)
)
slopes = jacrev(torch.tanh)(x[0])
curves = hessian(lambda v: v.square().sum())(x[0])
model(x, gradients, slopes, curves)
