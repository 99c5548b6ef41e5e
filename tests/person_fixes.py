"""Programs with a mistake where data meets the model, and the fix that a person would make: what `check` offers first.

`FIRST`: name -> (program, the text that the first fix puts there). PyTorch refuses each program and runs it after the fix (tests/torch/test_person_fixes.py).
"""

from __future__ import annotations

HEAD = "import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n\n"

CLASSIFIER = f"""{HEAD}
class Classifier(nn.Module):
    def __init__(self, width=16, classes=4):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(8, width), nn.ReLU())
        self.head = nn.Linear(width, classes)

    def forward(self, x):
        return self.head(self.body(x))


"""

TRAINING = """
x, y = torch.randn(32, 8), torch.randint(0, 4, (32,))
net = Classifier()
"""

STATE = {
    "built as the one that was saved": (CLASSIFIER + "hidden = 24\nfirst = Classifier(hidden)\ntorch.save(first.state_dict(), 'a.pt')\nsecond = Classifier(32)\nsecond.load_state_dict(torch.load('a.pt'))\n", "Classifier(hidden)"),
    "a keyword that the other did without": (CLASSIFIER + "first = Classifier(24)\ntorch.save(first.state_dict(), 'a.pt')\nsecond = Classifier(24, classes=10)\nsecond.load_state_dict(torch.load('a.pt'))\n", "Classifier(24)"),
    "the number that the checkpoint holds": (CLASSIFIER + "first = Classifier(width=24)\ntorch.save({'state': first.state_dict(), 'width': 24}, 'a.pt')\nsaved = torch.load('a.pt')\nsecond = Classifier(width=16)\nsecond.load_state_dict(saved['state'])\n", "Classifier(width=saved['width'])"),
    "the entry of a checkpoint": (CLASSIFIER + "net = Classifier()\ntorch.save({'model': net.state_dict(), 'epoch': 3}, 'a.pt')\nagain = Classifier()\nagain.load_state_dict(torch.load('a.pt'))\n", "again.load_state_dict(torch.load('a.pt')['model'])"),
    "a wrapper's prefix": (CLASSIFIER + "net = nn.DataParallel(Classifier())\nstate = net.state_dict()\nalone = Classifier()\nalone.load_state_dict(state)\n", 'alone.load_state_dict({k[len("module."):]: v for k, v in state.items()})'),
    "a part of the module": (CLASSIFIER + "body = nn.Sequential(nn.Linear(8, 16), nn.ReLU())\nnet = Classifier()\nnet.load_state_dict(body.state_dict())\n", "net.body.load_state_dict(body.state_dict())"),
    "a new head": (CLASSIFIER + "net = Classifier()\nstate = net.state_dict()\ndel state['head.weight'], state['head.bias']\nother = Classifier(classes=7)\nother.load_state_dict(state)\n", "other.load_state_dict(state, strict=False)"),
}  # fmt: skip

OPTIMIZER = {
    "a schedule that watches the loss": (CLASSIFIER + TRAINING + "optimizer = torch.optim.SGD(net.parameters(), lr=0.1)\nplateau = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer)\nfor epoch in range(2):\n    train_loss = F.cross_entropy(net(x), y)\n    train_loss.backward()\n    optimizer.step()\n    val_loss = F.cross_entropy(net(x), y).item()\n    plateau.step()\n", "plateau.step(val_loss)"),
    "a schedule that watches the accuracy": (CLASSIFIER + TRAINING + "optimizer = torch.optim.SGD(net.parameters(), lr=0.1)\nplateau = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, mode='max')\nloss = F.cross_entropy(net(x), y)\naccuracy = (net(x).argmax(1) == y).float().mean()\nplateau.step()\n", "plateau.step(accuracy)"),
    "a misspelt keyword of a function of PyTorch's": (CLASSIFIER + TRAINING + "F.cross_entropy(net(x), y).backward()\ntorch.nn.utils.clip_grad_norm_(net.parameters(), maxnorm=1.0)\n", "torch.nn.utils.clip_grad_norm_(net.parameters(), max_norm=1.0)"),
    "a misspelt keyword of an optimizer": (CLASSIFIER + TRAINING + "optimizer = torch.optim.Adam(net.parameters(), lr=0.1, weight_decy=0.01)\n", "torch.optim.Adam(net.parameters(), lr=0.1, weight_decay=0.01)"),
    "a momentum": (CLASSIFIER + TRAINING + "optimizer = torch.optim.SGD(net.parameters(), lr=0.1, nesterov=True)\n", "torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9, nesterov=True)"),
    "generators added": (CLASSIFIER + TRAINING + "optimizer = torch.optim.Adam(net.body.parameters() + net.head.parameters(), lr=0.1)\n", "torch.optim.Adam(list(net.body.parameters()) + list(net.head.parameters()), lr=0.1)"),
    "a schedule of a model": (CLASSIFIER + TRAINING + "sgd = torch.optim.SGD(net.parameters(), lr=0.1)\nsteps = torch.optim.lr_scheduler.StepLR(net, 3)\n", "torch.optim.lr_scheduler.StepLR(sgd, 3)"),
    "a part in two groups": (CLASSIFIER + TRAINING + "head = [p for n, p in net.named_parameters() if n.startswith('head')]\nrest = [p for n, p in net.named_parameters() if not n.startswith('head')]\noptimizer = torch.optim.SGD([{'params': net.parameters()}, {'params': head, 'lr': 0.01}], lr=0.1)\n", "rest"),
    "the state of all parameters": (CLASSIFIER + TRAINING + "one = torch.optim.Adam(net.parameters(), lr=0.1)\ntwo = torch.optim.Adam(net.head.parameters(), lr=0.1)\ntwo.load_state_dict(one.state_dict())\n", "torch.optim.Adam(net.parameters(), lr=0.1)"),
}  # fmt: skip

