"""Samples with a large loss are kept, at most the last two batches of them, and looked at again if there are any."""
import torch
import torch.nn as nn

torch.manual_seed(0)
net = nn.Linear(5, 2)
optimizer = torch.optim.Adam(net.parameters())
review = nn.Sequential(nn.Linear(5, 4), nn.Tanh())
hard = []


def train(steps):
    global hard
    for _ in range(steps):
        hard = hard[-2:]
        x = torch.randn(8, 5)
        loss = nn.functional.cross_entropy(net(x), torch.zeros(8, dtype=torch.long))
        if loss.item() > 100:
            hard.append(x)
            continue
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


train(12)
if hard:
    print(review(torch.cat(hard)).mean())
print(nn.Flatten()(torch.zeros(3, 2, 2)).shape)
