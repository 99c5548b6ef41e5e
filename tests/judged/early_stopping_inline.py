import copy
import torch
from torch import nn, optim

torch.manual_seed(0)
net = nn.Linear(8, 3)
data = [(torch.randn(6, 8), torch.randint(0, 3, (6,))) for _ in range(5)]
val = [(torch.randn(9, 8), torch.randint(0, 3, (9,))) for _ in range(2)]
opt = optim.Adam(net.parameters(), 0.05)
best, best_state, bad = float("inf"), None, 0
for ep in range(30):
    for xb, yb in data:
        opt.zero_grad()
        nn.functional.cross_entropy(net(xb), yb).backward()
        opt.step()
    total = 0.0
    with torch.no_grad():
        for xb, yb in val:
            total += nn.functional.cross_entropy(net(xb), yb).item()
    if total < best:
        best, bad = total, 0
        best_state = copy.deepcopy(net.state_dict())
    else:
        bad += 1
        if bad == 4:
            break
if best_state is not None:
    net.load_state_dict(best_state)
print(best, net(val[0][0]).argmax(1))