GRADIENT = {
    "an array of what has a gradient": (CLASSIFIER + TRAINING + "scores = net(x).cpu().numpy()\n", "net(x).detach().cpu().numpy()"),
    "a step by hand": (CLASSIFIER + TRAINING + "F.cross_entropy(net(x), y).backward()\nfor p in net.parameters():\n    p -= 0.1 * p.grad\n", "with torch.no_grad():\n    for p in net.parameters():\n        p -= 0.1 * p.grad"),
    "a weight that is set": (CLASSIFIER + TRAINING + "net.head.weight.mul_(0.5)\n", "net.head.weight.data.mul_(0.5)"),
    "a value that is still needed": (HEAD + "w = torch.randn(4, requires_grad=True)\nfor turn in range(3):\n    p = w.sigmoid()\n    p += 0.1\n    p.sum().backward()\n", "p = p + 0.1"),
    "a limit in place": (HEAD + "w = torch.randn(4, requires_grad=True)\np = w.exp()\nq = p * 2\np.clamp_(min=0.1)\nq.sum().backward()\n", "p = p.clamp(min=0.1)"),
    "predictions for all turns": (CLASSIFIER + TRAINING + "sgd = torch.optim.SGD(net.parameters(), lr=0.1)\nscores = net(x)\nfor epoch in range(3):\n    sgd.zero_grad()\n    loss = F.cross_entropy(scores, y)\n    loss.backward()\n    sgd.step()\n", "for epoch in range(3):\n    scores = net(x)\n    "),
    "what the generator made": (CLASSIFIER + "G, D = nn.Linear(4, 8), Classifier(classes=1)\nbce = nn.BCEWithLogitsLoss()\nmade = G(torch.randn(6, 4))\nd_loss = bce(D(made), torch.zeros(6, 1))\nd_loss.backward()\ng_loss = bce(D(made), torch.ones(6, 1))\ng_loss.backward()\n", "D(made.detach())"),
    "a state that is carried on": (HEAD + "cell, h = nn.GRU(3, 5), torch.zeros(1, 2, 5)\nfor part in torch.randn(4, 7, 2, 3):\n    out, h = cell(part, h)\n    loss = out.sum()\n    loss.backward()\n", "out, h = cell(part, h.detach())"),
    "the gradient of many scores": (CLASSIFIER + "x = torch.randn(6, 8, requires_grad=True)\nscores = Classifier()(x)\ng, = torch.autograd.grad(scores, x, create_graph=True)\n", "torch.autograd.grad(scores, x, grad_outputs=torch.ones_like(scores), create_graph=True)"),
}  # fmt: skip

