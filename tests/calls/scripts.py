"""Wrong calls and wrong values anywhere in a script, beside programs that only look like them."""

from __future__ import annotations

CASES = {
    "graph_of_a_trace": """\
from torch import fx
class M(nn.Module):
    def forward(self, x, y):
        return x + y
traced = fx.symbolic_trace(M())
for node in traced.graph.nodes:
    if node.op == "call_function":
        node.target = torch.mul
traced.recompile()
print(traced.code, traced(torch.rand(3), torch.rand(3)))
print(fx.GraphModule(M(), fx.Tracer().trace(M()))(torch.rand(3), torch.rand(3)))
""",
    "ufunc_outer": """\
print(np.subtract.outer(np.arange(3), np.arange(4)).shape, torch.rand(3))
""",
    "ufunc_outer_in_a_model": """\
class Mel(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("ramps", torch.tensor(np.subtract.outer(np.arange(3), np.arange(4))))
    def forward(self, x):
        return x + self.ramps
print(Mel()(torch.rand(3, 4)).shape)
""",
    "layer_has_no_graph": """\
print(nn.Linear(3, 4).graph)
""",
    "len_own": """\
class D:
    def __init__(self): self.files = [f for f in __import__("os").listdir(".") if f.endswith(".zzz")] or [1]
    def __len__(self): return len(self.files)
d = D()
print(1 / len(d))
x = torch.rand(3)
""",
    "continue_unknown": """\
import os
n = 0
for i in range(5):
    if not os.environ.get("NOTHING", "") == "":
        continue
    n += 1
print(1 / n)
x = torch.rand(3)
""",
    "forgot_return": """\
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 2)
def build():
    net = Net()
    net.train()
model = build()
opt = torch.optim.SGD(model.parameters(), lr=0.1)
""",
    "append_none": """\
layers = []
layers = layers.append(nn.Linear(2, 2))
net = nn.Sequential(*layers)
""",
    "iter_int": """\
x = torch.rand(4, 3)
for i in x.shape[0]:
    print(x[i])
""",
    "range_float": """\
x = torch.rand(4, 3)
for i in range(x.shape[0] / 2):
    print(x[i])
""",
    "not_subscriptable": """\
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 2)
    def forward(self, x):
        return self.fc(x)
net = Net()
print(net[0])
""",
    "not_iterable_net": """\
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 2)
    def forward(self, x):
        return self.fc(x)
net = Net()
for layer in net:
    print(layer)
""",
    "unpack_many": """\
net = nn.LSTM(3, 4)
out, h, c = net(torch.rand(2, 5, 3))
""",
    "unpack_wrong2": """\
sizes = [1, 2, 3]
a, b = sizes
""",
    "tuple_out": """\
net = nn.LSTM(3, 4)
out = net(torch.rand(2, 5, 3))
print(out.shape)
""",
    "str_index": """\
names = ("a", "b")
print(names["a"])
""",
    "none_item": """\
x = torch.rand(3, requires_grad=True)
loss = x.sum()
loss = loss.backward()
print(loss.item())
""",
    "module_attr": """\
import math
print(math.sine(3), torch.rand(2))
""",
    "assert_of_a_model": """\
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 4)
    def forward(self, x):
        return self.fc(x)
net = Net()
assert net(torch.zeros(2, 3)).shape == (2, 4)
assert net(torch.zeros(2, 3)).size(-1) == 10, "ten classes"
""",
    "raise_for_a_shape": """\
def check(x, want):
    if x.ndim == 2:
        if x.shape[1] != want:
            raise ValueError(f"wanted {want}, got {tuple(x.shape)}")
y = nn.Linear(3, 4)(torch.zeros(2, 3))
try:
    check(y, 3)
except ValueError as e:
    print(e)
check(y, 4)
check(y, 5)
""",
    "raise_for_a_shape_of_a_model": """\
net = nn.Linear(3, 4)
out = net(torch.zeros(2, 3))
if out.size(1) != 10:
    raise RuntimeError("the model must give ten classes")
""",
    "raise_for_what_is_drawn": """\
y = nn.Linear(3, 4)(torch.zeros(2, 3))
if torch.rand(1).item() > 2 or y.shape[0] > 5:
    raise ValueError("too much")
while True:
    if y.shape[0] > 3:
        break
    y = torch.cat([y, y])
""",
    "operand_that_is_not_asked": """\
net = nn.Linear(3, 4)
x = torch.zeros(2, 5)
u = torch.rand(1).item()
a = u < 2 or net(x).sum() > 0
b = u > 2 and net(
    x
)
c = [net(x) for i in range(3) if u > i + 1]
d = u < 2 or x.view(3, 3)
e = (u > 2 and [][3]) or {}.get("a", 1)
""",
    "operand_that_is_asked": """\
net = nn.Linear(3, 4)
x = torch.zeros(2, 5)
if x.shape[0] == 2 and net(x).sum() > 0:
    print(1)
""",
    "format_of_a_batch": """\
y = nn.Linear(4, 2)(torch.randn(3, 4))
print(f"mean {y.mean():.3f}, shape {tuple(y.shape)}, {y}")
print(f"out {y:.3f}")
""",
    "format_of_one_element": """\
y = nn.Linear(4, 1)(torch.randn(1, 4)).squeeze(0)
print(f"out {y.item():.3f}")
print("out {:.3f}".format(y))
""",
    "text_and_number": """\
loss = nn.Linear(4, 2)(torch.randn(3, 4)).sum()
print("loss: " + str(loss.item()))
print("loss: " + loss.item())
""",
    "join_of_numbers": """\
losses = [nn.Linear(4, 2)(torch.randn(3, 4)).sum().item() for _ in range(3)]
print(", ".join(f"{l:.2f}" for l in losses), ", ".join(map(str, losses)))
print(", ".join(losses))
""",
    "set_of_unknown_items": """\
import random
s = set(np.random.choice(30, 6, replace=False).tolist())
nn.Linear(1, 2)(torch.tensor(sorted(s)).float()[:, None])
edges = set()
while len(edges) < 5:
    a, b = random.randrange(14), random.randrange(14)
    if a != b:
        edges.add((a, b))
e = torch.tensor(sorted(edges))
assert e.shape == (5, 2)
nn.Linear(2, 1)(e.float()).view(5)
""",
    "ufunc_at": """\
cm = np.zeros((5, 5))
np.add.at(cm, (np.array([1, 2]), np.array([0, 1])), 1)
y = nn.Linear(4, 5)(torch.randn(3, 4))
print(cm.sum(1))
y.view(4, 5)
""",
    "json_of_a_tensor": """\
import json
loss = nn.Linear(4, 2)(torch.randn(3, 4)).sum()
print(json.dumps({"loss": loss.item(), "epochs": [1, 2], "name": f"{loss.item():.2f}"}))
with open("x.json", "w") as f:
    json.dump({"a": [1, {"loss": loss.detach()}]}, f)
""",
    "json_of_numpys_number": """\
import json
p = nn.Linear(4, 2)(torch.randn(3, 4)).argmax(1).numpy()
print(json.dumps({"mean": np.float64(0.5), "all": p.tolist(), "one": int(p[0])}))
print(json.dumps({"tensor": torch.zeros(2)}, default=str))
print(json.dumps({"pred": p[0]}))
""",
    "json_of_an_array": """\
import json
history = {"a": np.zeros(3)}
json.dumps(history)
""",
    "raise_for_a_number": """\
n = 3
net = nn.Linear(n, 1)
if n != 2 and net.in_features > 2:
    raise ValueError(f"bad {n}")
""",
    "raise_for_an_argument": """\
def built(n):
    if n % 2:
        raise ValueError("an even number, please")
    return nn.Linear(n, 1)
built(2)
built(3)
""",
    "raise_in_a_loop_over_tensors": """\
batches = [torch.zeros(4, 2), torch.zeros(4, 2), torch.zeros(1, 2)]
for b in batches:
    if b.shape[0] != 4:
        raise RuntimeError("a short batch")
""",
    "raise_for_what_the_machine_has": """\
import os
import sys
if not os.path.exists("weights.pt"):
    print("none")
if sys.version_info < (3, 8):
    raise RuntimeError("too old")
if torch.__version__ < "1.0":
    raise RuntimeError("too old")
if len(sys.argv) > 40:
    raise SystemExit("usage")
""",
    "prune_names": """\
from torch.nn.utils import prune
p = nn.Sequential(nn.Linear(4, 2), nn.ReLU(), nn.Linear(2, 2))
prune.l1_unstructured(p[0], name="weight", amount=0.5)
prune.global_unstructured([(p[0], "weight"), (p[2], "weight")], pruning_method=prune.L1Unstructured, amount=0.2)
print(p[0].weight_mask.shape, p.state_dict()["0.weight_mask"].shape, dict(p.named_parameters())["2.weight_orig"].shape)
assert list(dict(p[0].named_buffers())) == ["weight_mask"]
p(torch.zeros(3, 4))
prune.remove(p[0], "weight")
assert "weight_orig" not in dict(p[0].named_parameters())
assert "weight_mask" not in dict(p[0].named_buffers())
""",
    "prune_twice_removed": """\
from torch.nn.utils import prune
p = nn.Linear(4, 2)
prune.random_structured(p, "weight", amount=1, dim=0)
prune.remove(p, "weight")
prune.remove(p, "weight")
""",
    "prune_by_a_method_of_ones_own": """\
from torch.nn.utils import prune
class Half(prune.BasePruningMethod):
    PRUNING_TYPE = "unstructured"
    def compute_mask(self, t, default_mask):
        mask = default_mask.clone()
        mask.view(-1)[::2] = 0
        return mask
p = nn.Linear(4, 2)
Half.apply(p, "weight")
print(p.weight_mask.shape)
""",
    "state_of_an_optimizer": """\
l = nn.Linear(4, 3)
o = torch.optim.Adam(l.parameters())
l(torch.randn(2, 4)).sum().backward()
o.step()
m = [s["exp_avg"] for s in o.state_dict()["state"].values()]
print(m[0].shape, torch.stack([v["exp_avg"].sum() for v in o.state.values()]).shape, len(o.state))
other = torch.optim.Adam(l.parameters())
other.load_state_dict(o.state_dict())
l(torch.randn(2, 5))
""",
    "state_dict_hook": """\
def strip(m, sd, prefix, meta):
    for k in list(sd):
        sd["net." + k] = sd.pop(k)
l = nn.Linear(4, 3)
l._register_state_dict_hook(strip)
print(l.state_dict()["net.weight"].shape)
""",
    "hook_by_a_lambda": """\
log, got = [], {}
l = nn.Linear(4, 3)
l.register_full_backward_hook(lambda m, gi, go: log.append(go[0].shape))
x = torch.randn(2, 4, requires_grad=True)
y = x * 2
y.register_hook(lambda g: got.update(y=g))
l(y).sum().backward()
print(log[0], got["y"].shape)
""",
    "rate_by_a_lambda": """\
lrs = []
l = nn.Linear(4, 3)
o = torch.optim.SGD(l.parameters(), 0.1)
s = torch.optim.lr_scheduler.LambdaLR(o, lambda e: lrs.append(e) or 0.9 ** e)
o.step()
s.step()
print(lrs[1])
""",
    "stack_of_what_a_lambda_fills": """\
gs = []
l = nn.Linear(4, 3)
l.register_full_backward_hook(lambda m, gi, go: gs.append(go[0]))
for _ in range(3):
    l(torch.randn(2, 4)).sum().backward()
print(torch.stack(gs).shape, torch.cat(gs).shape)
""",
    "stack_of_nothing": """\
preds = []
torch.stack(preds)
""",
    "assert_shape": """\
x = torch.rand(2, 3)
y = x.t()
assert y.shape == (2, 3), "wrong"
""",
    "int_str": """\
n = int("3.5")
x = torch.rand(n)
""",
    "json_known": """\
import json
config = json.loads('{"a": 1}')
print(config["b"], torch.rand(2))
""",
    "dict_get": """\
config = {"a": {"b": 1}}
width = config["a"]["c"]
net = nn.Linear(3, width)
""",
    "config_mutated": """\
config = {"sizes": [3]}
def extend(c):
    c["sizes"].append(4)
extend(config)
print(config["sizes"][1], torch.rand(2))
""",
    "config_mutated2": """\
sizes = [3]
def extend():
    sizes.append(4)
extend()
print(sizes[1], torch.rand(2))
""",
    "config_alias": """\
a = {"sizes": [3]}
b = a
b["sizes"].append(4)
b["x"] = 3
print(a["sizes"][1], a["x"], torch.rand(2))
""",
    "alias_loop": """\
rows = [[1], [2]]
for r in rows:
    r.append(3)
print(rows[0][1], torch.rand(2))
""",
    "alias_in_list": """\
a = [1]
b = [a, a]
b[0].append(2)
print(a[1], torch.rand(2))
""",
    "global_count": """\
count = 0
def step():
    global count
    count += 1
net = nn.Linear(2, 2)
for i in range(4):
    net(torch.rand(1, 2))
    step()
print(1 / count, [1, 2, 3, 4][count - 1])
""",
    "loop_history": """\
net = nn.Linear(2, 2)
losses = []
for epoch in range(10):
    losses.append(net(torch.rand(1, 2)).sum().item())
print(losses[9], losses[-10])
total = 0
for l in losses: total += 1
print([1,2,3,4,5,6,7,8,9,10][total - 1])
""",
    "epoch_var": """\
net = nn.Linear(2, 2)
names = {9: "last"}
for epoch in range(10):
    net(torch.rand(1, 2)).sum()
print(names[epoch])
""",
    "while_count": """\
net = nn.Linear(2, 2)
n = 0
while n < 10:
    net(torch.rand(1, 2))
    n += 1
print({10: 1}[n])
""",
    "loader_count": """\
from torch.utils.data import DataLoader, TensorDataset
loader = DataLoader(TensorDataset(torch.rand(10, 2)), 2)
n = 0
for b in loader:
    n += 1
print({5: 1}[n], [0] * len(loader))
steps = 0
for e in range(3):
    for i, b in enumerate(loader):
        steps += 1
print({15: 2}[steps], {4: 1}[i])
""",
    "time_zero": """\
import time
t = time.time()
for i in range(1000): pass
print(1 / (time.time() - t))
x = torch.rand(3)
""",
    "try_import": """\
try:
    import nothing_here
    HAS = True
except ImportError:
    HAS = False
names = {False: "no"}
print(names[HAS], torch.rand(2))
""",
    "nonlocal": """\
def outer():
    n = 0
    def inner():
        nonlocal n
        n += 1
    for i in range(3): inner()
    return 1 / n
print(outer(), torch.rand(2))
""",
    "class_counter": """\
class Meter:
    def __init__(self): self.sum = 0; self.count = 0
    def update(self, v, n=1): self.sum += v * n; self.count += n
    @property
    def avg(self): return self.sum / self.count
m = Meter()
net = nn.Linear(2, 2)
for i in range(5): m.update(net(torch.rand(1, 2)).sum().item())
print(m.avg, {5: 1}[m.count])
""",
    "setdefault": """\
table = {}
for w in "a b a".split():
    table.setdefault(w, []).append(1)
print(table["a"][1], torch.rand(2))
table2 = {w: i for i, w in enumerate("x y".split())}
print(table2["z"])
""",
    "walrus": """\
x = [1, 2]
if (n := len(x)) > 1:
    print(x[n])
t = torch.rand(2)
""",
    "star_args": """\
sizes = [3, 4, 5, 6, 7, 8, 9, 1, 1, 1, 1, 1, 1]
conv = nn.Conv2d(*sizes)
""",
    "kw_dict": """\
options = {"kernel": 3}
conv = nn.Conv2d(1, 2, **options)
""",
    "kw_dict_fn": """\
def opts():
    return {"kernel_size": 3}
conv = nn.Conv2d(1, 2, **opts())
""",
    "partial": """\
from functools import partial
Conv = partial(nn.Conv2d, kernel_size=3)
conv = Conv(1, 2, pading=1)
""",
    "own_decorated": """\
import functools
def log(f):
    @functools.wraps(f)
    def inner(*a, **k):
        return f(*a, **k)
    return inner
@log
def train(net, epochs):
    pass
train(nn.Linear(2, 2))
""",
    "staticm": """\
class A:
    @staticmethod
    def f(x): return x
    @classmethod
    def g(cls, x, y): return x
    @property
    def p(self): return 1
print(A.f(1), A().g(1, 2), torch.rand(2))
A.g(1)
""",
    "dataclass_kw": """\
from dataclasses import dataclass
@dataclass
class C:
    lr: float = 0.1
c = C(lr=1, momentum=2)
""",
    "namedtuple_missing": """\
from collections import namedtuple
P = namedtuple("P", "x y")
P(1)
""",
    "lambda_args": """\
f = lambda a, b: a
f(1)
x = torch.rand(3)
""",
    "method_missing": """\
class Trainer:
    def __init__(self, model): self.model = model
    def fit(self, loader, epochs): pass
t = Trainer(nn.Linear(2, 2))
t.fit([torch.rand(2)])
""",
    "super_args": """\
class Base(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.fc = nn.Linear(width, 2)
class Net(Base):
    def __init__(self):
        super().__init__(3, 4)
net = Net()
""",
    "forward_extra": """\
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 2)
    def forward(self, x):
        return self.fc(x)
Net()(torch.rand(1, 3), torch.rand(1, 3))
""",
    "bad_loss_call": """\
crit = nn.CrossEntropyLoss(torch.rand(4, 3), torch.tensor([0, 1, 2, 0]))
print(crit(torch.rand(4, 3), torch.tensor([0, 1, 2, 0])))
""",
    "loss_one_arg": """\
crit = nn.MSELoss()
print(crit(torch.rand(4, 3)))
""",
    "catches": """\
try:
    nn.Linear(3)
except TypeError as e:
    print("caught", e)
try:
    torch.cat([torch.rand(2)], axes=1)
except TypeError:
    pass
try:
    [1][3]
except IndexError:
    pass
try:
    {}["a"]
except (KeyError, ValueError):
    pass
x = torch.rand(2)
""",
    "cat_tensors": """\
a = torch.rand(2)
torch.cat(a, a)
""",
    "loader_kw": """\
from torch.utils.data import DataLoader, TensorDataset
loader = DataLoader(TensorDataset(torch.rand(10, 2)), batchsize=2)
""",
    "tensor_kw": """\
x = torch.tensor([1.0], requires_gradient=True)
""",
    "device_typo": """\
x = torch.rand(3).to(devise="cpu")
""",
    "transform_kw": """\
x = torch.rand(3, 4)
y = x.view(shape=(4, 3))
z = x.sum(axis=1, keepdims=True)
w = x.permute(dims=(1, 0))
""",
    "unbound": """\
def f():
    print(n)
    n = 3
f()
x = torch.rand(3)
""",
    "scope_local": """\
def f():
    loss = 3
f()
print(loss)
x = torch.rand(3)
""",
    "defined_later": """\
main()
def main():
    x = torch.rand(3)
""",
    "print_typo": """\
x = torch.rand(3)
pritn(x)
""",
    "wrapper_attr": """\
class Reg(nn.Module):
    def __init__(self):
        super().__init__()
        self.l = nn.Linear(3, 1)
    def forward(self, x):
        return self.l(x)
    def generate(self, x):
        return self(x)
net = nn.DataParallel(Reg())
net(torch.randn(5, 3))
print(net.l.weight.shape)
""",
    "wrapper_method": """\
class Reg(nn.Module):
    def __init__(self):
        super().__init__()
        self.l = nn.Linear(3, 1)
    def forward(self, x):
        return self.l(x)
    def generate(self, x):
        return self(x)
net = nn.DataParallel(Reg())
print(net.generate(torch.randn(5, 3)).shape)
""",
    "wrapper_module": """\
class Reg(nn.Module):
    def __init__(self):
        super().__init__()
        self.l = nn.Linear(3, 1)
    def forward(self, x):
        return self.l(x)
    def generate(self, x):
        return self(x)
net = nn.DataParallel(Reg())
print(net.module.generate(torch.randn(5, 3)).shape, net.module.l.weight.shape)
""",
    "wrapper_set": """\
class Reg(nn.Module):
    def __init__(self):
        super().__init__()
        self.l = nn.Linear(3, 1)
    def forward(self, x):
        return self.l(x)
    def generate(self, x):
        return self(x)
net = nn.DataParallel(Reg())
net.l = net.module.l
print(net.l.weight.shape)
""",
    "wrapper_of_own": """\
class Par(nn.DataParallel):
    def head(self):
        self.l = nn.Linear(3, 1)
net = Par(nn.Linear(3, 1))
net.head()
print(net.l.weight.shape)
""",
    "wrapper_that_hands_on": """\
class Par(nn.DataParallel):
    def __getattr__(self, name):
        try:
            return super().__getattr__(name)
        except AttributeError:
            return getattr(self.module, name)
print(Par(nn.Linear(3, 1)).weight.shape)
""",
    "assert_drawn": """\
import random
from torch.utils.data import DataLoader, Sampler
class S(Sampler):
    def __init__(self): pass
    def __iter__(self): yield random.sample(range(60), 12)
net = nn.Linear(4, 2)
for x in DataLoader(torch.randn(60, 4), batch_sampler=S()):
    e = net(x)
    assert e.shape == (10, 2)
""",
    "assert_drawn_right": """\
import random
from torch.utils.data import DataLoader, Sampler
class S(Sampler):
    def __init__(self): pass
    def __iter__(self): yield random.sample(range(60), 12)
net = nn.Linear(4, 2)
for x in DataLoader(torch.randn(60, 4), batch_sampler=S()):
    e = net(x)
    assert e.shape == (12, 2) and len(e) == e.size(0) and tuple(e.shape)[1] == 2
""",
    "assert_size": """\
out = nn.Linear(4, 2)(torch.rand(5, 4)[torch.randperm(5)[:3]])
assert out.dim() == 2 and len(out.size()) == 3, out.shape
""",
    "assert_of_setting": """\
import os
width = int(os.environ.get("WIDTH", "2"))
out = nn.Linear(4, 2)(torch.rand(5, 4))
assert out.shape == (5, width)
""",
}
