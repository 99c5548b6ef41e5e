import copy, collections
import torch, torch.nn as nn, torch.nn.functional as F
from torch.func import functional_call, vmap, grad

# a hypernetwork that writes the weights of a small target net from a task embedding;
# sine regression tasks (amplitude, phase), compared with MAML on the same tasks
torch.manual_seed(0)
N_TASKS, SHOTS = 12, 10

amp = torch.rand(N_TASKS) * 4 + 0.5
phase = torch.rand(N_TASKS) * 3.14

def batch(task_ids, shots=SHOTS):
    x = torch.rand(len(task_ids), shots, 1) * 10 - 5
    y = amp[task_ids].view(-1, 1, 1) * torch.sin(x + phase[task_ids].view(-1, 1, 1))
    return x, y

def mlp(hidden=20):
    return nn.Sequential(collections.OrderedDict([
        ('l1', nn.Linear(1, hidden)), ('a1', nn.Tanh()), ('l2', nn.Linear(hidden, hidden)), ('a2', nn.Tanh()), ('l3', nn.Linear(hidden, 1))]))

class HyperNet(nn.Module):
    def __init__(self, target, n_tasks, z_dim=8, width=32):
        super().__init__()
        self.shapes = collections.OrderedDict((n, p.shape) for n, p in target.named_parameters())
        self.sizes = [s.numel() for s in self.shapes.values()]
        self.z = nn.Embedding(n_tasks, z_dim)
        self.body = nn.Sequential(nn.Linear(z_dim, width), nn.ReLU(), nn.Linear(width, sum(self.sizes)))
        flat = torch.cat([p.detach().flatten() for p in target.parameters()])
        self.register_buffer('base', flat)
    def forward(self, task_ids):
        flat = self.base + 0.1 * self.body(self.z(task_ids))
        pieces = flat.split(self.sizes, dim=1)
        return {n: w.view(-1, *s) for (n, s), w in zip(self.shapes.items(), pieces)}

target = mlp()
for p in target.parameters(): p.requires_grad_(False)
hyper = HyperNet(target, N_TASKS)
opt = torch.optim.Adam(hyper.parameters(), lr=2e-3)

def apply_target(params, x):
    return functional_call(target, params, (x,))

for it in range(60):
    ids = torch.randperm(N_TASKS)[:6]
    x, y = batch(ids)
    weights = hyper(ids)
    pred = vmap(apply_target)(weights, x)
    loss = F.mse_loss(pred, y)
    opt.zero_grad(); loss.backward(); opt.step()
    if it % 20 == 0: print('hyper', it, round(loss.item(), 3))

# --- MAML
net = mlp()
meta_opt = torch.optim.Adam(net.parameters(), lr=1e-3)
inner_lr = 0.02

def adapt(x, y, steps=2):
    fast = {n: p for n, p in net.named_parameters()}
    for _ in range(steps):
        inner = F.mse_loss(functional_call(net, fast, (x,)), y)
        grads = torch.autograd.grad(inner, list(fast.values()), create_graph=True)
        fast = {n: p - inner_lr * g for (n, p), g in zip(fast.items(), grads)}
    return fast

for it in range(20):
    ids = torch.randperm(N_TASKS)[:4]
    xs, ys = batch(ids)
    xq, yq = batch(ids)
    meta_loss = 0.
    for i in range(len(ids)):
        fast = adapt(xs[i], ys[i])
        meta_loss = meta_loss + F.mse_loss(functional_call(net, fast, (xq[i],)), yq[i])
    meta_opt.zero_grad()
    (meta_loss / len(ids)).backward()
    meta_opt.step()
    if it % 10 == 0: print('maml', it, round(meta_loss.item() / len(ids), 3))

# --- an exponential moving average of the hypernetwork, for the test
ema = copy.deepcopy(hyper)
with torch.no_grad():
    for pe, ph in zip(ema.parameters(), hyper.parameters()):
        pe.mul_(0.9).add_(ph, alpha=0.1)
    ids = torch.arange(N_TASKS)
    x, y = batch(ids, 50)
    err = (vmap(apply_target)(ema(ids), x) - y).pow(2).mean(dim=(1, 2))
    worst = err.argmax().item()
    print('test', err.mean().item(), 'worst task', worst, 'amp %.2f phase %.2f' % (amp[worst], phase[worst]))

# per-sample gradient norms of one task, to see which points matter
params = {n: w[0].detach() for n, w in hyper(torch.tensor([worst])).items()}
def sample_loss(p, xi, yi):
    return F.mse_loss(functional_call(target, p, (xi.unsqueeze(0),)), yi.unsqueeze(0))
g = vmap(grad(sample_loss), in_dims=(None, 0, 0))(params, x[worst], y[worst])
norms = torch.stack([v.flatten(1).norm(dim=1) for v in g.values()]).norm(dim=0)
print('largest gradient at x = %.2f' % x[worst, norms.argmax(), 0])
