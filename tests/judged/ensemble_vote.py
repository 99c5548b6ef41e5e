import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, RandomSampler

data = TensorDataset(torch.randn(40, 5), torch.randint(0, 2, (40,)))
members = []
for seed in range(3):
    torch.manual_seed(seed)
    net = nn.Sequential(nn.Linear(5, 4 + seed), nn.ReLU(), nn.Linear(4 + seed, 2))
    sampler = RandomSampler(data, replacement=True, num_samples=30)
    opt = torch.optim.SGD(net.parameters(), lr=0.1)
    for xb, yb in DataLoader(data, batch_size=12, sampler=sampler):
        opt.zero_grad()
        nn.functional.cross_entropy(net(xb), yb).backward()
        opt.step()
    members.append(net.eval())
x = torch.randn(9, 5)
with torch.no_grad():
    votes = torch.stack([m(x).argmax(1) for m in members])
    majority = votes.mode(0).values
    probs = torch.stack([m(x).softmax(1) for m in members]).mean(0)
print(majority, probs.max(1).values, votes.shape)
gate = nn.Linear(len(members) * 2, 2)
print(gate(torch.cat([m(x) for m in members], dim=1)).shape)
