import torch
from torch import nn

members = nn.ModuleList()
for width in (4, 8, 16):
    members.append(nn.Sequential(nn.Linear(6, width), nn.ReLU(), nn.Linear(width, 3)))
gate = nn.Linear(6, 3)
mixer = nn.Linear(12, 3)
opt = torch.optim.Adam([*members.parameters(), *gate.parameters(), *mixer.parameters()])
x, y = torch.randn(32, 6), torch.randint(0, 3, (32,))
for step in range(3):
    outs = [m(x) for m in members]
    w = gate(x).softmax(1)
    blended = sum(w[:, i : i + 1] * o for i, o in enumerate(outs))
    joined = mixer(torch.cat(outs, dim=1))  # raises
    loss = nn.functional.cross_entropy(blended + joined, y)
    opt.zero_grad()
    loss.backward()
    opt.step()