HANDED = {
    "the larger of two": (HEAD + "a, b = torch.randn(4), torch.randn(4)\nprint(torch.maximum([a, b]))\n", "torch.maximum(a, b)"),
    "the keys of a batch": (CLASSIFIER + "batch = {'x': torch.randn(3, 8), 'y': torch.randint(0, 4, (3,))}\nx, y = batch\nF.cross_entropy(Classifier()(x), y)\n", "x, y = batch.values()"),
    "arrays to stack": (HEAD + "import numpy as np\nimages = [np.zeros((3, 4), dtype=np.float32) for _ in range(5)]\nx = torch.stack([image.T for image in images])\n", "torch.stack([torch.from_numpy(image.T) for image in images])"),
    "a number of samples": (HEAD + "n = 5\nprior = torch.distributions.Normal(torch.zeros(2), torch.ones(2))\nx = prior.rsample(n)\n", "prior.rsample((n,))"),
    "a key of a table": (HEAD + "weights = {'box': 1.0, 'cls': 2.0, 'objectness': 0.5}\nlosses = {'box': torch.tensor(1.0), 'cls': torch.tensor(2.0), 'obj': torch.tensor(3.0)}\ntotal = 0\nfor name, loss in losses.items():\n    total = total + weights[name] * loss\n", "{'box': 1.0, 'cls': 2.0, 'obj': 0.5}"),
    "a name for a place": (HEAD + "classes = ['cat', 'dog', 'fox']\ncounts = torch.zeros(3)\nfor label in ['dog', 'dog', 'cat']:\n    counts[label] += 1\n", "counts[classes.index(label)]"),
    "an order of its own": (HEAD + "from torch.utils.data import DataLoader, TensorDataset, RandomSampler\ndata = TensorDataset(torch.randn(9, 2))\nloader = DataLoader(data, batch_size=3, sampler=RandomSampler(data), shuffle=True)\n", "DataLoader(data, batch_size=3, sampler=RandomSampler(data))"),
    "parts of numbers": (HEAD + "from torch.utils.data import TensorDataset, random_split\ndata = TensorDataset(torch.randn(30, 2))\ntrain, test = random_split(data, [24, 5])\n", "random_split(data, [24, 6])"),
    "parts by name": (HEAD + "from torch.utils.data import TensorDataset, random_split\ndata = TensorDataset(torch.randn(33, 2))\nn_train, n_val = int(0.7 * len(data)), int(0.3 * len(data))\ntrain, test = random_split(data, [n_train, n_val])\n", "random_split(data, [n_train, len(data) - n_train])"),
    "shares": (HEAD + "from torch.utils.data import TensorDataset, random_split\ndata = TensorDataset(torch.randn(33, 2))\ntrain, test = random_split(data, [int(0.7 * len(data)), int(0.3 * len(data))])\n", "random_split(data, [int(0.7 * len(data)), len(data) - int(0.7 * len(data))])"),
    "a tensor in a log": (HEAD + "import json\nscores = torch.randn(4)\nprint(json.dumps({'all': scores}))\n", "{'all': scores.tolist()}"),
    "one tensor in a log": (HEAD + "import json\nloss = torch.randn(4).mean()\nprint(json.dumps({'loss': loss}))\n", "{'loss': loss.item()}"),
}  # fmt: skip

PROBABILITY = {
    "a mixture of points": (HEAD + "from torch.distributions import Categorical, Independent, MixtureSameFamily, Normal\nmix = Categorical(torch.ones(8, 3))\nparts = Normal(torch.zeros(8, 3, 2), torch.ones(8, 3, 2))\nmixture = MixtureSameFamily(mix, parts)\n", "parts = Independent(Normal(torch.zeros(8, 3, 2), torch.ones(8, 3, 2)), 1)"),
    "variances for a matrix": (HEAD + "mean, std = torch.zeros(6, 3), torch.rand(6, 3) + 0.1\nd = torch.distributions.MultivariateNormal(mean, covariance_matrix=std)\n", "torch.distributions.MultivariateNormal(mean, covariance_matrix=torch.diag_embed(std))"),
    "a prior of another size": (HEAD + "latent = 6\nprior = torch.distributions.MultivariateNormal(torch.zeros(2), torch.eye(2))\nz = torch.randn(10, latent)\nprint(prior.log_prob(z).mean())\n", "torch.distributions.MultivariateNormal(torch.zeros(latent), torch.eye(latent))"),
    "the actions of a part": (CLASSIFIER + "net = Classifier()\nstates, actions = torch.randn(20, 8), torch.randint(0, 4, (20,))\n\n\ndef evaluate(x, a):\n    return torch.distributions.Categorical(logits=net(x)).log_prob(a)\n\n\nfor part in torch.randperm(20).split(5):\n    print(evaluate(states[part], actions).mean())\n", "evaluate(states[part], actions[part])"),
}  # fmt: skip

FIRST: dict[str, tuple[str, str]] = {**STATE, **OPTIMIZER, **GRADIENT, **HANDED, **PROBABILITY}
