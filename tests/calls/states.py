"""State dicts, checkpoints, optimizers, schedulers, containers."""

from __future__ import annotations

CASES = {
    "sd_size": """\
a, b = nn.Sequential(nn.Linear(4, 3)), nn.Sequential(nn.Linear(5, 3))
b.load_state_dict(a.state_dict(), strict=False)
""",
    "sd_missing": """\
a, b = nn.Sequential(nn.Linear(4, 3)), nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2))
b.load_state_dict(a.state_dict())
""",
    "sd_missing_ok": """\
a, b = nn.Sequential(nn.Linear(4, 3)), nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2))
missing, unexpected = b.load_state_dict(a.state_dict(), strict=False)
print(missing[0], b.load_state_dict(a.state_dict(), strict=False).missing_keys[1])
""",
    "sd_module_prefix": """\
net = nn.Sequential(nn.Linear(4, 3))
par = nn.DataParallel(net)
torch.save(par.state_dict(), "m.pt")
net.load_state_dict(torch.load("m.pt"))
""",
    "sd_module_prefix_ok": """\
net = nn.Sequential(nn.Linear(4, 3))
par = nn.DataParallel(net)
torch.save(par.state_dict(), "m.pt")
state = {k.replace("module.", ""): v for k, v in torch.load("m.pt").items()}
net.load_state_dict(state)
from collections import OrderedDict
new = OrderedDict()
for k, v in torch.load("m.pt").items():
    name = k[7:]
    new[name] = v
net.load_state_dict(new)
""",
    "checkpoint": """\
net = nn.Linear(4, 3)
opt = torch.optim.Adam(net.parameters())
torch.save({"epoch": 3, "model_state": net.state_dict(), "optimizer_state": opt.state_dict(), "loss": 0.1}, "c.pt")
ck = torch.load("c.pt", map_location="cpu", weights_only=True)
net.load_state_dict(ck["model_state"])
opt.load_state_dict(ck["optimizer_state"])
print(ck["epoch"] + 1)
""",
    "checkpoint_wrong_key": """\
net = nn.Linear(4, 3)
torch.save({"epoch": 3, "model_state": net.state_dict()}, "c.pt")
ck = torch.load("c.pt")
net.load_state_dict(ck["state_dict"])
""",
    "checkpoint_whole": """\
net = nn.Linear(4, 3)
torch.save({"epoch": 3, "model_state": net.state_dict()}, "c.pt")
net.load_state_dict(torch.load("c.pt"))
""",
    "checkpoint_other_classes": """\
def make(n):
    return nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Linear(8, n))
torch.save(make(10).state_dict(), "c.pt")
net = make(5)
net.load_state_dict(torch.load("c.pt"))
""",
    "checkpoint_other_classes_ok": """\
def make(n):
    return nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Linear(8, n))
torch.save(make(10).state_dict(), "c.pt")
net = make(5)
state = torch.load("c.pt")
del state["2.weight"], state["2.bias"]
net.load_state_dict(state, strict=False)
own = net.state_dict()
state = {k: v for k, v in torch.load("c.pt").items() if k in own and v.shape == own[k].shape}
own.update(state)
net.load_state_dict(own)
state.pop("1.num_batches_tracked")
net.load_state_dict({**own})
""",
    "load_net": """\
net = nn.Linear(4, 3)
torch.save(net, "net.pt")
other = torch.load("net.pt", weights_only=False)
print(other(torch.rand(2, 4)).shape)
""",
    "load_module_object": """\
net = nn.Linear(4, 3)
net.load_state_dict(nn.Linear(4, 3))
""",
    "opt_groups": """\
a, b = nn.Linear(4, 3), nn.Sequential(nn.Linear(4, 3), nn.Linear(3, 2))
oa, ob = torch.optim.SGD(a.parameters(), 0.1), torch.optim.SGD(b.parameters(), 0.1)
ob.load_state_dict(oa.state_dict())
""",
    "opt_groups2": """\
b = nn.Sequential(nn.Linear(4, 3), nn.Linear(3, 2))
oa, ob = torch.optim.SGD(b.parameters(), 0.1), torch.optim.SGD([{"params": b[0].parameters()}, {"params": b[1].parameters(), "lr": 1.}], 0.1)
ob.load_state_dict(oa.state_dict())
""",
    "early_stopping": """\
class Stop:
    def __init__(self):
        self.best, self.path = None, "best.pt"
    def __call__(self, loss, model):
        if self.best is None or loss < self.best:
            self.best = loss
            torch.save(model.state_dict(), self.path)
net = nn.Linear(4, 3)
stop = Stop()
for e in range(3):
    stop(net(torch.rand(2, 4)).sum().item(), net)
net.load_state_dict(torch.load(stop.path))
net.load_state_dict(torch.load("best.pt"))
""",
    "bytesio": """\
import io
net = nn.Linear(4, 3)
buf = io.BytesIO()
torch.save(net.state_dict(), buf)
buf.seek(0)
nn.Linear(4, 3).load_state_dict(torch.load(buf))
buf.seek(0)
nn.Linear(4, 5).load_state_dict(torch.load(buf))
""",
    "resave": """\
net = nn.Linear(4, 3)
sd = net.state_dict()
torch.save(sd, "a.pt")
sd.pop("bias")
net.load_state_dict(torch.load("a.pt"))
""",
    "copy_sd": """\
net = nn.Linear(4, 3)
best = copy.deepcopy(net.state_dict())
net.load_state_dict(best)
print(list(net.state_dict())[1], net.state_dict()["weight"].shape[1])
print(net.state_dict()["weights"])
""",
    "tied": """\
class T(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.emb = nn.Embedding(n, 4)
        self.out = nn.Linear(4, n, bias=False)
        self.out.weight = self.emb.weight
        self.register_buffer("mask", torch.ones(n, n), persistent=False)
        self.register_buffer("pos", torch.ones(n))
net = T(5)
net.load_state_dict(T(5).state_dict())
net.load_state_dict(T(6).state_dict())
""",
    "lazy_load": """\
net = nn.LazyLinear(3)
net.load_state_dict(nn.Linear(4, 3).state_dict())
""",
    "assign": """\
net = nn.Linear(4, 3)
net.load_state_dict({"weight": torch.zeros(3, 4), "bias": torch.zeros(3)}, assign=True)
net.load_state_dict({"weight": torch.zeros(3, 4), "bias": np.zeros(3)})
""",
    "sched_state": """\
net = nn.Linear(4, 3)
opt = torch.optim.SGD(net.parameters(), 0.1)
s = torch.optim.lr_scheduler.StepLR(opt, 3)
s.load_state_dict(s.state_dict())
opt.load_state_dict(s.state_dict())
""",
    "plateau_step": """\
net = nn.Linear(4, 3)
opt = torch.optim.SGD(net.parameters(), 0.1)
s = torch.optim.lr_scheduler.ReduceLROnPlateau(opt)
for e in range(3):
    net(torch.rand(2, 4)).sum().backward()
    opt.step()
    s.step()
""",
    "model_to_opt": """\
net = nn.Linear(4, 3)
opt = torch.optim.Adam(net)
""",
    "params_method": """\
net = nn.Linear(4, 3)
opt = torch.optim.Adam(net.parameters)
""",
    "frozen_filter": """\
net = nn.Linear(4, 3)
for p in net.parameters():
    p.requires_grad = False
opt = torch.optim.Adam(filter(lambda p: p.requires_grad, net.parameters()))
""",
    "frozen_list": """\
net = nn.Linear(4, 3)
for p in net.parameters():
    p.requires_grad = False
opt = torch.optim.Adam([p for p in net.parameters() if p.requires_grad])
""",
    "dup_groups": """\
net = nn.Sequential(nn.Linear(4, 3), nn.Linear(3, 2))
opt = torch.optim.SGD([{"params": net.parameters()}, {"params": net[1].parameters(), "lr": 1e-2}], lr=1e-3)
""",
    "neg_lr": """\
net = nn.Linear(4, 3)
opt = torch.optim.SGD(net.parameters(), lr=-0.1)
""",
    "lr_str": """\
net = nn.Linear(4, 3)
opt = torch.optim.Adam(net.parameters(), lr="0.1")
""",
    "onecycle": """\
net = nn.Linear(4, 3)
opt = torch.optim.SGD(net.parameters(), lr=0.1)
s = torch.optim.lr_scheduler.OneCycleLR(opt, max_lr=0.1, epochs=10)
""",
    "module_dict_missing": """\
m = nn.ModuleDict({"a": nn.Linear(2, 2)})
m["b"]
""",
    "param_dict_int": """\
m = nn.ModuleDict({1: nn.Linear(2, 2)})
""",
    "sequential_list": """\
m = nn.Sequential([nn.Linear(2, 2), nn.ReLU()])
""",
    "modulelist_args": """\
m = nn.ModuleList(nn.Linear(2, 2), nn.ReLU())
""",
    "modulelist_call": """\
m = nn.ModuleList([nn.Linear(2, 2), nn.ReLU()])
m(torch.rand(2, 2))
""",
    "keys_of_keywords": """\
net = nn.Linear(4, 2)
def save(path, m, **kw):
    torch.save({"state_dict": m.state_dict(), **kw}, path)
save("last.pth", net, best=0.3)
ck = torch.load("last.pth")
net.load_state_dict(ck["model"])
""",
    "keys_of_keywords_ok": """\
net = nn.Linear(4, 2)
def save(path, m, **kw):
    torch.save({"state_dict": m.state_dict(), **kw}, path)
save("last.pth", net, best=0.3, model=net.state_dict())
ck = torch.load("last.pth")
net.load_state_dict(ck["model"])
""",
    "keys_of_keywords_handed_on": """\
net = nn.Linear(4, 2)
def save(path, m, **kw):
    torch.save({"state_dict": m.state_dict(), **kw}, path)
more = {"best": 0.3}
exec("more['model'] = net.state_dict()")
save("last.pth", net, **more)
ck = torch.load("last.pth")
net.load_state_dict(ck["model"])
""",
    "keys_spread": """\
net = nn.Linear(4, 2)
extra = {"best": 0.3}
ck = {"state_dict": net.state_dict(), **extra}
net.load_state_dict(ck["model"])
""",
    "keys_of_dict": """\
net = nn.Linear(4, 2)
extra = {"best": 0.3}
ck = dict(state_dict=net.state_dict(), **extra)
net.load_state_dict(ck["model"])
""",
    "keys_joined": """\
net = nn.Linear(4, 2)
extra = {"best": 0.3}
ck = {"state_dict": net.state_dict()} | extra
ck |= extra
net.load_state_dict(ck["model"])
""",
    "keys_updated": """\
net = nn.Linear(4, 2)
extra = {"best": 0.3}
ck = {"state_dict": net.state_dict()}
ck.update(extra)
ck.update(epoch=3)
net.load_state_dict(ck["model"])
""",
    "keys_saved_by_name": """\
net = nn.Linear(4, 2)
extra = {"best": 0.3}
state = {"state_dict": net.state_dict(), **extra}
torch.save(state, "c.pt")
net.load_state_dict(torch.load("c.pt")["model"])
""",
    "keys_filled_elsewhere": """\
net = nn.Linear(4, 2)
def fill(d):
    d["model"] = net.state_dict()
extra = {"best": 0.3}
fill(extra)
ck = {"state_dict": net.state_dict(), **extra}
net.load_state_dict(ck["model"])
""",
}
