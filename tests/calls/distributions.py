"""Distributions as scripts use them: autoencoders, policies, mixtures, Bayesian layers; and the calls of them that PyTorch refuses."""

from __future__ import annotations

CASES = {
    "vae": """\
import torch.distributions as dist
from torch.utils.data import DataLoader, TensorDataset
class VAE(nn.Module):
    def __init__(self, z=16):
        super().__init__()
        self.enc = nn.Sequential(nn.Flatten(), nn.Linear(784, 128), nn.ReLU())
        self.mu = nn.Linear(128, z); self.logvar = nn.Linear(128, z)
        self.dec = nn.Sequential(nn.Linear(z, 128), nn.ReLU(), nn.Linear(128, 784))
    def encode(self, x):
        h = self.enc(x)
        return dist.Normal(self.mu(h), torch.exp(0.5 * self.logvar(h)))
    def decode(self, z):
        return dist.Independent(dist.Bernoulli(logits=self.dec(z).view(-1, 1, 28, 28)), 3)
    def forward(self, x):
        q = self.encode(x)
        z = q.rsample()
        p = self.decode(z)
        return p, q
model = VAE()
opt = torch.optim.Adam(model.parameters(), lr=1e-3)
loader = DataLoader(TensorDataset(torch.rand(64, 1, 28, 28).round()), batch_size=16)
prior = dist.Normal(torch.zeros(16), torch.ones(16))
for (x,) in loader:
    p, q = model(x)
    rec = -p.log_prob(x)
    kl = dist.kl_divergence(q, prior).sum(1)
    loss = (rec + kl).mean()
    opt.zero_grad(); loss.backward(); opt.step()
sample = model.decode(prior.sample((8,))).mean
print(sample.shape)
""",
    "vae_wrong_event": """\
import torch.distributions as dist
net = nn.Linear(784, 32)
x = torch.rand(16, 784)
mu, lv = net(x).chunk(2, dim=1)
q = dist.Normal(mu, lv.exp())
p = dist.Normal(torch.zeros(32), torch.ones(32))
kl = dist.kl_divergence(q, p).sum(1)
""",
    "reinforce": """\
from torch.distributions import Categorical
class Policy(nn.Module):
    def __init__(self):
        super().__init__()
        self.affine1 = nn.Linear(4, 128)
        self.dropout = nn.Dropout(p=0.6)
        self.affine2 = nn.Linear(128, 2)
        self.saved_log_probs = []
        self.rewards = []
    def forward(self, x):
        x = torch.relu(self.dropout(self.affine1(x)))
        return torch.softmax(self.affine2(x), dim=1)
policy = Policy()
optimizer = torch.optim.Adam(policy.parameters(), lr=1e-2)
def select_action(state):
    state = torch.tensor(state).float().unsqueeze(0)
    probs = policy(state)
    m = Categorical(probs)
    action = m.sample()
    policy.saved_log_probs.append(m.log_prob(action))
    return action.item()
for t in range(5):
    a = select_action([0.1, 0.2, 0.3, 0.4])
    policy.rewards.append(1.0)
returns = torch.tensor(policy.rewards)
loss = []
for log_prob, R in zip(policy.saved_log_probs, returns):
    loss.append(-log_prob * R)
optimizer.zero_grad()
loss = torch.cat(loss).sum()
loss.backward()
optimizer.step()
""",
    "ppo_continuous": """\
from torch.distributions import Normal
class ActorCritic(nn.Module):
    def __init__(self, obs, act):
        super().__init__()
        self.actor = nn.Sequential(nn.Linear(obs, 64), nn.Tanh(), nn.Linear(64, act))
        self.critic = nn.Sequential(nn.Linear(obs, 64), nn.Tanh(), nn.Linear(64, 1))
        self.log_std = nn.Parameter(torch.zeros(act))
    def forward(self, x):
        value = self.critic(x)
        mu = self.actor(x)
        std = self.log_std.exp().expand_as(mu)
        return Normal(mu, std), value
ac = ActorCritic(17, 6)
opt = torch.optim.Adam(ac.parameters(), 3e-4)
obs = torch.randn(32, 17)
with torch.no_grad():
    d, v = ac(obs)
    a = d.sample()
    old = d.log_prob(a).sum(-1)
adv = torch.randn(32)
ret = torch.randn(32)
for _ in range(3):
    d, v = ac(obs)
    ent = d.entropy().sum(-1).mean()
    new = d.log_prob(a).sum(-1)
    ratio = (new - old).exp()
    s1 = ratio * adv
    s2 = torch.clamp(ratio, 0.8, 1.2) * adv
    loss = -torch.min(s1, s2).mean() + 0.5 * (ret - v.squeeze(-1)).pow(2).mean() - 0.01 * ent
    opt.zero_grad(); loss.backward(); opt.step()
""",
    "ppo_action_shape": """\
from torch.distributions import Normal
actor = nn.Linear(17, 6)
obs = torch.randn(32, 17)
d = Normal(actor(obs), torch.ones(6))
a = d.sample()
buf = a[:, :3]
lp = d.log_prob(buf)
""",
    "sac_tanh": """\
from torch import distributions as pyd
class TanhTransform(pyd.transforms.Transform):
    domain = pyd.constraints.real
    codomain = pyd.constraints.interval(-1.0, 1.0)
    bijective = True
    sign = +1
    def __init__(self, cache_size=1):
        super().__init__(cache_size=cache_size)
    @staticmethod
    def atanh(x):
        return 0.5 * (x.log1p() - (-x).log1p())
    def __eq__(self, other):
        return isinstance(other, TanhTransform)
    def _call(self, x):
        return x.tanh()
    def _inverse(self, y):
        return self.atanh(y)
    def log_abs_det_jacobian(self, x, y):
        return 2. * (math.log(2.) - x - F.softplus(-2. * x))
class SquashedNormal(pyd.transformed_distribution.TransformedDistribution):
    def __init__(self, loc, scale):
        self.loc = loc
        self.scale = scale
        self.base_dist = pyd.Normal(loc, scale)
        transforms = [TanhTransform()]
        super().__init__(self.base_dist, transforms)
    @property
    def mean(self):
        mu = self.loc
        for tr in self.transforms:
            mu = tr(mu)
        return mu
class Actor(nn.Module):
    def __init__(self):
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(17, 256), nn.ReLU(), nn.Linear(256, 12))
    def forward(self, obs):
        mu, log_std = self.trunk(obs).chunk(2, dim=-1)
        log_std = torch.tanh(log_std)
        std = log_std.exp()
        return SquashedNormal(mu, std)
actor = Actor()
q = nn.Linear(17 + 6, 1)
opt = torch.optim.Adam(actor.parameters())
obs = torch.randn(64, 17)
dist = actor(obs)
action = dist.rsample()
log_prob = dist.log_prob(action).sum(-1, keepdim=True)
loss = (0.1 * log_prob - q(torch.cat([obs, action], dim=-1))).mean()
opt.zero_grad(); loss.backward(); opt.step()
print(dist.mean.clamp(-1, 1).shape)
""",
    "a2c_fixed": """\
FixedCategorical = torch.distributions.Categorical
old_sample = FixedCategorical.sample
FixedCategorical.sample = lambda self: old_sample(self).unsqueeze(-1)
log_prob_cat = FixedCategorical.log_prob
FixedCategorical.log_probs = lambda self, actions: log_prob_cat(self, actions.squeeze(-1)).view(actions.size(0), -1).sum(-1).unsqueeze(-1)
FixedCategorical.mode = lambda self: self.probs.argmax(dim=-1, keepdim=True)
class Cat(nn.Module):
    def __init__(self, i, o):
        super().__init__()
        self.linear = nn.Linear(i, o)
    def forward(self, x):
        return FixedCategorical(logits=self.linear(x))
net = Cat(64, 5)
d = net(torch.randn(8, 64))
a = d.sample()
lp = d.log_probs(a)
print(a.shape, lp.shape)
lp.mean().backward()
""",
    "mdn": """\
import torch.distributions as D
class MDN(nn.Module):
    def __init__(self, k=5):
        super().__init__()
        self.h = nn.Sequential(nn.Linear(1, 20), nn.Tanh())
        self.pi = nn.Linear(20, k); self.mu = nn.Linear(20, k); self.s = nn.Linear(20, k)
    def forward(self, x):
        h = self.h(x)
        mix = D.Categorical(logits=self.pi(h))
        comp = D.Normal(self.mu(h), torch.exp(self.s(h)))
        return D.MixtureSameFamily(mix, comp)
m = MDN(); opt = torch.optim.Adam(m.parameters())
x = torch.randn(100, 1); y = torch.randn(100)
for _ in range(2):
    loss = -m(x).log_prob(y).mean()
    opt.zero_grad(); loss.backward(); opt.step()
print(m(x).sample().shape)
""",
    "mdn_target_shape": """\
import torch.distributions as D
h = nn.Linear(1, 30)
x = torch.randn(100, 1); y = torch.randn(100, 1)
o = h(x)
mix = D.Categorical(logits=o[:, :10])
comp = D.Normal(o[:, 10:20], o[:, 20:].exp())
gmm = D.MixtureSameFamily(mix, comp)
loss = -gmm.log_prob(y).mean()
""",
    "bayes_layer": """\
from torch.distributions import Normal, kl_divergence
class BayesLinear(nn.Module):
    def __init__(self, i, o):
        super().__init__()
        self.w_mu = nn.Parameter(torch.zeros(o, i)); self.w_rho = nn.Parameter(torch.full((o, i), -3.))
        self.b_mu = nn.Parameter(torch.zeros(o)); self.b_rho = nn.Parameter(torch.full((o,), -3.))
        self.prior = Normal(0, 1)
    def forward(self, x):
        w = Normal(self.w_mu, F.softplus(self.w_rho)); b = Normal(self.b_mu, F.softplus(self.b_rho))
        self.kl = kl_divergence(w, self.prior).sum() + kl_divergence(b, self.prior).sum()
        return F.linear(x, w.rsample(), b.rsample())
net = nn.Sequential(BayesLinear(10, 20), nn.ReLU(), BayesLinear(20, 3))
out = net(torch.randn(5, 10))
loss = F.cross_entropy(out, torch.randint(0, 3, (5,))) + sum(l.kl for l in net if isinstance(l, BayesLinear))
loss.backward()
print(net[0].w_mu.grad.norm())
""",
    "sample_int": """\
from torch.distributions import Normal
z = Normal(torch.zeros(16), torch.ones(16)).sample(8)
""",
    "rsample_cat": """\
from torch.distributions import Categorical
net = nn.Linear(4, 3)
d = Categorical(logits=net(torch.randn(8, 4)))
z = d.rsample()
""",
    "bernoulli_long": """\
from torch.distributions import Bernoulli
net = nn.Linear(10, 1)
x = torch.randn(8, 10); y = torch.randint(0, 2, (8, 1))
loss = -Bernoulli(logits=net(x)).log_prob(y).mean()
""",
    "neg_scale": """\
from torch.distributions import Normal
net = nn.Linear(10, 2)
out = net(torch.randn(8, 10))
d = Normal(out[:, 0], out[:, 1].exp())
prior = Normal(0.0, -1.0)
""",
    "independent_too_many": """\
from torch.distributions import Normal, Independent
net = nn.Linear(10, 2)
out = net(torch.randn(8, 10))
d = Independent(Normal(out, 1.0), 3)
""",
    "entropy_transformed": """\
from torch.distributions import Normal, TransformedDistribution, TanhTransform
net = nn.Linear(10, 2)
mu = net(torch.randn(8, 10))
d = TransformedDistribution(Normal(mu, 1.0), TanhTransform(cache_size=1))
a = d.rsample()
lp = d.log_prob(a)
e = d.entropy()
""",
    "mvn": """\
from torch.distributions import MultivariateNormal
class Actor(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(3, 64), nn.Tanh(), nn.Linear(64, 2))
        self.action_var = torch.full((2,), 0.36)
    def act(self, state):
        mean = self.net(state)
        cov = torch.diag(self.action_var).unsqueeze(dim=0)
        dist = MultivariateNormal(mean, cov)
        a = dist.sample()
        return a.detach(), dist.log_prob(a).detach()
    def evaluate(self, state, action):
        mean = self.net(state)
        var = self.action_var.expand_as(mean)
        cov = torch.diag_embed(var)
        dist = MultivariateNormal(mean, cov)
        return dist.log_prob(action), dist.entropy()
actor = Actor()
s = torch.randn(16, 3)
a, lp = actor.act(s)
l, e = actor.evaluate(s, a)
((l - lp).exp() - e).mean().backward()
""",
    "mvn_wrong": """\
from torch.distributions import MultivariateNormal
net = nn.Linear(3, 2)
d = MultivariateNormal(net(torch.randn(16, 3)), torch.eye(3))
a = d.sample()
""",
    "mixture_wrong_k": """\
import torch.distributions as D
net = nn.Linear(3, 9)
o = net(torch.randn(16, 3))
g = D.MixtureSameFamily(D.Categorical(logits=o[:, :4]), D.Normal(o[:, 4:7], o[:, 6:].exp()))
""",
    "kl_missing": """\
from torch.distributions import Normal, Laplace, Categorical, kl_divergence
net = nn.Linear(3, 2)
o = net(torch.randn(16, 3))
print(kl_divergence(Normal(o, 1.0), Laplace(0.0, 1.0)).shape)
k = kl_divergence(Categorical(logits=o), Normal(o, 1.0))
""",
    "flow": """\
import torch.distributions as D
from torch.distributions import transforms as T
class Coupling(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(d // 2, 32), nn.ReLU(), nn.Linear(32, d))
    def forward(self, x):
        a, b = x.chunk(2, dim=-1)
        s, t = self.net(a).chunk(2, dim=-1)
        return torch.cat([a, b * s.exp() + t], -1), s.sum(-1)
flow = nn.ModuleList([Coupling(4) for _ in range(3)])
base = D.MultivariateNormal(torch.zeros(4), torch.eye(4))
x = torch.randn(64, 4)
ld = 0
for f in flow:
    x, l = f(x)
    ld = ld + l
loss = -(base.log_prob(x) + ld).mean()
loss.backward()
""",
    "gumbel": """\
from torch.distributions import RelaxedOneHotCategorical
enc = nn.Linear(784, 10 * 20)
x = torch.rand(8, 784)
logits = enc(x).view(8, 20, 10)
q = RelaxedOneHotCategorical(torch.tensor(0.5), logits=logits)
z = q.rsample().view(8, -1)
dec = nn.Linear(200, 784)
dec(z).sum().backward()
""",
    "dirichlet_mixup": """\
from torch.distributions import Beta, Dirichlet
lam = Beta(0.2, 0.2).sample()
x = torch.randn(8, 3, 32, 32); idx = torch.randperm(8)
mixed = lam * x + (1 - lam) * x[idx]
net = nn.Sequential(nn.Conv2d(3, 8, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 10))
out = net(mixed)
w = Dirichlet(torch.ones(3)).sample((8,))
lam2 = Beta(torch.tensor(0.2), torch.tensor(0.2)).sample((8,)).view(8, 1, 1, 1)
net(lam2 * x + (1 - lam2) * x)
loss = lam * F.cross_entropy(out, torch.randint(0, 10, (8,)))
loss.backward()
""",
    "twice_dist": """\
from torch.distributions import Normal
net = nn.Linear(4, 2)
mu = net(torch.randn(8, 4))
d = Normal(mu, 1.0)
a = d.rsample()
loss = a.pow(2).mean()
loss.backward()
loss.backward()
""",
    "reinforce_no_grad": """\
from torch.distributions import Categorical
net = nn.Linear(4, 3)
d = Categorical(logits=net(torch.randn(8, 4)))
a = d.sample()
a.sum().backward()
""",
    "sample_backward": """\
from torch.distributions import Normal
net = nn.Linear(4, 3)
d = Normal(net(torch.randn(8, 4)), 1.0)
z = d.sample()
z.pow(2).mean().backward()
""",
    "numpy_action": """\
from torch.distributions import Normal
net = nn.Linear(4, 3)
d = Normal(net(torch.randn(8, 4)), 1.0)
a = d.sample().numpy()
lp = d.log_prob(torch.as_tensor(a)).sum(-1)
lp.numpy()
""",
    "grad_of_param": """\
from torch.distributions import Normal, Uniform
loc = nn.Parameter(torch.zeros(3)); log_scale = nn.Parameter(torch.zeros(3))
opt = torch.optim.Adam([loc, log_scale])
for _ in range(3):
    d = Normal(loc, log_scale.exp())
    loss = -d.log_prob(torch.randn(16, 3)).mean()
    opt.zero_grad(); loss.backward(); opt.step()
print(loc.grad.norm(), log_scale.grad.norm())
u = Uniform(-1.0, 1.0)
print(u.sample((3, 2)).shape)
""",
    "subclass_normal": """\
class FixedNormal(torch.distributions.Normal):
    def log_probs(self, actions):
        return super().log_prob(actions).sum(-1, keepdim=True)
    def entropy(self):
        return super().entropy().sum(-1)
    def mode(self):
        return self.mean
class DiagGaussian(nn.Module):
    def __init__(self, i, o):
        super().__init__()
        self.fc_mean = nn.Linear(i, o)
        self.logstd = nn.Parameter(torch.zeros(1, o))
    def forward(self, x):
        m = self.fc_mean(x)
        return FixedNormal(m, self.logstd.expand_as(m).exp())
d = DiagGaussian(8, 2)(torch.randn(4, 8))
print(d.mode().shape, d.log_probs(d.sample()).shape, d.entropy().shape)
d.log_probs(torch.randn(4, 3))
""",
    "own_distribution": """\
from torch.distributions import Distribution, Normal
class TanhNormal(Distribution):
    def __init__(self, mean, std, epsilon=1e-6):
        self.normal_mean = mean
        self.normal_std = std
        self.normal = Normal(mean, std)
        self.epsilon = epsilon
    def sample(self, return_pretanh_value=False):
        z = self.normal.sample()
        return torch.tanh(z)
    def rsample(self):
        z = self.normal_mean + self.normal_std * Normal(torch.zeros_like(self.normal_mean), torch.ones_like(self.normal_std)).sample()
        z.requires_grad_()
        return torch.tanh(z), z
    def log_prob(self, value, pre=None):
        if pre is None:
            pre = torch.log((1 + value) / (1 - value)) / 2
        return self.normal.log_prob(pre) - torch.log(1 - value * value + self.epsilon)
m = nn.Linear(4, 2)(torch.randn(8, 4))
d = TanhNormal(m, torch.ones_like(m))
a, z = d.rsample()
lp = d.log_prob(a, pre=z).sum(dim=1, keepdim=True)
print(d.sample().shape, lp.shape)
lp.mean().backward()
""",
    "register_kl": """\
from torch.distributions import Normal, Distribution, kl_divergence, register_kl
class Mine(Normal):
    pass
@register_kl(Mine, Normal)
def _kl(p, q):
    return (p.loc - q.loc).abs()
print(kl_divergence(Mine(torch.zeros(3), torch.ones(3)), Normal(torch.zeros(3), torch.ones(3))).shape)
kl_divergence(Normal(torch.zeros(3), torch.ones(3)), Normal(torch.zeros(4), torch.ones(4)))
""",
    "list_of_dists": """\
from torch.distributions import Categorical
heads = nn.ModuleList([nn.Linear(16, n) for n in (3, 4, 5)])
x = torch.randn(8, 16)
dists = [Categorical(logits=h(x)) for h in heads]
actions = torch.stack([d.sample() for d in dists], dim=1)
lp = torch.stack([d.log_prob(a) for d, a in zip(dists, actions.t())], dim=1).sum(1)
ent = torch.stack([d.entropy() for d in dists], 1).sum(1)
lp2 = torch.stack([d.log_prob(a) for d, a in zip(dists, actions)], dim=1)
""",
    "dreamer": """\
import torch.distributions as td
logits = nn.Linear(32, 32 * 32)(torch.randn(6, 32)).view(6, 32, 32)
d = td.Independent(td.OneHotCategoricalStraightThrough(logits=logits), 1)
s = d.rsample()
print(s.shape, d.batch_shape, d.event_shape, d.log_prob(s.detach()).shape, d.entropy().shape)
kl = td.kl_divergence(d, td.Independent(td.OneHotCategoricalStraightThrough(logits=logits.detach()), 1))
print(kl.shape)
td.kl_divergence(d, td.OneHotCategoricalStraightThrough(logits=logits.detach()))
""",
    "lognormal_flow": """\
import torch.distributions as D
base = D.Normal(torch.zeros(2), torch.ones(2))
flow = D.TransformedDistribution(base, [D.AffineTransform(torch.zeros(2), torch.ones(2)), D.ExpTransform(), D.ComposeTransform([D.SigmoidTransform().inv.inv])])
print(flow.log_prob(torch.full((5, 2), 0.7)).shape, flow.sample((5,)).shape)
flow.log_prob(torch.full((5, 3), 0.7))
""",
    "nb_zinb": """\
from torch.distributions import NegativeBinomial, Poisson, Gamma, Beta, StudentT, Laplace
m = nn.Linear(10, 4)
x = torch.randn(8, 10)
nb = NegativeBinomial(total_count=torch.exp(m(x)), logits=m(x))
y = torch.poisson(torch.ones(8, 4) * 3)
print(nb.log_prob(y).shape, nb.mean.shape, Poisson(torch.exp(m(x))).log_prob(y).sum())
g = Gamma(m(x).exp(), m(x).exp()).rsample(); b = Beta(m(x).exp(), m(x).exp()).rsample()
(g.sum() + b.sum()).backward()
StudentT(3., m(x), 1.).log_prob(torch.randn(8, 5))
""",
}
