import torch
from torch.utils.data import DataLoader, Dataset
import torch.nn as nn


class Walks(Dataset):
    """Random walks of different lengths."""

    def __init__(self):
        self.lengths = [5, 5, 5, 5, 7, 6, 5, 5]

    def __len__(self):
        return len(self.lengths)

    def __getitem__(self, i):
        return torch.randn(self.lengths[i], 2).cumsum(0), torch.tensor(i % 2)


def stack(batch):
    xs = torch.stack([x for x, _ in batch])  # raises
    ys = torch.stack([y for _, y in batch])
    return xs, ys


net = nn.GRU(2, 6, batch_first=True)
head = nn.Linear(6, 2)
opt = torch.optim.SGD([*net.parameters(), *head.parameters()], lr=0.1)
for xs, ys in DataLoader(Walks(), batch_size=4, collate_fn=stack):
    _, h = net(xs)
    loss = nn.functional.cross_entropy(head(h[0]), ys)
    opt.zero_grad()
    loss.backward()
    opt.step()
