import numpy as np, torch, torch.nn as nn
rng = np.random.default_rng(4)
pools = {"easy": [(rng.normal(0, 1, (6,)), 0) for _ in range(40)] + [(rng.normal(3, 1, (6,)), 1) for _ in range(40)],
         "hard": [(rng.normal(0, 1, (6,)), 0) for _ in range(70)] + [(rng.normal(.5, 1, (6,)), 1) for _ in range(50)]}
net = nn.Linear(6, 2); opt = torch.optim.SGD(net.parameters(), .1)
def draw(level, k=16):
    pool = pools[level]
    picks = rng.integers(0, len(pool), k)
    x = np.stack([pool[i][0] for i in picks]).astype(np.float32)
    y = [pool[i][1] for i in picks]
    return torch.from_numpy(x), torch.tensor(y)
for step in range(30):
    level = "easy" if step < 10 else rng.choice(["easy", "hard"])
    x, y = draw(level)
    loss = nn.functional.cross_entropy(net(x), y)
    opt.zero_grad(); loss.backward(); opt.step()
for level in pools:
    x = torch.tensor(np.array([p[0] for p in pools[level]]), dtype=torch.float32)
    y = torch.tensor([p[1] for p in pools[level]])
    print(level, (net(x).argmax(1) == y).float().mean().item())
