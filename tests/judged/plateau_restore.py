import torch
from torch import nn

torch.manual_seed(6)
model = nn.Sequential(nn.Linear(2, 8), nn.Sigmoid(), nn.Linear(8, 1))
opt = torch.optim.SGD(model.parameters(), lr=1.0)
sched = torch.optim.lr_scheduler.ReduceLROnPlateau(opt, patience=1, factor=0.5)
x = torch.rand(50, 2)
y = (x[:, :1] * x[:, 1:])
best = 1e9
for epoch in range(12):
    order = torch.randperm(50)
    for part in order.chunk(4):
        loss = ((model(x[part]) - y[part]) ** 2).mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
    with torch.no_grad():
        val = ((model(x) - y) ** 2).mean().item()
    sched.step(val)
    if val < best:
        best = val
        weights = {k: v.clone() for k, v in model.state_dict().items()}
    if opt.param_groups[0]["lr"] < 0.05:
        break
model.load_state_dict(weights)
print(best, model(x[:3]))
