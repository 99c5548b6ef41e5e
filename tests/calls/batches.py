"""What a loader's batch is unpacked into: as many names as it has parts, or not."""

from __future__ import annotations

_HEAD = """\
import os
from torch.utils.data import ConcatDataset, DataLoader, Dataset, Subset, TensorDataset, random_split
class Pairs(Dataset):
    def __init__(self, n=8): self.n = n
    def __len__(self): return self.n
    def __getitem__(self, i):
        if i % 2:
            return torch.zeros(3), 1
        return torch.zeros(3), 0
net = nn.Linear(3, 2)
"""

_CASES = {
    "tensors": """\
for x, y, w in DataLoader(TensorDataset(torch.zeros(8, 3), torch.zeros(8)), batch_size=4):
    net(x)
""",
    "tensors_fit": """\
for x, y in DataLoader(TensorDataset(torch.zeros(8, 3), torch.zeros(8)), batch_size=4):
    net(x)
""",
    "tensors_into_one": """\
for x, in DataLoader(TensorDataset(torch.zeros(8, 3), torch.zeros(8)), batch_size=4):
    net(x)
""",
    "own_class": """\
for x, lens, y in DataLoader(Pairs(), batch_size=4):
    net(x)
""",
    "own_class_of_random_lengths": """\
import random
class D(Dataset):
    def __init__(self):
        self.items = [torch.randn(random.randint(3, 90)) for _ in range(80)]
    def __len__(self): return len(self.items)
    def __getitem__(self, i): return self.items[i], i
for x, lens, y in DataLoader(D(), batch_size=40):
    net(x)
""",
    "in_a_function": """\
def train(loader, net):
    for i, (x, y, w) in enumerate(loader):
        net(x)
train_set, val_set = random_split(Pairs(20), [16, 4])
train(DataLoader(val_set, batch_size=4), net)
""",
    "in_a_function_by_name": """\
def train(net, loader):
    for i, (x, y, w) in enumerate(loader):
        net(x)
train_set = Subset(Pairs(20), range(8))
loader = DataLoader(dataset=train_set, batch_size=4, shuffle=True)
train(net, loader=loader)
""",
    "in_a_function_fit": """\
def train(net, loader):
    for i, (x, *rest) in enumerate(loader):
        net(x)
train(net, DataLoader(ConcatDataset([Pairs(4), Pairs(4)]), batch_size=4, shuffle=True))
""",
    "of_a_batch": """\
ds = TensorDataset(torch.zeros(8, 3), torch.zeros(8), torch.zeros(8))
for batch in DataLoader(ds, 4):
    x, y = batch
    net(x)
""",
    "of_a_batch_put_on_a_device": """\
for batch in DataLoader(Pairs(), 4):
    batch = [*batch, batch[0]]
    x, y, w = batch
    net(x)
""",
    "next": """\
x, y, w = next(iter(DataLoader(Pairs(), 4)))
""",
    "next_of_iterator": """\
it = iter(DataLoader(Pairs(), 4))
x, y, w = next(it)
""",
    "zipped": """\
for (x, y), (u, v, w) in zip(DataLoader(Pairs(), 4), DataLoader(Pairs(), 4)):
    net(x)
""",
    "comprehension": """\
outs = [net(x) for x, y, w in DataLoader(Pairs(), 4)]
""",
    "own_collate": """\
def collate(items):
    x, y = zip(*items)
    return torch.stack(x), torch.tensor(y), len(x)
for x, y, w in DataLoader(Pairs(), 4, collate_fn=collate):
    net(x)
""",
    "two_forms": """\
class D(Pairs):
    def __getitem__(self, i):
        return (torch.zeros(3), 1, 2) if len(os.getcwd()) else (torch.zeros(3), 1)
for x, y, w in DataLoader(D(), 4):
    net(x)
""",
    "two_sets": """\
ds = Pairs()
if len(os.getcwd()):
    ds = TensorDataset(torch.zeros(8, 3), torch.zeros(8), torch.zeros(8))
for x, y, w in DataLoader(ds, 4):
    net(x)
""",
    "rebound_batches": """\
loader = DataLoader(Pairs(), 4)
loader = [(*batch, 1) for batch in loader]
for x, y, w in loader:
    net(x)
""",
    "batch_is_a_list": """\
loader = DataLoader(TensorDataset(torch.zeros(8, 3), torch.zeros(8)), batch_size=4)
def train(loader):
    for batch in loader:
        net(batch.to("cpu"))
train(loader)
""",
    "batch_is_a_list_of_own_class": """\
for batch in DataLoader(Pairs(), batch_size=4):
    net(batch.float())
""",
    "batch_is_a_tensor": """\
class D(Pairs):
    def __getitem__(self, i): return torch.zeros(3)
for batch in DataLoader(D(), batch_size=4):
    net(batch.to("cpu"))
""",
    "one_output_into_three": """\
for x, y in DataLoader(TensorDataset(torch.zeros(8, 3), torch.zeros(8)), batch_size=4):
    out, mean, log_variance = net(x)
""",
    "one_output_into_its_rows": """\
for x, y in DataLoader(TensorDataset(torch.zeros(9, 3), torch.zeros(9)), batch_size=3):
    a, b, c = net(x)
""",
    "loss_as_a_number": """\
loss = 0
for x, y in DataLoader(TensorDataset(torch.zeros(8, 3), torch.zeros(8)), batch_size=4):
    loss = loss + F.mse_loss(net(x)[:, 0], y).item()
loss.backward()
""",
    "number_with_a_method": """\
loss = F.mse_loss(net(torch.zeros(2, 3)), torch.ones(2, 2)).item()
print(loss.is_integer(), loss.real)
""",
    "pair_as_a_tensor": """\
top = net(torch.zeros(2, 3)).topk(1)
print(top.tolist())
""",
    "pair_by_name": """\
top = net(torch.zeros(2, 3)).topk(1)
print(top.indices.tolist(), top.n_fields, net(torch.zeros(2, 3)).max(1).values.shape)
""",
    "pair_shape": """\
print(net(torch.zeros(2, 3)).max(1).shape)
""",
}
CASES = {name: _HEAD + text for name, text in _CASES.items()}
