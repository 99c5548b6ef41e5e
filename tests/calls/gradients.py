"""What needs a gradient and what does not: writes in place, NumPy, `backward`, flags, copies; and values that no table holds."""

from __future__ import annotations

CASES = {
    "numpy_out": """\
net = nn.Linear(3, 2)
out = net(torch.rand(4, 3))
print(out.numpy().shape)
""",
    "numpy_detach": """\
net = nn.Linear(3, 2)
out = net(torch.rand(4, 3))
print(out.detach().numpy().shape, out.detach().cpu().numpy().shape, out.data.numpy().shape)
""",
    "numpy_nograd": """\
net = nn.Linear(3, 2)
with torch.no_grad():
    out = net(torch.rand(4, 3))
print(out.numpy().shape)
""",
    "numpy_nograd_decorated": """\
net = nn.Linear(3, 2)
@torch.no_grad()
def predict(x):
    return net(x)
print(predict(torch.rand(4, 3)).numpy().shape)
""",
    "numpy_inference": """\
net = nn.Linear(3, 2)
with torch.inference_mode():
    out = net(torch.rand(4, 3))
print(out.numpy().shape)
""",
    "numpy_frozen": """\
net = nn.Linear(3, 2)
for p in net.parameters():
    p.requires_grad = False
print(net(torch.rand(4, 3)).numpy().shape)
for p in net.parameters():
    p.requires_grad = True
""",
    "numpy_frozen_then_unfrozen": """\
net = nn.Linear(3, 2)
for p in net.parameters():
    p.requires_grad = False
out = net(torch.rand(4, 3))
for p in net.parameters():
    p.requires_grad = True
print(out.numpy().shape)
""",
    "numpy_argmax": """\
net = nn.Linear(3, 2)
out = net(torch.rand(4, 3))
print(out.argmax(1).numpy(), (out > 0).numpy(), out.max(1).indices.numpy())
""",
    "numpy_softmax": """\
net = nn.Linear(3, 2)
probs = F.softmax(net(torch.rand(4, 3)), dim=1)
preds = probs.cpu().numpy()
""",
    "numpy_param": """\
net = nn.Linear(3, 2)
print(net.weight.numpy())
""",
    "numpy_set_grad": """\
net = nn.Linear(3, 2)
torch.set_grad_enabled(False)
print(net(torch.rand(4, 3)).numpy().shape)
""",
    "numpy_set_grad_ctx": """\
net = nn.Linear(3, 2)
with torch.set_grad_enabled(False):
    out = net(torch.rand(4, 3))
print(out.numpy().shape)
out = net(torch.rand(4, 3))
print(out.numpy().shape)
""",
    "loss_numpy": """\
net = nn.Linear(3, 2)
losses = []
for i in range(3):
    loss = F.mse_loss(net(torch.rand(4, 3)), torch.rand(4, 2))
    loss.backward()
    losses.append(loss.numpy())
""",
    "np_array": """\
net = nn.Linear(3, 2)
out = net(torch.rand(4, 3))
a = np.array(out)
""",
    "backward_nograd": """\
x = torch.rand(3)
loss = (x * 2).sum()
loss.backward()
""",
    "backward_detached": """\
net = nn.Linear(3, 2)
loss = net(torch.rand(4, 3)).sum().detach()
loss.backward()
""",
    "backward_in_nograd": """\
net = nn.Linear(3, 2)
with torch.no_grad():
    loss = net(torch.rand(4, 3)).sum()
loss.backward()
""",
    "backward_frozen": """\
net = nn.Linear(3, 2)
for p in net.parameters():
    p.requires_grad_(False)
loss = net(torch.rand(4, 3)).sum()
loss.backward()
""",
    "backward_frozen_backbone": """\
backbone = nn.Linear(3, 5)
for p in backbone.parameters():
    p.requires_grad = False
head = nn.Linear(5, 2)
loss = head(backbone(torch.rand(4, 3))).sum()
loss.backward()
""",
    "backward_setitem": """\
w = torch.rand(3, requires_grad=True)
out = torch.zeros(3)
out[0] = w.sum()
out.sum().backward()
""",
    "backward_iadd": """\
w = torch.rand(3, requires_grad=True)
out = torch.zeros(3)
out += w
out.sum().backward()
""",
    "backward_view_write": """\
w = torch.rand(3, requires_grad=True)
out = torch.zeros(3, 3)
out[1].copy_(w)
out.sum().backward()
""",
    "gradient_penalty": """\
net = nn.Linear(3, 1)
x = torch.rand(4, 3, requires_grad=True)
g = torch.autograd.grad(net(x).sum(), x, create_graph=True)[0]
((g.norm(2, dim=1) - 1) ** 2).mean().backward()
""",
    "function_apply": """\
class Double(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x * 2
    @staticmethod
    def backward(ctx, g):
        return g * 2
w = torch.rand(3, requires_grad=True)
Double.apply(w).sum().backward()
""",
    "function_inplace": """\
class Zero(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.mark_dirty(x)
        x.zero_()
        return x
    @staticmethod
    def backward(ctx, g):
        return g
w = torch.rand(3, requires_grad=True)
Zero.apply(w * 1).sum().backward()
""",
    "manual_sgd_wrong": """\
w = torch.rand(3, requires_grad=True)
loss = (w ** 2).sum()
loss.backward()
w -= 0.1 * w.grad
""",
    "manual_sgd": """\
w = torch.rand(3, requires_grad=True)
for i in range(4):
    loss = (w ** 2).sum()
    loss.backward()
    with torch.no_grad():
        w -= 0.1 * w.grad
        w.grad.zero_()
w.data -= 0.1 * w.grad
w.data.add_(w.grad.data, alpha=-0.1)
w.grad.data.zero_()
""",
    "manual_sgd_rebind": """\
w = torch.rand(3, requires_grad=True)
loss = (w ** 2).sum()
loss.backward()
w = w - 0.1 * w.grad
print(w.is_leaf, w.requires_grad)
""",
    "init_by_hand_wrong": """\
conv = nn.Conv2d(3, 4, 3)
conv.weight.normal_(0, 0.02)
""",
    "init_by_hand": """\
conv = nn.Conv2d(3, 4, 3)
conv.weight.data.normal_(0, 0.02)
conv.bias.data.zero_()
nn.init.xavier_uniform_(conv.weight)
nn.init.constant_(conv.bias, 0.1)
with torch.no_grad():
    conv.weight.copy_(torch.rand(4, 3, 3, 3))
    conv.weight[0] = 0
    conv.bias[1:] = 1
""",
    "apply_init": """\
def init(m):
    if isinstance(m, nn.Linear):
        m.weight.data.fill_(0.1)
        m.bias.data[0] = 3
net = nn.Sequential(nn.Linear(3, 4), nn.ReLU(inplace=True), nn.Linear(4, 2)).apply(init)
net(torch.rand(2, 3)).sum().backward()
""",
    "frozen_write": """\
conv = nn.Conv2d(3, 4, 3)
for p in conv.parameters():
    p.requires_grad = False
conv.weight.fill_(0)
""",
    "view_of_leaf": """\
w = nn.Parameter(torch.rand(4, 3))
row = w[0]
row.zero_()
""",
    "view_of_leaf_t": """\
w = nn.Parameter(torch.rand(4, 3))
w.t().fill_(1)
""",
    "index_put": """\
emb = nn.Embedding(5, 3)
emb.weight[2] = torch.zeros(3)
""",
    "index_put_data": """\
emb = nn.Embedding(5, 3)
emb.weight.data[2] = torch.zeros(3)
emb.weight.data.copy_(torch.rand(5, 3))
emb.weight.requires_grad = False
emb.weight[1] = 0
""",
    "state_dict_write": """\
net = nn.Linear(3, 2)
sd = net.state_dict()
sd["weight"][0] = 1
sd["bias"].zero_()
for k in sd:
    sd[k] *= 2
""",
    "ema": """\
net = nn.Linear(3, 2)
ema = copy.deepcopy(net)
for p in ema.parameters():
    p.requires_grad_(False)
for a, b in zip(ema.parameters(), net.parameters()):
    a.mul_(0.9).add_(b.data, alpha=0.1)
""",
    "ema_wrong": """\
net = nn.Linear(3, 2)
ema = copy.deepcopy(net)
for a, b in zip(ema.parameters(), net.parameters()):
    a.mul_(0.9).add_(b.data, alpha=0.1)
""",
    "deepcopy_out": """\
net = nn.Linear(3, 2)
out = net(torch.rand(4, 3))
saved = copy.deepcopy(out)
""",
    "deepcopy_fine": """\
net = nn.Linear(3, 2)
best = copy.deepcopy(net.state_dict())
twin = copy.deepcopy(net)
with torch.no_grad():
    out = net(torch.rand(4, 3))
saved = copy.deepcopy(out)
x = copy.deepcopy(torch.rand(3))
y = copy.deepcopy(torch.rand(3) * 2)
""",
    "int_grad": """\
x = torch.tensor([1, 2, 3])
x.requires_grad_()
""",
    "int_grad_arg": """\
x = torch.tensor([1, 2, 3], requires_grad=True)
""",
    "int_param": """\
p = nn.Parameter(torch.tensor([1, 2, 3]))
""",
    "optim_nonleaf": """\
w = torch.rand(3, requires_grad=True) * 0.1
opt = torch.optim.SGD([w], lr=0.1)
""",
    "optim_leaf": """\
w = (torch.rand(3) * 0.1).requires_grad_()
v = (torch.rand(3) * 0.1).detach().requires_grad_(True)
opt = torch.optim.SGD([w, v, torch.rand(3)], lr=0.1)
""",
    "optim_to_device": """\
w = torch.rand(3, requires_grad=True).to("cpu")
opt = torch.optim.SGD([w], lr=0.1)
""",
    "retain": """\
x = torch.rand(3)
x.retain_grad()
""",
    "retain_fine": """\
x = torch.rand(3, requires_grad=True)
y = x * 2
y.retain_grad()
y.sum().backward()
""",
    "change_flag": """\
x = torch.rand(3, requires_grad=True)
y = x * 2
y.requires_grad = False
""",
    "adversarial": """\
net = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(inplace=True), nn.Flatten(), nn.Linear(2 * 36, 3))
x = torch.rand(2, 1, 8, 8)
x.requires_grad = True
loss = F.cross_entropy(net(x), torch.tensor([0, 1]))
loss.backward()
adv = x + 0.1 * x.grad.sign()
adv = torch.clamp(adv, 0, 1).detach()
print(adv.numpy().shape)
""",
    "grad_cam": """\
net = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU())
feats = []
h = net[0].register_forward_hook(lambda m, i, o: feats.append(o))
out = net(torch.rand(1, 1, 8, 8))
feats[0].retain_grad()
out.sum().backward()
""",
    "checkpointed": """\
from torch.utils.checkpoint import checkpoint
net = nn.Linear(3, 2)
out = checkpoint(net, torch.rand(4, 3), use_reentrant=False)
out.sum().backward()
""",
    "rnn_packed": """\
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence
rnn = nn.LSTM(3, 4, batch_first=True)
packed = pack_padded_sequence(torch.rand(2, 5, 3), [5, 3], batch_first=True)
out, (h, c) = rnn(packed)
out, n = pad_packed_sequence(out, batch_first=True)
(out.sum() + h.sum()).backward()
""",
    "packed_grad": """\
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence
x = torch.rand(2, 5, 3, requires_grad=True)
packed = pack_padded_sequence(x, [5, 3], batch_first=True)
packed.data.sum().backward()
""",
    "weight_norm": """\
from torch.nn.utils import weight_norm
net = weight_norm(nn.Linear(3, 2))
net(torch.rand(4, 3)).sum().backward()
from torch.nn.utils.parametrizations import spectral_norm
net = spectral_norm(nn.Linear(3, 2))
net(torch.rand(4, 3)).sum().backward()
""",
    "gan_detach": """\
g, d = nn.Linear(2, 3), nn.Linear(3, 1)
fake = g(torch.rand(4, 2))
loss_d = F.binary_cross_entropy_with_logits(d(fake.detach()), torch.zeros(4, 1))
loss_d.backward()
loss_g = F.binary_cross_entropy_with_logits(d(fake), torch.ones(4, 1))
loss_g.backward()
""",
    "item_many": """\
net = nn.Linear(3, 2)
print(net(torch.rand(4, 3)).item())
""",
    "bool_many": """\
x = torch.rand(3)
if x > 0.5:
    print(1)
""",
    "mean_long": """\
x = torch.tensor([1, 2, 3])
print(x.mean())
""",
    "embedding_range": """\
emb = nn.Embedding(5, 3)
print(emb(torch.tensor([[1, 9]])))
""",
    "embedding_float": """\
emb = nn.Embedding(5, 3)
print(emb(torch.tensor([[1., 2.]])))
""",
    "target_range": """\
loss = nn.CrossEntropyLoss()
print(loss(torch.rand(3, 4), torch.tensor([0, 1, 4])))
""",
    "nll_range": """\
print(F.nll_loss(torch.rand(3, 4), torch.tensor([0, 1, 4])))
""",
    "one_hot_float": """\
print(F.one_hot(torch.tensor([0., 1.])))
""",
    "gather_range": """\
print(torch.rand(2, 3).gather(1, torch.tensor([[0, 3]])))
""",
    "index_range": """\
x = torch.rand(2, 3)
print(x[2])
""",
    "index_select_range": """\
x = torch.rand(2, 3)
print(x.index_select(0, torch.tensor([0, 5])), x[torch.tensor([5])])
""",
    "func_grad": """\
from torch.func import grad, vmap, functional_call
def f(w):
    w = w * 1
    w[0] = 2
    return (w ** 2).sum()
print(grad(f)(torch.rand(3)))
net = nn.Linear(3, 2)
params = {k: v.detach() for k, v in net.named_parameters()}
print(functional_call(net, params, (torch.rand(2, 3),)).numpy().shape)
""",
    "lightning_like": """\
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 2)
    def forward(self, x):
        return self.fc(x)
    @torch.no_grad()
    def predict(self, x):
        return self(x).numpy()
net = Net()
net.predict(torch.rand(2, 3))
opt = torch.optim.Adam(net.parameters())
for epoch in range(3):
    net.train()
    opt.zero_grad()
    loss = F.cross_entropy(net(torch.rand(2, 3)), torch.tensor([0, 1]))
    loss.backward()
    opt.step()
    net.eval()
    with torch.no_grad():
        preds = net(torch.rand(2, 3)).argmax(1).cpu().numpy()
        probs = net(torch.rand(2, 3)).softmax(1).cpu().numpy()
""",
    "hidden_detach": """\
rnn = nn.RNN(3, 4)
h = torch.zeros(1, 2, 4)
for i in range(3):
    out, h = rnn(torch.rand(5, 2, 3), h)
    h = h.detach()
    out.sum().backward()
h.detach_()
print(h.numpy().shape)
""",
    "requires_grad_branch": """\
net = nn.Linear(3, 2)
y = net(torch.rand(2, 3))
assert y.requires_grad
assert not y.detach().requires_grad
if y.requires_grad:
    y = y[:, :1]
print(nn.Linear(1, 1)(y).shape)
print(y.grad_fn is not None, net.weight.is_leaf, y.is_leaf)
""",
    "numpy_generator": """\
net = nn.Linear(3, 2)
@torch.no_grad()
def predictions(batches):
    for x in batches:
        yield net(x)
for p in predictions([torch.rand(4, 3)] * 2):
    print(p.numpy().shape)
print(torch.is_grad_enabled(), net(torch.rand(4, 3)).requires_grad)
""",
    "inference_mode_off": """\
net = nn.Linear(3, 2)
@torch.inference_mode(False)
def predict(x):
    return net(x)
print(predict(torch.rand(4, 3)).numpy().shape)
""",
    "grad_enabled_unknown": """\
import os
net = nn.Linear(3, 2)
with torch.set_grad_enabled(os.environ.get("TRAIN", "") == "yes"):
    out = net(torch.rand(4, 3))
print(out.numpy().shape)
""",
    "phase": """\
net = nn.Linear(3, 2)
for phase in ["train", "val"]:
    with torch.set_grad_enabled(phase == "train"):
        out = net(torch.rand(4, 3))
        loss = out.sum()
        if phase == "train":
            loss.backward()
    print(loss.item(), out.detach().numpy().shape)
with torch.set_grad_enabled(phase == "train"):
    print(net(torch.rand(4, 3)).numpy().shape)
""",
    "init_module": """\
def init_weights(m):
    if isinstance(m, nn.Linear):
        torch.nn.init.xavier_uniform(m.weight)
        m.bias.fill_(0.01)
net = nn.Sequential(nn.Linear(3, 4), nn.ReLU())
net.apply(init_weights)
""",
    "weight_tying_write": """\
net = nn.Linear(3, 3)
net.weight += 1
""",
    "clip_weights": """\
net = nn.Linear(3, 3)
for p in net.parameters():
    p.data.clamp_(-0.01, 0.01)
for p in net.parameters():
    p.clamp_(-0.01, 0.01)
""",
    "frozen_on_a_side_of_a_loop": """\
net = nn.Linear(4, 2)
for step in range(2000):
    loss = net(torch.rand(8, 4)).sum()
    if loss.item() > 1e9:
        net.weight.requires_grad_(False)
        net.bias.requires_grad_(False)
net(torch.rand(8, 4)).sum().backward()
""",
    "frozen_on_the_other_side": """\
net = nn.Linear(4, 2)
loss = net(torch.rand(8, 4)).sum()
if loss.item() > -1e9:
    for p in net.parameters():
        p.requires_grad = False
print(net.weight.numpy().shape, net(torch.rand(8, 4)).numpy().shape)
""",
    "mode_of_a_side": """\
net = nn.Linear(4, 2)
loss = net(torch.rand(8, 4)).sum()
if loss.item() > -1e9:
    torch.set_grad_enabled(False)
print(net(torch.rand(8, 4)).numpy().shape)
""",
    "mode_after_a_side": """\
net = nn.Linear(4, 2)
loss = net(torch.rand(8, 4)).sum()
if loss.item() > 1e9:
    torch.set_grad_enabled(False)
net(torch.rand(8, 4)).sum().backward()
""",
    "handed_on_in_a_loop": """\
net = nn.Linear(4, 2)
before = now = torch.zeros(())
for step in range(2000):
    before, now = now, net(torch.rand(8, 4)).sum()
before.backward()
""",
    "toggled_in_a_loop": """\
net, critic = nn.Linear(4, 2), nn.Linear(2, 1)
for step in range(300):
    for p in critic.parameters():
        p.requires_grad_(True)
    critic(net(torch.rand(8, 4)).detach()).mean().backward()
    for p in critic.parameters():
        p.requires_grad_(False)
    critic(net(torch.rand(8, 4))).mean().backward()
print(critic(torch.rand(8, 2)).numpy().shape)
""",
    "grad_of_computed": """\
x = torch.randn(5, 3)
w = torch.zeros(3, 1, requires_grad=True)
loss = (x @ w).mean()
loss.backward()
w = w - 0.1 * w.grad
w.grad.zero_()
""",
    "grad_of_computed_in_loop": """\
x = torch.randn(5, 3)
w = torch.zeros(3, 1, requires_grad=True)
for i in range(10):
    loss = (x @ w).mean()
    loss.backward()
    w = w - 0.1 * w.grad
""",
    "grad_of_computed_item": """\
x = torch.randn(5, 3)
w = torch.zeros(3, 1, requires_grad=True)
y = x @ w
y.mean().backward()
print(y.grad[0])
""",
    "grad_of_computed_kept": """\
x = torch.randn(5, 3)
w = torch.zeros(3, 1, requires_grad=True)
y = x @ w
y.retain_grad()
y.mean().backward()
print(y.grad[0])
""",
    "grad_of_computed_asked": """\
x = torch.randn(5, 3)
w = torch.zeros(3, 1, requires_grad=True)
w = w * 2
if w.grad is not None:
    w.grad.zero_()
(x @ w).mean().backward()
print(w.grad)
""",
    "grad_of_leaf_made_anew": """\
x = torch.randn(5, 3)
w = torch.zeros(3, 1, requires_grad=True)
(x @ w).mean().backward()
w = (w - 0.1 * w.grad).detach().requires_grad_()
(x @ w).mean().backward()
w.grad.zero_()
""",
    "grad_before_backward": """\
net = nn.Linear(3, 1)
for i in range(10):
    for p in net.parameters():
        p.grad.zero_()
    loss = net(torch.randn(5, 3)).mean()
    loss.backward()
""",
    "grad_after_function": """\
net = nn.Linear(3, 1)
def step(loss):
    loss.backward()
step(net(torch.randn(5, 3)).mean())
for p in net.parameters():
    p.grad.zero_()
""",
    "grad_after_autograd": """\
net = nn.Linear(3, 1)
loss = net(torch.randn(5, 3)).mean()
torch.autograd.backward(loss)
for p in net.parameters():
    p.grad.zero_()
""",
    "grad_set": """\
net = nn.Linear(3, 1)
for p in net.parameters():
    p.grad = torch.zeros_like(p)
for p in net.parameters():
    p.grad.zero_()
""",
    "grad_updated_in_place": """\
x = torch.randn(5, 3)
w = torch.zeros(3, 1, requires_grad=True)
for i in range(10):
    loss = (x @ w).mean()
    loss.backward()
    with torch.no_grad():
        w -= 0.1 * w.grad
    w.grad.zero_()
""",
    "backward_twice": """\
net = nn.Sequential(nn.Linear(2, 4), nn.ReLU(), nn.Linear(4, 1))
loss = net(torch.randn(3, 2)).mean()
loss.backward()
loss.backward()
""",
    "gan_without_detach": """\
g, d = nn.Linear(2, 3), nn.Linear(3, 1)
fake = g(torch.rand(4, 2))
d(fake).mean().backward()
d(fake).mean().backward()
""",
    "gan_without_detach_in_a_loop": """\
g, d = nn.Sequential(nn.Linear(2, 3), nn.Tanh()), nn.Linear(3, 1)
opt_d, opt_g = torch.optim.Adam(d.parameters()), torch.optim.Adam(g.parameters())
bce = nn.BCEWithLogitsLoss()
for epoch in range(100):
    for real in torch.rand(5, 4, 3):
        fake = g(torch.rand(4, 2))
        opt_d.zero_grad()
        loss_d = bce(d(real), torch.ones(4, 1)) + bce(d(fake), torch.zeros(4, 1))
        loss_d.backward()
        opt_g.zero_grad()
        loss_g = bce(d(fake), torch.ones(4, 1))
        loss_g.backward()
""",
    "hidden_not_detached": """\
rnn = nn.RNN(3, 4)
h = torch.zeros(1, 2, 4)
for i in range(3):
    out, h = rnn(torch.rand(5, 2, 3), h)
    out.sum().backward()
""",
    "hidden_not_detached_once": """\
rnn = nn.RNN(3, 4)
h = torch.zeros(1, 2, 4)
for i in range(1):
    out, h = rnn(torch.rand(5, 2, 3), h)
    out.sum().backward()
""",
    "lstm_hidden_not_detached_over_a_loader": """\
rnn, head = nn.LSTM(3, 4, batch_first=True), nn.Linear(4, 2)
opt = torch.optim.SGD([*rnn.parameters(), *head.parameters()], lr=0.1)
data = torch.utils.data.TensorDataset(torch.rand(400, 5, 3), torch.randint(0, 2, (400,)))
state = None
for x, y in torch.utils.data.DataLoader(data, batch_size=4):
    out, state = rnn(x, state)
    loss = F.cross_entropy(head(out[:, -1]), y)
    opt.zero_grad()
    loss.backward()
    opt.step()
""",
    "lstm_hidden_detached_over_a_loader": """\
rnn, head = nn.LSTM(3, 4, batch_first=True), nn.Linear(4, 2)
opt = torch.optim.SGD([*rnn.parameters(), *head.parameters()], lr=0.1)
data = torch.utils.data.TensorDataset(torch.rand(400, 5, 3), torch.randint(0, 2, (400,)))
state = None
for x, y in torch.utils.data.DataLoader(data, batch_size=4):
    if state is not None:
        state = tuple(s.detach() for s in state)
    out, state = rnn(x, state)
    loss = F.cross_entropy(head(out[:, -1]), y)
    opt.zero_grad()
    loss.backward()
    opt.step()
""",
    "cell_hidden_kept_in_the_model": """\
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.cell = nn.GRUCell(3, 4)
        self.h = torch.zeros(2, 4)
    def forward(self, x):
        self.h = self.cell(x, self.h)
        return self.h
net = Net()
for i in range(200):
    net(torch.rand(2, 3)).sum().backward()
""",
    "smoothed_loss_not_detached": """\
net = nn.Linear(3, 1)
mean = 0
for i in range(1000):
    loss = net(torch.rand(4, 3)).pow(2).mean()
    mean = 0.9 * mean + 0.1 * loss
    mean.backward()
""",
    "summed_loss_in_a_list": """\
net = nn.Linear(3, 1)
losses = [net(torch.rand(4, 3)).pow(2).mean() for i in range(3)]
for i in range(3):
    sum(losses[: i + 1]).backward()
""",
    "losses_of_a_long_loop_one_by_one": """\
net = nn.Linear(3, 1)
losses = []
for i in range(1000):
    losses.append(net(torch.rand(4, 3)).pow(2).mean())
for loss in losses:
    loss.backward()
""",
    "two_losses_of_one_trunk": """\
trunk, a, b = nn.Linear(3, 4), nn.Linear(4, 1), nn.Linear(4, 1)
h = trunk(torch.rand(2, 3)).relu()
a(h).sum().backward()
b(h).sum().backward()
""",
    "two_losses_retained": """\
trunk, a, b = nn.Linear(3, 4), nn.Linear(4, 1), nn.Linear(4, 1)
h = trunk(torch.rand(2, 3)).relu()
a(h).sum().backward(retain_graph=True)
b(h).sum().backward()
""",
    "two_losses_retained_then_once_more": """\
trunk, a, b = nn.Linear(3, 4), nn.Linear(4, 1), nn.Linear(4, 1)
h = trunk(torch.rand(2, 3)).relu()
a(h).sum().backward(retain_graph=True)
b(h).sum().backward()
a(h).sum().backward()
""",
    "two_losses_summed": """\
trunk, a, b = nn.Linear(3, 4), nn.Linear(4, 1), nn.Linear(4, 1)
for i in range(4):
    h = trunk(torch.rand(2, 3)).relu()
    (a(h).sum() + b(h).sum()).backward()
""",
    "two_losses_in_one_pass": """\
trunk, a, b = nn.Linear(3, 4), nn.Linear(4, 1), nn.Linear(4, 1)
h = trunk(torch.rand(2, 3)).relu()
torch.autograd.backward([a(h).sum(), b(h).sum()])
""",
    "sums_and_views_twice": """\
w = torch.rand(3, 4, requires_grad=True)
s = (w.t() + 1).reshape(2, 6).sum(0)
s.sum().backward()
s.sum().backward()
s.mean().backward()
""",
    "scaled_by_a_number_twice": """\
w = torch.rand(3, requires_grad=True)
s = (w * 2).sum()
s.backward()
s.backward()
""",
    "tied_view_used_again": """\
w = nn.Parameter(torch.rand(3, 4))
t = w.t()
for i in range(5):
    (torch.rand(2, 4) @ t).sum().backward()
""",
    "penalty_computed_before_the_loop": """\
net = nn.Linear(3, 1)
penalty = sum((p ** 2).sum() for p in net.parameters())
for i in range(5):
    (net(torch.rand(4, 3)).mean() + 0.1 * penalty).backward()
""",
    "penalty_detached": """\
net = nn.Linear(3, 1)
penalty = sum((p ** 2).sum() for p in net.parameters()).detach()
for i in range(5):
    (net(torch.rand(4, 3)).mean() + 0.1 * penalty).backward()
""",
    "gradient_penalty_twice": """\
d = nn.Sequential(nn.Linear(3, 4), nn.LeakyReLU(0.2), nn.Linear(4, 1))
for i in range(5):
    x = torch.rand(4, 3, requires_grad=True)
    out = d(x)
    g, = torch.autograd.grad(out.sum(), x, create_graph=True)
    loss = out.mean() + ((g.norm(2, dim=1) - 1) ** 2).mean()
    loss.backward()
""",
    "gradient_penalty_without_create_graph": """\
d = nn.Sequential(nn.Linear(3, 4), nn.LeakyReLU(0.2), nn.Linear(4, 1))
x = torch.rand(4, 3, requires_grad=True)
out = d(x)
g, = torch.autograd.grad(out.sum(), x)
out.mean().backward()
""",
    "grad_of_two_inputs_in_turn": """\
net = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1))
out = net(torch.rand(2, 3)).sum()
torch.autograd.grad(out, net[2].weight)
torch.autograd.grad(out, net[0].weight)
""",
    "grad_of_separate_branches": """\
a, b = nn.Linear(3, 1), nn.Linear(3, 1)
x = torch.rand(2, 3)
out = a(x).exp().sum() + b(x).exp().sum()
torch.autograd.grad(out, a.weight)
torch.autograd.grad(out, b.weight)
""",
    "grad_of_a_bias_twice": """\
net = nn.Linear(3, 1)
out = net(torch.rand(2, 3)).sum()
torch.autograd.grad(out, net.bias)
torch.autograd.grad(out, net.bias)
""",
    "backward_to_inputs": """\
a, b = nn.Linear(3, 3), nn.Linear(3, 1)
h = a(torch.rand(2, 3))
out = b(h).exp().sum()
out.backward(inputs=list(b.parameters()))
(h * h).sum().backward()
""",
    "accumulation": """\
net = nn.Linear(3, 1)
opt = torch.optim.SGD(net.parameters(), 0.1)
total = 0
for i in range(40):
    loss = net(torch.rand(4, 3)).pow(2).mean() / 4
    loss.backward()
    total += loss.item()
    if (i + 1) % 4 == 0:
        opt.step()
        opt.zero_grad()
""",
    "total_of_losses_not_detached": """\
net = nn.Linear(3, 1)
total = 0
for i in range(40):
    loss = net(torch.rand(4, 3)).pow(2).mean()
    loss.backward()
    total += loss
print(total / 40)
""",
    "total_of_losses_backward": """\
net = nn.Linear(3, 1)
total = 0
for i in range(40):
    loss = net(torch.rand(4, 3)).pow(2).mean()
    loss.backward()
    total += loss
total.backward()
""",
    "ppo_epochs": """\
actor, critic = nn.Linear(4, 2), nn.Linear(4, 1)
opt = torch.optim.Adam([*actor.parameters(), *critic.parameters()])
states = torch.rand(16, 4)
dist = torch.distributions.Categorical(logits=actor(states))
actions = dist.sample()
old = dist.log_prob(actions).detach()
returns = torch.rand(16)
advantage = returns - critic(states).squeeze(1).detach()
for epoch in range(4):
    dist = torch.distributions.Categorical(logits=actor(states))
    ratio = (dist.log_prob(actions) - old).exp()
    clipped = torch.clamp(ratio, 0.8, 1.2) * advantage
    loss = -torch.min(ratio * advantage, clipped).mean() + F.mse_loss(critic(states).squeeze(1), returns)
    opt.zero_grad()
    loss.backward()
    opt.step()
""",
    "ppo_advantage_not_detached": """\
actor, critic = nn.Linear(4, 2), nn.Linear(4, 1)
states, returns = torch.rand(16, 4), torch.rand(16)
advantage = returns - critic(states).squeeze(1)
for epoch in range(4):
    loss = (actor(states).log_softmax(1)[:, 0] * advantage).mean()
    loss.backward()
""",
    "maml": """\
net = nn.Linear(3, 1)
opt = torch.optim.Adam(net.parameters())
for task in range(4):
    x, y = torch.rand(5, 3), torch.rand(5, 1)
    loss = F.mse_loss(net(x), y)
    grads = torch.autograd.grad(loss, net.parameters(), create_graph=True)
    w, b = [p - 0.1 * g for p, g in zip(net.parameters(), grads)]
    outer = F.mse_loss(F.linear(torch.rand(5, 3), w, b), y)
    opt.zero_grad()
    outer.backward()
    opt.step()
""",
    "actor_critic": """\
net = nn.Linear(4, 3)
opt = torch.optim.Adam(net.parameters())
for episode in range(20):
    saved, rewards = [], []
    for t in range(10):
        out = net(torch.rand(4))
        dist = torch.distributions.Categorical(logits=out[:2])
        saved.append((dist.log_prob(dist.sample()), out[2]))
        rewards.append(1.0)
    returns = torch.tensor(rewards)
    policy, value = [], []
    for (p, v), r in zip(saved, returns):
        policy.append(-p * (r - v.item()))
        value.append(F.smooth_l1_loss(v, r))
    loss = torch.stack(policy).sum() + torch.stack(value).sum()
    opt.zero_grad()
    loss.backward()
    opt.step()
""",
    "truncated_by_steps": """\
cell, head = nn.LSTMCell(3, 4), nn.Linear(4, 1)
h, c = torch.zeros(2, 4), torch.zeros(2, 4)
loss = 0
for t in range(60):
    h, c = cell(torch.rand(2, 3), (h, c))
    loss = loss + head(h).pow(2).mean()
    if (t + 1) % 10 == 0:
        loss.backward()
        h, c, loss = h.detach(), c.detach(), 0
""",
    "truncated_without_detach": """\
cell, head = nn.LSTMCell(3, 4), nn.Linear(4, 1)
h, c = torch.zeros(2, 4), torch.zeros(2, 4)
loss = 0
for t in range(60):
    h, c = cell(torch.rand(2, 3), (h, c))
    loss = loss + head(h).pow(2).mean()
    if (t + 1) % 10 == 0:
        loss.backward()
        loss = 0
""",
    "checkpointed_twice": """\
from torch.utils.checkpoint import checkpoint
net = nn.Sequential(nn.Linear(3, 4), nn.ReLU())
out = checkpoint(net, torch.rand(4, 3), use_reentrant=False).sum()
out.backward()
out.backward()
""",
    "function_twice": """\
class Double(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x.exp() * 2
    @staticmethod
    def backward(ctx, g):
        return g * 2
w = torch.rand(3, requires_grad=True)
out = Double.apply(w).sum()
out.backward()
out.backward()
""",
    "backward_on_a_side": """\
net = nn.Linear(3, 1)
loss = net(torch.rand(4, 3)).pow(2).mean()
if loss.item() > 100:
    loss.backward()
loss.backward()
""",
    "backward_left_out_by_continue": """\
net = nn.Linear(3, 1)
loss = net(torch.rand(4, 3)).pow(2).mean()
for i in range(1):
    if loss.item() < 100:
        continue
    loss.backward()
loss.backward()
""",
    "backward_left_out_by_return": """\
net = nn.Linear(3, 1)
loss = net(torch.rand(4, 3)).pow(2).mean()
def step():
    if loss.item() < 100:
        return
    loss.backward()
step()
loss.backward()
""",
    "backward_in_a_loop_that_may_not_turn": """\
net = nn.Linear(3, 1)
loss = net(torch.rand(4, 3)).pow(2).mean()
while loss.item() > 100:
    loss.backward()
loss.backward()
""",
    "copied_result": """\
net = nn.Linear(3, 1)
loss = net(torch.rand(4, 3)).pow(2).mean()
loss.backward()
other = copy.copy(loss)
print(other.item())
""",
    "style_transfer": """\
net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU())
target = net(torch.rand(1, 3, 8, 8)).detach()
image = torch.rand(1, 3, 8, 8, requires_grad=True)
opt = torch.optim.LBFGS([image])
def closure():
    opt.zero_grad()
    loss = F.mse_loss(net(image), target)
    loss.backward()
    return loss
for i in range(3):
    opt.step(closure)
""",
    "style_target_not_detached": """\
net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU())
target = net(torch.rand(1, 3, 8, 8))
image = torch.rand(1, 3, 8, 8, requires_grad=True)
for i in range(3):
    F.mse_loss(net(image), target).backward()
""",
    "features_of_a_frozen_net": """\
net, head = nn.Sequential(nn.Linear(3, 4), nn.ReLU()), nn.Linear(4, 1)
for p in net.parameters():
    p.requires_grad_(False)
features = net(torch.rand(8, 3))
for i in range(20):
    head(features).mean().backward()
""",
    "features_of_a_net_not_frozen": """\
net, head = nn.Sequential(nn.Linear(3, 4), nn.ReLU()), nn.Linear(4, 1)
features = net(torch.rand(8, 3))
for i in range(20):
    head(features).mean().backward()
""",
    "mixup_of_inputs": """\
net = nn.Linear(3, 2)
x = torch.rand(8, 3) * 2 - 1
y = torch.rand(8, 2).softmax(1)
for i in range(20):
    loss = F.cross_entropy(net(x * 0.5), y)
    loss.backward()
""",
    "numbers_as_a_tensor": """\
net = nn.Linear(5, 1)
losses = []
for _ in range(3):
    losses.append(net(torch.randn(9, 5)).mean().item())
torch.tensor(losses).mean().backward()
""",
    "predictions_as_a_tensor": """\
p = nn.Linear(5, 1)(torch.randn(9, 5)).sigmoid()
nn.BCELoss()(torch.as_tensor(p.tolist()), torch.ones(9, 1)).backward()
""",
    "numbers_as_a_leaf": """\
p = nn.Linear(5, 1)(torch.randn(9, 5)).sigmoid()
torch.tensor(p.tolist(), requires_grad=True).sum().backward()
torch.tensor(p.mean().item()).requires_grad_().backward()
""",
    "gradient_after_none": """\
net = nn.Linear(4, 2)
x = torch.rand(1, 4, requires_grad=True)
for step in range(3):
    x.grad = None
    net(x).sum().backward()
    net(x.grad.t())
""",
    "gradient_after_none_and_continue": """\
net = nn.Linear(4, 2)
batches = [torch.rand(1, 4) for i in range(3)]
def attack(eps):
    for x in batches:
        x.requires_grad = True
        out = net(x)
        if out.sum().item() > 1e6 or eps == 0:
            continue
        out.sum().backward()
        net(x.grad.data.t())
for eps in (0, 1):
    attack(eps)
    for x in batches:
        x.grad = None
        x.requires_grad_(False)
""",
    "gradient_of_what_no_pass_reached": """\
net = nn.Linear(4, 2)
x = torch.rand(1, 4, requires_grad=True)
x.grad = None
net(torch.rand(1, 4)).sum().backward()
assert x.grad is None
""",
    "parameters_without_gradients": """\
net = nn.Linear(4, 2)
for step in range(20):
    for p in net.parameters():
        p.grad = None
    net(torch.rand(3, 4)).sum().backward()
    with torch.no_grad():
        for p in net.parameters():
            p -= 0.1 * p.grad
""",
    "grad_none_after_zero_grad_counted": """\
m = nn.Linear(4, 2)
m(torch.ones(3, 4)).sum().backward()
m.zero_grad(set_to_none=True)
n_grads = sum(1 for p in m.parameters() if p.grad is not None)
head = nn.Linear(4, 3 - n_grads)
assert head(torch.ones(1, 4)).shape == (1, 3)
""",
    "grad_none_behind_detach": """\
enc, dec = nn.Linear(4, 2), nn.Linear(2, 4)
dec(enc(torch.ones(3, 4)).detach()).sum().backward()
frozen = [p for p in enc.parameters() if p.grad is None]
out = nn.Linear(4, len(frozen))
assert out(torch.ones(1, 4)).shape == (1, 2)
nn.Linear(2, 3)(out(torch.ones(1, 4)))
""",
    "grads_behind_detach_listed": """\
enc, dec = nn.Linear(4, 2), nn.Linear(2, 4)
dec(enc(torch.ones(3, 4)).detach()).sum().backward()
grads = [p.grad for p in enc.parameters() if p.grad is not None]
if len(grads) > 0:
    torch.cat(grads)
""",
    "grad_none_after_step": """\
m = nn.Linear(4, 2)
m(torch.ones(3, 4)).sum().backward()
opt = torch.optim.SGD(m.parameters(), .1)
opt.step(); opt.zero_grad()
if m.weight.grad is not None:
    print(m.weight.grad.view(7).shape)
k = 4 if m.weight.grad is None else 5
m(torch.ones(1, k))
""",
    "grad_none_of_a_fresh_layer": """\
m = nn.Linear(4, 2)
m(torch.ones(3, 4)).sum().backward()
n = nn.Linear(4, 2)
if n.weight.grad is not None:
    print(n.weight.grad.view(7).shape)
""",
    "grad_none_or": """\
m = nn.Linear(4, 2)
m(torch.ones(3, 4)).sum().backward()
m.zero_grad()
m.weight.grad is None or m.weight.grad.view(7)
""",
    "grad_fn_is_there_or": """\
m = nn.Linear(4, 2)
x = m(torch.ones(3, 4))
x.grad_fn is not None or torch.ones(2).view(3)
""",
    "grad_used_after_zero_grad": """\
m = nn.Linear(2, 2)
m(torch.ones(1, 2)).sum().backward()
m.zero_grad()
n = m.weight.grad.norm()
""",
    "grad_asked_on_a_side_that_is_taken_back": """\
a, b = nn.Linear(2, 2), nn.Linear(2, 2)
x = torch.rand(3, 2)
a(x).sum().backward()
if torch.rand(1).item() > 2:
    y = b.bias.grad if a(a(x)).sum().exp() is None else a.weight.grad
b(x).sum().exp().log().exp().log().exp().log().backward()
n = sum(1 for p in b.parameters() if p.grad is not None)
print(nn.Linear(n, 3)(torch.rand(4, 2)).shape)
""",
    "grad_is_not_filled_by_autograd_grad": """\
a, b = nn.Linear(2, 2), nn.Linear(2, 2)
x = torch.rand(3, 2)
a(x).sum().backward()
torch.autograd.grad(b(x).sum(), list(b.parameters()))
n = sum(1 for p in b.parameters() if p.grad is not None)
print(nn.Linear(2 - n, 3)(torch.rand(4, 2)).shape)
""",
    "grad_is_filled_of_inputs_only": """\
a, b = nn.Linear(2, 2), nn.Linear(2, 2)
x = torch.rand(3, 2)
a(x).sum().backward()
(a(x).sum() + b(x).sum()).backward(inputs=list(a.parameters()))
n = sum(1 for p in b.parameters() if p.grad is not None)
print(nn.Linear(2 - n, 3)(torch.rand(4, 2)).shape)
""",
    "written_gan_step_between": """\
D = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))
G = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 4))
od = torch.optim.SGD(D.parameters(), 0.1)
og = torch.optim.SGD(G.parameters(), 0.1)
for i in range(3):
    fake = G(torch.randn(5, 2))
    score = D(fake)
    g_loss = -score.mean()
    d_loss = score.mean() - D(torch.randn(5, 4)).mean()
    od.zero_grad()
    d_loss.backward(retain_graph=True)
    od.step()
    og.zero_grad()
    g_loss.backward()
    og.step()
""",
    "written_after_relu": """\
class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.c = nn.Conv2d(3, 3, 3, padding=1)
        self.r = nn.ReLU()
    def forward(self, x):
        out = self.r(self.c(x))
        out += x
        return out
b = Block()
b(torch.randn(1, 3, 8, 8)).sum().backward()
""",
    "written_by_a_step_in_a_loop": """\
rnn = nn.Linear(4, 4)
opt = torch.optim.Adam(rnn.parameters())
h = torch.zeros(2, 4)
for t in range(4):
    h = torch.tanh(rnn(h))
    loss = h.pow(2).mean()
    opt.zero_grad()
    loss.backward(retain_graph=True)
    opt.step()
""",
    "written_where_nothing_needs_it": """\
D = nn.Sequential(nn.Linear(4, 8), nn.ReLU(inplace=True), nn.Linear(8, 1))
G = nn.Sequential(nn.Linear(2, 8), nn.LeakyReLU(0.2, inplace=True), nn.Linear(8, 4), nn.Tanh())
od = torch.optim.Adam(D.parameters(), 0.1)
og = torch.optim.Adam(G.parameters(), 0.1)
for i in range(3):
    fake = G(torch.randn(5, 2))
    d_loss = D(fake.detach()).mean() - D(torch.randn(5, 4)).mean()
    od.zero_grad()
    d_loss.backward()
    od.step()
    og.zero_grad()
    (-D(fake).mean()).backward()
    og.step()
w = torch.randn(3, requires_grad=True)
for i in range(5):
    l = (w * 2).sum().exp()
    l.backward()
    with torch.no_grad():
        w -= 0.1 * w.grad
        w.grad.zero_()
x = torch.randn(3, 4, requires_grad=True)
y = x * 2
y += 1
y.sum().backward()
y = x + 2
y[0] = 1
y.relu_()
y.sum().backward()
net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(inplace=True), nn.Conv2d(4, 4, 1), nn.Dropout(0.5, inplace=True))
net(torch.randn(1, 3, 8, 8)).sum().backward()
""",
    "written_one_row_after_sigmoid": """\
x = torch.randn(3, 4, requires_grad=True)
y = torch.sigmoid(x)
y[0] = 1
y.sum().backward()
""",
    "written_leaf_without_gradient": """\
x = torch.randn(3, 4, requires_grad=True)
w = torch.randn(4, requires_grad=True)
y = x * w
with torch.no_grad():
    w.add_(1)
y.sum().backward()
""",
    "written_after_tanh_in_functions": """\
def activate(x):
    return torch.tanh(x)
def shift(h):
    h *= 2
    return h
net = nn.Linear(3, 3)
shift(activate(net(torch.randn(2, 3)))).sum().backward()
""",
    "written_product": """\
a = torch.randn(3, requires_grad=True)
b = torch.randn(3, requires_grad=True)
c = a * 2
d = c * b
c.add_(1)
d.sum().backward()
""",
    "written_after_it_was_cloned": """\
a = torch.randn(3, requires_grad=True)
y = torch.exp(a)
z = y.clone()
z += 1
z.sum().backward()
""",
    "written_inplace_activation_of_sigmoid": """\
a = torch.randn(3, requires_grad=True)
y = F.relu(torch.sigmoid(a), inplace=True)
y.sum().backward()
""",
    "written_inplace_activation_of_linear": """\
net = nn.Sequential(nn.Linear(3, 3), nn.ReLU(inplace=True), nn.Linear(3, 1), nn.Sigmoid())
net(torch.randn(2, 3)).sum().backward()
""",
    "written_actor_after_critic_step": """\
actor, critic = nn.Linear(3, 2), nn.Linear(2, 1)
opt_a = torch.optim.Adam(actor.parameters())
opt_c = torch.optim.Adam(critic.parameters())
s = torch.randn(4, 3)
action = actor(s)
q = critic(action)
critic_loss = (q - 1).pow(2).mean()
actor_loss = -q.mean()
opt_c.zero_grad()
critic_loss.backward(retain_graph=True)
opt_c.step()
opt_a.zero_grad()
actor_loss.backward()
""",
    "written_actor_critic_evaluated_again": """\
actor, critic = nn.Linear(3, 2), nn.Linear(2, 1)
opt_a = torch.optim.Adam(actor.parameters())
opt_c = torch.optim.Adam(critic.parameters())
s = torch.randn(4, 3)
action = actor(s)
critic_loss = (critic(action.detach()) - 1).pow(2).mean()
opt_c.zero_grad()
critic_loss.backward()
opt_c.step()
opt_a.zero_grad()
(-critic(action).mean()).backward()
opt_a.step()
""",
    "written_step_without_gradients": """\
net = nn.Linear(2, 1)
opt = torch.optim.SGD(net.parameters(), 0.1)
x = torch.randn(3, 2, requires_grad=True)
y = net(x)
opt.step()
opt.zero_grad()
opt.step()
y.sum().backward()
""",
    "written_first_layer_of_data": """\
net = nn.Linear(2, 1)
opt = torch.optim.SGD(net.parameters(), 0.1)
x = torch.randn(3, 2)
y, z = net(x), net(x)
z.sum().backward()
opt.step()
y.sum().backward()
""",
    "written_first_convolution_of_data": """\
net = nn.Conv2d(1, 2, 3)
opt = torch.optim.SGD(net.parameters(), 0.1)
x = torch.randn(1, 1, 8, 8)
y, z = net(x), net(x)
z.sum().backward()
opt.step()
y.sum().backward()
""",
    "written_two_losses_one_step": """\
net = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
opt = torch.optim.SGD(net.parameters(), 0.1)
for _ in range(3):
    out = net(torch.randn(4, 2))
    a, b = out.mean(), out.pow(2).mean()
    opt.zero_grad()
    a.backward(retain_graph=True)
    b.backward()
    opt.step()
""",
    "written_two_losses_two_steps": """\
net = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
opt = torch.optim.SGD(net.parameters(), 0.1)
for _ in range(3):
    out = net(torch.randn(4, 2))
    a, b = out.mean(), out.pow(2).mean()
    a.backward(retain_graph=True)
    opt.step()
    b.backward()
    opt.step()
""",
    "written_weights_by_hand": """\
w = torch.randn(3, 3, requires_grad=True)
x = torch.randn(2, 3, requires_grad=True)
for _ in range(2):
    y = (x @ w).tanh().sum()
    y.backward(retain_graph=True)
    with torch.no_grad():
        w -= 0.1 * w.grad
    w.grad = None
y.backward()
""",
    "written_ema_of_weights": """\
net, ema = nn.Linear(2, 2), nn.Linear(2, 2)
opt = torch.optim.SGD(net.parameters(), 0.1)
for _ in range(2):
    out = net(torch.randn(3, 2))
    with torch.no_grad():
        target = ema(torch.randn(3, 2))
        for p, q in zip(ema.parameters(), net.parameters()):
            p.mul_(0.9).add_(q, alpha=0.1)
    loss = (out - target).pow(2).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()
""",
    "written_residual_of_norm": """\
class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.c, self.n = nn.Conv2d(3, 3, 3, padding=1), nn.BatchNorm2d(3)
        self.r = nn.ReLU(inplace=True)
    def forward(self, x):
        out = self.r(self.n(self.c(x)))
        out = self.n(self.c(out))
        out += x
        return self.r(out)
Block()(torch.randn(2, 3, 8, 8)).sum().backward()
""",
    "grad_of_a_weight_that_was_bound_anew": """\
w = torch.randn(3, requires_grad=True)
x = torch.randn(5, 3)
for i in range(3):
    loss = (x @ w).pow(2).mean()
    loss.backward()
    with torch.no_grad():
        w = w - 0.1 * w.grad
        w.grad.zero_()
""",
    "grad_of_a_weight_that_needs_one_again": """\
w = torch.randn(3, requires_grad=True)
x = torch.randn(5, 3)
for i in range(3):
    loss = (x @ w).pow(2).mean()
    loss.backward()
    with torch.no_grad():
        w = w - 0.1 * w.grad
    w.requires_grad_()
""",
    "grad_of_a_weight_that_is_written": """\
w = torch.randn(3, requires_grad=True)
x = torch.randn(5, 3)
for i in range(3):
    loss = (x @ w).pow(2).mean()
    loss.backward()
    with torch.no_grad():
        w -= 0.1 * w.grad
        w.grad.zero_()
""",
}
