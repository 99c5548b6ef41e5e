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

IMAGES = (
    HEAD
    + "class Critic(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.c = nn.Conv2d(3, 1, 8)\n\n    def forward(self, x):\n        return self.c(x).sigmoid()\n\n\n"
)

DATA = {
    "a score for each image": (IMAGES + "real = torch.zeros(6, 3, 8, 8)\nscores = Critic()(real)\nloss = F.binary_cross_entropy(scores, torch.ones(6))\nprint(loss.item(), scores.mean().item())\n", "scores = Critic()(real).view(-1)"),
    "labels of whole numbers": (CLASSIFIER + "net = Classifier(classes=1)\nbce = nn.BCEWithLogitsLoss()\nones = torch.full((6, 1), 1)\nloss = bce(net(torch.randn(6, 8)), ones) + bce(net(torch.rand(6, 8)), ones)\n", "torch.full((6, 1), 1, dtype=torch.float)"),
    "hits that are counted": (HEAD + "labels, guesses = torch.randint(0, 3, (9,)), torch.randint(0, 3, (9,))\ncounts = torch.zeros(3)\nright = labels == guesses\ncounts.scatter_add_(0, labels, right)\nprint(right.sum())\n", "right = (labels == guesses).float()"),
    "a mask of numbers": (HEAD + "truth = (torch.rand(4, 8) > 0.5).float()\nguess = torch.rand(4, 8) > 0.5\nmask = truth\noverlap = (guess & mask).sum()\nunion = (guess | mask).sum()\n", "mask = truth.bool()"),
    "what is written into floats": (HEAD + "targets = torch.zeros(6, 4)\nlabels = torch.tensor([0, 1, 3])\ntargets[torch.tensor([1, 2, 4])] = F.one_hot(labels, 4)\n", "targets[torch.tensor([1, 2, 4])] = F.one_hot(labels, 4).float()"),
    "a factor for each sample": (HEAD + "x, y = torch.randn(6, 3, 16, 16), torch.randn(6, 3, 16, 16)\nlam = torch.rand(x.size(0))\nmixed = lam * x + (1 - lam) * y\n", "lam = torch.rand(x.size(0)).view(-1, 1, 1, 1)"),
    "a factor for each channel": (HEAD + "class Normalize(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.register_buffer('mu', torch.rand(3))\n        self.register_buffer('sigma', torch.rand(3))\n\n    def forward(self, image):\n        return (image - self.mu) / self.sigma\n\n\nNormalize()(torch.rand(3, 20, 24))\n", "return (image - self.mu[:, None, None]) / self.sigma[:, None, None]"),
    "a factor that a function looks up": (HEAD + "def pick(table, t):\n    n = t.shape[0]\n    found = table.gather(0, t)\n    return found\n\n\nx, t = torch.randn(6, 1, 28, 28), torch.randint(0, 10, (6,))\ny = pick(torch.rand(10), t) * x + pick(torch.rand(10), t) * torch.randn_like(x)\n", "return found.view(n, 1, 1, 1)"),
    "scores in one row": (CLASSIFIER + TRAINING + "loss = F.cross_entropy(net(x).view(-1), y)\n", "net(x)"),
    "the number of classes that was set": (HEAD + "out = torch.randn(7, 5, 11, requires_grad=True)\nwords = torch.randint(0, 11, (7, 5))\nn_words = out.size(-1)\nloss = nn.CrossEntropyLoss()(out, words)\n", "nn.CrossEntropyLoss()(out.view(-1, n_words), words.reshape(-1))"),
    "the next words": (HEAD + "net = nn.Sequential(nn.Embedding(11, 6), nn.Linear(6, 11))\nids = torch.randint(0, 11, (4, 9))\nx = ids[:, :-1]\ny = ids\nloss = F.cross_entropy(net(x).reshape(-1, 11), y.reshape(-1))\n", "y = ids[:, 1:]"),
    "a layer that nothing calls": (HEAD + "class Hint(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.adapt = nn.Linear(8, 32)\n\n    def forward(self, student, teacher):\n        return F.mse_loss(student, teacher)\n\n\nHint()(torch.randn(5, 8), torch.randn(5, 32))\n", "F.mse_loss(self.adapt(student), teacher)"),
    "the same stage of both": (HEAD + "a = [torch.randn(2, 8, 16, 16), torch.randn(2, 16, 8, 8)]\nb = [torch.randn(2, 8, 16, 16), torch.randn(2, 16, 8, 8)]\nloss = F.l1_loss(a[1], b[0])\n", "b[1]"),
    "the state of the last layer": (HEAD + "class Last(nn.Module):\n    def __init__(self, hidden=6):\n        super().__init__()\n        self.hidden = hidden\n        self.rnn = nn.GRU(3, hidden, num_layers=2, batch_first=True)\n        self.out = nn.Linear(hidden, 1)\n\n    def forward(self, x):\n        _, h = self.rnn(x)\n        h = h.view(-1, self.hidden)\n        return self.out(h)\n\n\nloss = F.mse_loss(Last()(torch.randn(10, 5, 3)), torch.randn(10, 1))\n", "h[-1].view(-1, self.hidden)"),
    "a state of other samples": (HEAD + "class Tagger(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.rnn = nn.GRU(3, 6, batch_first=True)\n\n    def first(self, n):\n        return torch.zeros(1, n, 6)\n\n    def forward(self, words):\n        out, _ = self.rnn(words, self.first(32))\n        return out\n\n\nnet = Tagger()\nnet(torch.randn(32, 4, 3))\nnet(torch.randn(7, 4, 3))\n", "self.first(words.size(0))"),
    "noise for a generator": (HEAD + "G = nn.Sequential(nn.ConvTranspose2d(16, 8, 4), nn.ReLU(), nn.ConvTranspose2d(8, 3, 4, 2, 1))\nz = torch.randn(5, 16)\nimages = G(z)\nmore = G(z)\n", "torch.randn(5, 16, 1, 1)"),
    "one of many samples": (HEAD + "rnn = nn.LSTM(4, 8, batch_first=True)\nseries = torch.randn(30, 12, 4)\nstate = (torch.zeros(1, 1, 8), torch.zeros(1, 1, 8))\nwindow = series[-1]\nout, _ = rnn(window, state)\nwindow = torch.cat([window[:, 1:], out[:, -1:, :4]], dim=1)\n", "window = series[-1:]"),
    "two inputs without a batch": (HEAD + "class Pair(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.e = nn.Embedding(9, 6)\n\n    def forward(self, ids, mask):\n        x = self.e(ids).transpose(1, 2)\n        return x @ mask.unsqueeze(2)\n\n\nids, mask = torch.tensor([1, 2, 3]), torch.tensor([1.0, 1.0, 0.0])\nPair()(ids, mask)\n", "Pair()(ids.unsqueeze(0), mask.unsqueeze(0))"),
    "soft labels of numbers": (HEAD + "def mixed(y, lam, n_classes=5):\n    rows = y.float()\n    return lam * rows + (1 - lam) * rows.flip(0)\n\n\nscores, y = torch.randn(8, 5), torch.randint(0, 5, (8,))\nloss = -(mixed(y, 0.3) * F.log_softmax(scores, 1)).sum(1).mean()\n", "F.one_hot(y, n_classes).float()"),
    "an index of fewer dimensions": (HEAD + "means, best = torch.randn(10, 4, 2), torch.randint(0, 4, (10, 1))\npoint = means.gather(1, best)\n", "means.gather(1, best.unsqueeze(2).expand(-1, 1, means.size(2)))"),
    "a tensor with as many values": (CLASSIFIER + TRAINING + "scores = net(x)\nguess = scores.argmax(1, keepdim=True)\nhits = guess.eq(y.view_as(scores)).sum()\n", "y.view_as(guess)"),
    "a part of a table": (HEAD + "values = torch.zeros(4, 6)\nvalue = nn.Linear(3, 1)(torch.randn(6, 3)).detach()\nvalues[0] = value\n", "values[0] = value.flatten()"),
    "columns of a table": (HEAD + "table = torch.randn(40, 6)\nx, y = table[:, :5], table[:, 5]\nnet = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))\nfor step in range(2):\n    loss = F.mse_loss(net(x).squeeze(1), y)\nprint(net(torch.randn(3, 4)))\n", "x, y = table[:, :4], table[:, 5]"),
    "data in doubles": (HEAD + "import numpy as np\ntrain, test = np.random.rand(20, 4), np.random.rand(8, 4)\nx_train = torch.from_numpy(train)\nx_test = torch.from_numpy(test)\nnet = nn.Linear(4, 2)\nprint(net(x_train).shape, net(x_test).shape)\n", "x_train = torch.from_numpy(train).float()\nx_test = torch.from_numpy(test).float()"),
    "means that were kept": (HEAD + "kept = []\nfor part in torch.randn(12, 3).split(4):\n    kept.append(part.abs().mean())\nprint(torch.cat(kept).mean())\n", "part.abs()"),
    "a column that is used twice": (CLASSIFIER + "net = Classifier(classes=1)\nx, y = torch.randn(6, 8), torch.ones(6)\nscores = net(x)\nloss = F.binary_cross_entropy_with_logits(scores, y)\nhits = ((scores > 0).float() == y).float().mean()\n", "scores = net(x).squeeze(1)"),
    "images beside rows": (HEAD + "net = nn.Sequential(nn.Flatten(), nn.Linear(196, 196), nn.Sigmoid())\nx = torch.rand(5, 1, 14, 14)\nout = net(x)\nloss = F.mse_loss(out, x)\n", "F.mse_loss(out, x.flatten(1))"),
    "rows beside images": (HEAD + "net = nn.Sequential(nn.Flatten(), nn.Linear(196, 196), nn.Sigmoid())\nx = torch.rand(9, 1, 14, 14)\nout = net(x)\nboth = torch.cat([x[:4], out[:4]])\n", "torch.cat([x[:4], out.view(-1, 1, 14, 14)[:4]])"),
    "arrays that a function fills": (HEAD + "import numpy as np\n\n\ndef shapes(n):\n    images = np.zeros((n, 8))\n    images[:, 0] = 1\n    return images\n\n\nnet = nn.Linear(8, 2)\na = net(torch.from_numpy(shapes(4)))\nprint(a.shape)\n\nb = net(torch.from_numpy(shapes(2)))\n", "np.zeros((n, 8), dtype=np.float32)"),
    "a sentence alone": (HEAD + "class Words(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.e = nn.Embedding(9, 6)\n        self.c = nn.Conv1d(6, 4, 3)\n\n    def forward(self, ids):\n        return self.c(self.e(ids).permute(0, 2, 1)).mean(2)\n\n\nnet, words = Words(), [1, 4, 2, 8]\nids = torch.LongTensor(words)\nprint(net(ids).argmax(1))\n", "ids = torch.LongTensor(words).unsqueeze(0)"),
    "a size that is asserted": (HEAD + "class Square(nn.Module):\n    def __init__(self, size=32):\n        super().__init__()\n        self.size = size\n\n    def forward(self, x):\n        assert x.shape[2] == self.size, 'wrong size'\n        return x.mean((2, 3))\n\n\nSquare(size=64)(torch.randn(2, 3, 48, 48))\n", "Square(size=48)"),
}  # fmt: skip

FIRST: dict[str, tuple[str, str]] = {**STATE, **OPTIMIZER, **GRADIENT, **HANDED, **PROBABILITY, **DATA}
