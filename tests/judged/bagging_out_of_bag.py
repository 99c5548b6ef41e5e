import copy
import numpy as np, torch
from torch import nn
from torch.utils.data import DataLoader, Subset, TensorDataset
rng = np.random.default_rng(1)
x = rng.normal(size=(200, 4)); y = (x[:, 0] * x[:, 1] > 0).astype(int)
ds = TensorDataset(torch.tensor(x).float(), torch.tensor(y))
members, oob = [], np.zeros((200, 2))
for m in range(4):
    boot = rng.choice(200, 200, replace=True)
    out = np.setdiff1d(np.arange(200), boot)
    net = nn.Sequential(nn.Linear(4, 8 + 4 * m), nn.ReLU(), nn.Linear(8 + 4 * m, 2))
    opt = torch.optim.Adam(net.parameters(), 1e-2)
    best, state = float('inf'), None
    for ep in range(3):
        for a, b in DataLoader(Subset(ds, boot), 40, shuffle=True):
            loss = nn.functional.cross_entropy(net(a), b); opt.zero_grad(); loss.backward(); opt.step()
        with torch.no_grad():
            xo, yo = ds[out.tolist()]
            vl = nn.functional.cross_entropy(net(xo), yo).item()
        if vl < best: best, state = vl, copy.deepcopy(net.state_dict())
    net.load_state_dict(state)
    members.append(net)
    with torch.no_grad():
        oob[out] += net(ds.tensors[0][out]).softmax(1).numpy()
print((oob.argmax(1) == y).mean())
one = members[rng.integers(len(members))]
print(one(ds.tensors[0][:5]).shape)
