"""Steps instead of epochs: the loader is started again when it is used up."""
import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset

source = DataLoader(TensorDataset(torch.randn(30, 7), torch.randint(3, (30,))), batch_size=8, shuffle=True, drop_last=False)
target = DataLoader(TensorDataset(torch.randn(22, 7)), batch_size=8, shuffle=True, drop_last=True)
features = nn.Sequential(nn.Linear(7, 16), nn.ReLU())
classifier = nn.Linear(16, 3)
domain = nn.Linear(16, 2)
opt = torch.optim.SGD([{"params": features.parameters()}, {"params": classifier.parameters(), "lr": 0.1}, {"params": domain.parameters()}], lr=0.01)
source_iter, target_iter = iter(source), iter(target)
for step in range(14):
    try:
        xs, ys = next(source_iter)
    except StopIteration:
        source_iter = iter(source)
        xs, ys = next(source_iter)
    try:
        (xt,) = next(target_iter)
    except StopIteration:
        target_iter = iter(target)
        (xt,) = next(target_iter)
    fs, ft = features(xs), features(xt)
    loss = nn.functional.cross_entropy(classifier(fs), ys)
    d = domain(torch.cat([fs, ft]))
    labels = torch.cat([torch.zeros(len(fs)), torch.ones(len(ft))]).long()
    loss = loss + 0.1 * nn.functional.cross_entropy(d, labels)
    opt.zero_grad()
    loss.backward()
    opt.step()
    print(step, len(xs), len(xt))
