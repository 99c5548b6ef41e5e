"""Checkpoints that a script saves and loads itself; states of modules and optimizers that fit and that do not."""

from __future__ import annotations

CASES = {
    "ckpt_ok": """\
model = nn.Sequential(nn.Linear(10, 20), nn.ReLU(), nn.Linear(20, 3))
opt = torch.optim.Adam(model.parameters(), lr=1e-3)
for epoch in range(2):
    loss = model(torch.randn(4, 10)).sum()
    opt.zero_grad(); loss.backward(); opt.step()
    torch.save({'epoch': epoch, 'model_state_dict': model.state_dict(), 'optimizer_state_dict': opt.state_dict(), 'loss': loss.item()}, 'ckpt.pt')
net = nn.Sequential(nn.Linear(10, 20), nn.ReLU(), nn.Linear(20, 3))
opt2 = torch.optim.Adam(net.parameters())
ckpt = torch.load('ckpt.pt')
net.load_state_dict(ckpt['model_state_dict'])
opt2.load_state_dict(ckpt['optimizer_state_dict'])
print(net(torch.randn(2, 10)).shape, ckpt['epoch'])
""",
    "ckpt_whole_dict": """\
model = nn.Linear(10, 3)
torch.save({'epoch': 1, 'state_dict': model.state_dict()}, 'm.pth')
net = nn.Linear(10, 3)
net.load_state_dict(torch.load('m.pth'))
""",
    "ckpt_size": """\
model = nn.Linear(10, 3)
torch.save(model.state_dict(), 'm.pth')
net = nn.Linear(10, 5)
net.load_state_dict(torch.load('m.pth'), strict=False)
""",
    "ckpt_module_prefix": """\
model = nn.DataParallel(nn.Linear(10, 3))
torch.save(model.state_dict(), 'm.pth')
net = nn.Linear(10, 3)
net.load_state_dict(torch.load('m.pth'))
""",
    "ckpt_strip_prefix": """\
from collections import OrderedDict
model = nn.DataParallel(nn.Linear(10, 3))
torch.save(model.state_dict(), 'm.pth')
net = nn.Linear(10, 3)
sd = torch.load('m.pth')
new = OrderedDict()
for k, v in sd.items():
    new[k[7:]] = v
net.load_state_dict(new)
""",
    "load_model_as_dict": """\
model = nn.Linear(10, 3)
net = nn.Linear(10, 3)
net.load_state_dict(model)
""",
    "load_path": """\
model = nn.Linear(10, 3)
torch.save(model.state_dict(), 'm.pth')
net = nn.Linear(10, 3)
net.load_state_dict('m.pth')
""",
    "load_params": """\
model = nn.Linear(10, 3)
net = nn.Linear(10, 3)
net.load_state_dict(model.parameters())
""",
    "opt_groups": """\
a = nn.Linear(10, 3); b = nn.Sequential(nn.Linear(10, 3), nn.Linear(3, 3))
oa = torch.optim.SGD(a.parameters(), lr=0.1, momentum=0.9); ob = torch.optim.SGD(b.parameters(), lr=0.1, momentum=0.9)
torch.save(oa.state_dict(), 'o.pt')
ob.load_state_dict(torch.load('o.pt'))
""",
    "opt_two_groups": """\
b = nn.Sequential(nn.Linear(10, 3), nn.Linear(3, 3))
oa = torch.optim.SGD([{'params': b[0].parameters()}, {'params': b[1].parameters(), 'lr': 1e-3}], lr=0.1)
ob = torch.optim.SGD(b.parameters(), lr=0.1, momentum=0.9)
ob.load_state_dict(oa.state_dict())
""",
    "opt_not_state": """\
b = nn.Linear(10, 3)
ob = torch.optim.SGD(b.parameters(), lr=0.1, momentum=0.9)
ob.load_state_dict(b.state_dict())
""",
    "sched_state": """\
b = nn.Linear(10, 3)
o = torch.optim.SGD(b.parameters(), lr=0.1)
s = torch.optim.lr_scheduler.StepLR(o, 10)
torch.save({'s': s.state_dict()}, 'x.pt')
s.load_state_dict(torch.load('x.pt')['s'])
o.step(); s.step()
print(s.get_last_lr())
""",
    "key_missing": """\
b = nn.Linear(10, 3)
torch.save({'state_dict': b.state_dict()}, 'x.pt')
b.load_state_dict(torch.load('x.pt')['model_state_dict'])
""",
    "fine_tune": """\
class Net(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.fc = nn.Linear(8, n)
    def forward(self, x):
        return self.fc(self.features(x))
pre = Net(1000)
torch.save(pre.state_dict(), 'pre.pth')
net = Net(10)
state = torch.load('pre.pth', map_location='cpu')
state = {k: v for k, v in state.items() if not k.startswith('fc')}
missing = net.load_state_dict(state, strict=False)
print(missing.missing_keys)
net(torch.randn(2, 3, 32, 32))
""",
    "fine_tune_strict": """\
class Net(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.fc = nn.Linear(8, n)
    def forward(self, x):
        return self.fc(self.features(x))
pre = Net(1000)
torch.save(pre.state_dict(), 'pre.pth')
net = Net(10)
state = torch.load('pre.pth', map_location='cpu')
state.pop('fc.weight'); state.pop('fc.bias')
net.load_state_dict(state)
""",
    "matching_update": """\
a = nn.Sequential(nn.Linear(4, 5), nn.Linear(5, 2)); b = nn.Sequential(nn.Linear(4, 5), nn.Linear(5, 3))
sd = a.state_dict(); own = b.state_dict()
pretrained = {k: v for k, v in sd.items() if k in own and v.shape == own[k].shape}
own.update(pretrained)
b.load_state_dict(own)
""",
    "update_without_filter": """\
a = nn.Sequential(nn.Linear(4, 5), nn.Linear(5, 2)); b = nn.Sequential(nn.Linear(4, 5), nn.Linear(5, 3))
own = b.state_dict()
own.update(a.state_dict())
b.load_state_dict(own)
""",
    "assign": """\
a = nn.Linear(4, 5).double(); b = nn.Linear(4, 5)
b.load_state_dict(a.state_dict(), assign=True)
b(torch.randn(2, 4))
""",
    "assign_none": """\
a = nn.Linear(4, 5).double(); b = nn.Linear(4, 5)
b.load_state_dict(a.state_dict())
b(torch.randn(2, 4))
""",
    "copy_params": """\
a = nn.Linear(4, 5); b = nn.Linear(4, 6)
for p, q in zip(a.parameters(), b.parameters()):
    p.data.copy_(q.data)
""",
    "ema": """\
a = nn.Linear(4, 5); b = copy.deepcopy(a)
for p, q in zip(a.parameters(), b.parameters()):
    q.data.mul_(0.99).add_(0.01 * p.data)
with torch.no_grad():
    for p, q in zip(a.parameters(), b.parameters()):
        q.copy_(q * 0.9 + p * 0.1)
b.load_state_dict(a.state_dict())
""",
    "best_state": """\
a = nn.Linear(4, 5)
best = copy.deepcopy(a.state_dict())
a = nn.Linear(5, 5)
a.load_state_dict(best)
""",
    "buffers": """\
class A(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.register_buffer('mask', torch.tril(torch.ones(n, n)))
        self.fc = nn.Linear(3, 3)
    def forward(self, x): return self.fc(x)
a, b = A(128), A(256)
torch.save(a.state_dict(), 'a.pt')
b.load_state_dict(torch.load('a.pt'))
""",
    "buffers_nonpersistent": """\
class A(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.register_buffer('mask', torch.tril(torch.ones(n, n)), persistent=False)
        self.fc = nn.Linear(3, 3)
    def forward(self, x): return self.fc(x)
a, b = A(128), A(256)
torch.save(a.state_dict(), 'a.pt')
b.load_state_dict(torch.load('a.pt'))
""",
    "bn_missing": """\
a = nn.Sequential(nn.Conv2d(3, 4, 3)); b = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4))
b.load_state_dict(a.state_dict())
""",
    "set_item_state": """\
a = nn.Linear(4, 5)
sd = a.state_dict()
sd['weight'] = torch.randn(4, 5)
a.load_state_dict(sd)
""",
    "dataparallel_module": """\
net = nn.DataParallel(nn.Linear(4, 5))
torch.save(net.module.state_dict(), 'a.pt')
net.load_state_dict(torch.load('a.pt'))
""",
    "pathlib_path": """\
from pathlib import Path
p = Path('out'); p.mkdir(exist_ok=True)
net = nn.Linear(4, 5)
torch.save(net.state_dict(), p / 'best.pt')
other = nn.Linear(4, 6)
other.load_state_dict(torch.load(p / 'best.pt', weights_only=True))
""",
    "fstring": """\
net = nn.Linear(4, 5)
for e in range(3):
    torch.save(net.state_dict(), f'ckpt_{e}.pt')
other = nn.Linear(4, 6)
other.load_state_dict(torch.load('ckpt_2.pt'))
""",
    "bytesio": """\
import io
net = nn.Linear(4, 5)
buf = io.BytesIO()
torch.save(net.state_dict(), buf)
buf.seek(0)
other = nn.Linear(4, 6)
other.load_state_dict(torch.load(buf))
""",
    "opt_params_swapped": """\
net = nn.Linear(4, 5)
opt = torch.optim.Adam(net.parameters())
torch.save([net.state_dict(), opt.state_dict()], 'a.pt')
o, m = torch.load('a.pt')
net.load_state_dict(m)
""",
    "state_after_change": """\
net = nn.Sequential(nn.Linear(4, 5), nn.Linear(5, 2))
torch.save(net.state_dict(), 'a.pt')
net[1] = nn.Linear(5, 7)
net.load_state_dict(torch.load('a.pt'))
""",
    "whole_false": """\
model = nn.Sequential(nn.Linear(10, 3))
torch.save({'model': model}, 'm.pt')
m = torch.load('m.pt', weights_only=False)['model']
m(torch.randn(2, 11))
""",
    "safe": """\
model = nn.Linear(10, 3)
torch.save(model, 'm.pt')
torch.serialization.add_safe_globals([nn.Linear, set])
m = torch.load('m.pt')
""",
    "plain": """\
from collections import OrderedDict, defaultdict
model = nn.Linear(10, 3)
opt = torch.optim.AdamW(model.parameters())
sched = torch.optim.lr_scheduler.CosineAnnealingLR(opt, 10)
torch.save({'model': model.state_dict(), 'opt': opt.state_dict(), 'sched': sched.state_dict(), 'epoch': 3, 'acc': 0.5, 'names': ['a'], 'shape': torch.Size([1]), 'rng': torch.get_rng_state()}, 'm.pt')
c = torch.load('m.pt')
model.load_state_dict(c['model']); opt.load_state_dict(c['opt']); sched.load_state_dict(c['sched'])
""",
    "assign_size": """\
a = nn.Linear(4, 5); b = nn.Linear(4, 6)
b.load_state_dict(a.state_dict(), assign=True)
""",
    "assign_trains": """\
a = nn.Sequential(nn.Linear(4, 5), nn.BatchNorm1d(5)); b = nn.Sequential(nn.Linear(4, 5), nn.BatchNorm1d(5))
b.load_state_dict(a.state_dict(), assign=True)
b(torch.randn(3, 4)).sum().backward()
print(b[0].weight.grad.shape, b[0].weight.requires_grad, b[0].weight.dtype)
b(torch.randn(3, 5))
""",
    "load_list": """\
b = nn.Linear(4, 6)
b.load_state_dict([torch.randn(6, 4), torch.randn(6)])
""",
    "load_none": """\
b = nn.Linear(4, 6)
b.load_state_dict(None)
""",
    "nonstrict_string": """\
b = nn.Linear(4, 6)
b.load_state_dict({'weight': [1, 2], 'bias': torch.zeros(6)}, strict=False)
""",
    "result": """\
b = nn.Linear(4, 6)
r = b.load_state_dict({'weight': torch.zeros(6, 4), 'other': torch.zeros(6)}, strict=False)
assert r.missing_keys == ['bias'] and r.unexpected_keys == ['other']
m, u = r
print(len(m) + len(u))
b.load_state_dict({'weight': torch.zeros(6, 4), 'other': torch.zeros(6)})
""",
    "opt_lr_bad": """\
b = nn.Linear(4, 6)
o = torch.optim.Adam(b.parameters(), lr=0.1)
o.load_state_dict({'state': {}})
""",
    "opt_none": """\
b = nn.Linear(4, 6)
o = torch.optim.Adam(b.parameters(), lr=0.1)
o.load_state_dict(o)
""",
    "opt_list": """\
b = nn.Linear(4, 6)
o = torch.optim.Adam(b.parameters(), lr=0.1)
o.load_state_dict([o.state_dict()])
""",
    "opt_str": """\
b = nn.Linear(4, 6)
o = torch.optim.Adam(b.parameters(), lr=0.1)
o.load_state_dict('opt.pt')
""",
}
