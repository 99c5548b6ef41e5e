"""Where a pass backward may begin and end, what a leaf refuses, and what `torch.tensor` cannot take."""

from __future__ import annotations

CASES = {
    "inplace_leaf": """\
w = torch.randn(3, requires_grad=True)
w += 1
""",
    "inplace_leaf_data": """\
w = torch.randn(3, requires_grad=True)
w.data += 1
with torch.no_grad():
    w -= 0.1
w[0] = 2
""",
    "param_update": """\
l = nn.Linear(3, 2)
loss = l(torch.randn(4, 3)).sum(); loss.backward()
for p in l.parameters():
    p -= 0.1 * p.grad
""",
    "init_weights": """\
l = nn.Linear(3, 2)
l.weight.fill_(0.5)
""",
    "init_ok": """\
l = nn.Linear(3, 2)
nn.init.xavier_uniform_(l.weight)
l.weight.data.normal_(0, 1)
with torch.no_grad():
    l.weight.fill_(0.5)
l.bias[0] = 3
""",
    "numpy_grad": """\
l = nn.Linear(3, 2)
o = l(torch.randn(4, 3))
a = o.detach().numpy()
b = o.numpy()
""",
    "twice": """\
l = nn.Linear(3, 2)
loss = l(torch.randn(4, 3)).pow(2).sum()
loss.backward()
loss.backward()
""",
    "nonscalar": """\
l = nn.Linear(3, 2)
loss = nn.MSELoss(reduction='none')(l(torch.randn(4, 3)), torch.zeros(4, 2))
loss.backward()
""",
    "backward_ones": """\
l = nn.Linear(3, 2)
o = l(torch.randn(4, 3))
o.backward(torch.ones(4, 2))
o = l(torch.randn(4, 3))
o.backward(torch.ones(4, 3))
""",
    "backward_grad_dtype": """\
l = nn.Linear(3, 2)
o = l(torch.randn(4, 3))
o.backward(torch.ones(4, 2, dtype=torch.int64))
""",
    "backward_grad_double": """\
l = nn.Linear(3, 2)
o = l(torch.randn(4, 3))
o.backward(torch.ones(4, 2, dtype=torch.float64))
""",
    "backward_grad_number": """\
l = nn.Linear(3, 2)
o = l(torch.randn(4, 3)).sum()
o.backward(1.0)
""",
    "autograd_grad_shape": """\
l = nn.Linear(3, 2)
x = torch.randn(4, 3, requires_grad=True)
o = l(x)
g = torch.autograd.grad(o, x, grad_outputs=torch.ones(4, 1))
""",
    "autograd_grad_nonscalar": """\
l = nn.Linear(3, 2)
x = torch.randn(4, 3, requires_grad=True)
o = l(x)
g = torch.autograd.grad(o, x)
""",
    "autograd_grad_unused": """\
l = nn.Linear(3, 2)
x = torch.randn(4, 3, requires_grad=True); y = torch.randn(4, 3, requires_grad=True)
o = l(x).sum()
g = torch.autograd.grad(o, [x, y])
""",
    "autograd_grad_no_req": """\
l = nn.Linear(3, 2)
x = torch.randn(4, 3)
o = l(x).sum()
g = torch.autograd.grad(o, x)
""",
    "gradient_penalty": """\
D = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 1))
real, fake = torch.randn(4, 8), torch.randn(4, 8)
a = torch.rand(4, 1)
x = (a * real + (1 - a) * fake).requires_grad_(True)
d = D(x)
g = torch.autograd.grad(outputs=d, inputs=x, grad_outputs=torch.ones_like(d), create_graph=True, retain_graph=True)[0]
gp = ((g.norm(2, dim=1) - 1) ** 2).mean()
gp.backward()
""",
    "ragged": """\
x = torch.tensor([[1, 2, 3], [4, 5]])
""",
    "list_of_tensors": """\
xs = [torch.randn(3) for _ in range(4)]
x = torch.tensor(xs)
""",
    "list_scalars_ok": """\
xs = [torch.tensor(1.0) for _ in range(4)]
x = torch.tensor(xs)
ys = torch.tensor([x.sum().item(), 2])
z = torch.tensor([[1, 2], [3, 4.5]])
assert z.dtype == torch.float32
""",
    "strings": """\
x = torch.tensor(['cat', 'dog'])
""",
    "none": """\
x = torch.tensor([1.0, None])
""",
    "none_alone": """\
x = torch.tensor(None)
""",
    "dict": """\
x = torch.tensor({'a': 1})
""",
    "mixed_depth": """\
x = torch.tensor([1, [2, 3]])
""",
    "tuple_sizes": """\
batch = [([1, 2, 3], 0), ([1, 2], 1)]
xs = torch.tensor([b[0] for b in batch])
""",
    "longtensor_float": """\
x = torch.LongTensor([1.5, 2.5])
y = torch.LongTensor(torch.randn(3))
""",
    "floattensor": """\
x = torch.FloatTensor([[1, 2], [3]])
""",
    "requires_grad_int": """\
x = torch.tensor([1, 2, 3], requires_grad=True)
""",
    "retain_grad": """\
x = torch.randn(3, requires_grad=True)
y = x * 2
y.retain_grad()
y.sum().backward()
print(y.grad.shape)
z = torch.randn(3)
z.retain_grad()
""",
    "grad_none": """\
x = torch.randn(3, requires_grad=True)
y = x * 2
z = y.sum()
z.backward()
print(y.grad.norm())
""",
    "relu_inplace_saved": """\
x = torch.randn(3, requires_grad=True)
y = x.exp()
y.add_(1)
y.sum().backward()
""",
    "inplace_sigmoid": """\
l = nn.Linear(3, 3)
h = torch.sigmoid(l(torch.randn(2, 3)))
h[:, 0] = 0
h.sum().backward()
""",
    "inplace_after_relu": """\
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(3, 3); self.b = nn.Linear(3, 3)
    def forward(self, x):
        x = torch.relu(self.a(x))
        y = self.b(x)
        x += y
        return x
n = Net()
n(torch.randn(2, 3)).sum().backward()
""",
    "gan_step_order": """\
G = nn.Linear(4, 8); D = nn.Sequential(nn.Linear(8, 8), nn.ReLU(), nn.Linear(8, 1))
og = torch.optim.SGD(G.parameters(), 0.1); od = torch.optim.SGD(D.parameters(), 0.1)
z = torch.randn(2, 4)
f = G(z)
ld = D(f.detach()).mean()
lg = -D(f).mean()
od.zero_grad(); ld.backward(); od.step()
og.zero_grad(); lg.backward(); og.step()
""",
    "rnn_state_not_detached": """\
rnn = nn.GRU(4, 8); head = nn.Linear(8, 1)
h = torch.zeros(1, 2, 8)
opt = torch.optim.SGD([*rnn.parameters(), *head.parameters()], 0.1)
for i in range(3):
    o, h = rnn(torch.randn(5, 2, 4), h)
    loss = head(o).mean()
    opt.zero_grad(); loss.backward(); opt.step()
""",
    "no_grad_loss": """\
l = nn.Linear(3, 1)
with torch.no_grad():
    loss = l(torch.randn(2, 3)).mean()
loss.backward()
""",
    "tensor_of_loss": """\
l = nn.Linear(3, 1)
losses = [l(torch.randn(2, 3)).mean() for _ in range(3)]
loss = torch.tensor(losses).sum()
loss.backward()
""",
    "argmax_backward": """\
l = nn.Linear(3, 5)
p = l(torch.randn(2, 3)).argmax(1).float()
loss = ((p - torch.tensor([1., 2.])) ** 2).mean()
loss.backward()
""",
    "a": """\
x = torch.randn(3, requires_grad=True)
(x * 2).backward([torch.ones(3)])
(x * 2).backward((torch.ones(3), torch.ones(3)))
""",
    "b": """\
x = torch.randn(3, requires_grad=True)
torch.autograd.backward([(x * 2).sum(), (x * 3).sum()])
torch.autograd.backward([(x * 2), (x * 3).sum()], [torch.ones(3), None])
torch.autograd.backward([(x * 2), (x * 3).sum()], [torch.ones(2), None])
""",
    "c": """\
x = torch.randn(3, requires_grad=True)
torch.autograd.backward([(x * 2), (x * 3).sum()])
""",
    "d": """\
x = torch.randn(3, requires_grad=True)
g, = torch.autograd.grad((x ** 2).sum(), x, create_graph=True)
h, = torch.autograd.grad(g, x)
""",
    "e": """\
x = torch.randn(3, requires_grad=True)
g, = torch.autograd.grad((x ** 2).sum(), [x], create_graph=True)
h = torch.autograd.grad(g.sum(), x)[0]
print(h.shape)
""",
    "f": """\
x = torch.randn(3, requires_grad=True); y = x.detach()
g = torch.autograd.grad((x ** 2).sum(), y)
""",
    "g": """\
x = torch.randn(3, requires_grad=True)
y = x * torch.randn(4, 3)
y.sum().backward(torch.ones(1))
""",
    "h": """\
x = torch.randn(3, requires_grad=True)
y = x * torch.randn(4, 3)
y.backward(torch.tensor(1.0))
""",
    "i": """\
x = torch.randn(3, requires_grad=True)
y = (x * torch.randn(4, 3)).sum(1, keepdim=True)
y.backward(gradient=torch.ones_like(y))
y = (x * torch.randn(4, 3)).sum(1, keepdim=True)
y.backward(gradient=torch.ones(4))
""",
    "j": """\
D = nn.Linear(8, 1)
x = torch.randn(4, 8, requires_grad=True)
g = torch.autograd.grad(D(x).sum(), x)[0]
gp = ((g.norm(2, dim=1) - 1) ** 2).mean()
gp.backward()
""",
    "k": """\
D = nn.Linear(8, 1)
x = torch.randn(4, 8, requires_grad=True)
z = torch.randn(4, 8, requires_grad=True)
g = torch.autograd.grad(D(x).sum(), [x, z], allow_unused=True)
g = torch.autograd.grad(D(x).sum(), [x, D.weight])
g = torch.autograd.grad(D(x).sum(), list(D.parameters()))
g = torch.autograd.grad(x.sum(), x)
g = torch.autograd.grad(x, x, torch.ones_like(x))
""",
    "l": """\
net = nn.Sequential(nn.Linear(8, 4), nn.ReLU(), nn.Linear(4, 1)); extra = nn.Linear(3, 3)
params = list(net.parameters()) + list(extra.parameters())
loss = net(torch.randn(2, 8)).mean()
grads = torch.autograd.grad(loss, params)
""",
    "m": """\
net = nn.Linear(8, 1)
fast = list(net.parameters())
for _ in range(2):
    out = nn.functional.linear(torch.randn(2, 8), fast[0], fast[1])
    g = torch.autograd.grad(out.mean(), fast, create_graph=True)
    fast = [p - 0.1 * q for p, q in zip(fast, g)]
nn.functional.linear(torch.randn(2, 8), fast[0], fast[1]).mean().backward()
""",
    "n": """\
def f(x): return (x ** 2).sum(1)
x = torch.randn(5, 2, requires_grad=True)
u = f(x)
du = torch.autograd.grad(u, x, torch.ones_like(u), create_graph=True)[0]
du2 = torch.autograd.grad(du[:, 0], x, torch.ones_like(du[:, 0]), create_graph=True)[0]
loss = (du2[:, 0] + du[:, 1]).pow(2).mean()
loss.backward()
""",
}
