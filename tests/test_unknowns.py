"""What is not known and matters is said in a line, with the exit code 3; what reaches nothing is nobody's concern."""

from __future__ import annotations

from pathlib import Path

import pytest
from command import convcalc

HEAD = "import torch\nfrom torch import nn\nimport torch.nn.functional as F\n"
NET = "net = nn.Linear(4, 2)\n"
DEPTH = "import random\nlayers = []\nfor _ in range(random.randint(1, 3)):\n    layers.append(nn.Linear(4, 4))\n"

# the text after HEAD, the rule, and what its one line says
TOLD = {
    "the input of a model": (
        f"import some_lib\n{NET}print(net(some_lib.data()).shape)\n", "unknown-input",
        "what Linear is fed is not known: some_lib.data(...), and module some_lib (line 4) is not analysed",
    ),
    "one size of the input": (
        f"{NET}x = torch.randn(8, 4)\nkept = x[:, x.sum(0) > 0]\nprint(net(kept).shape)\n", "unknown-value", "whether selected == 4 is not known, and PyTorch requires it",
    ),
    "a loss": (
        f"import some_lib\n{NET}y = net(torch.randn(8, 4))\nF.cross_entropy(y, some_lib.labels())\n", "unknown-loss",
        "what F.cross_entropy is given is not known: some_lib.labels(...), and module some_lib (line 4) is not analysed",
    ),
    "a loss module": (
        f"import some_lib\n{NET}y = net(torch.randn(8, 4))\nnn.MSELoss()(y, some_lib.targets())\n", "unknown-loss", "what MSELoss is given is not known",
    ),
    "a model of another package": (
        f"import some_lib\n{NET}net(torch.randn(8, 4))\nother = some_lib.Net(3)\nprint(other(torch.randn(8, 4)))\n", "unknown-module",
        "what other does is not known: some_lib.Net(...), and module some_lib (line 4) is not analysed",
    ),
    "a part of a model": (
        "import some_lib\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.body = some_lib.Body(3)\n"
        "        self.head = nn.Linear(4, 2)\n    def forward(self, x):\n        return self.head(self.body(x))\nNet()(torch.randn(8, 4))\n",
        "unknown-module", "body of Net is not known: some_lib.Body(...)",
    ),
    "what a model gives": (
        "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.a, self.b = nn.Linear(4, 8), nn.Linear(4, 3)\n"
        "    def forward(self, x):\n        return self.a(x) if x.sum() > 0 else self.b(x)\nNet()(torch.rand(2, 4))\n",
        "unknown-output", "what Net gives is not known: what `x.sum() > 0` decides",
    ),
    "a model of random depth": (
        f"{DEPTH}net = nn.Sequential(*layers)\nprint(net(torch.randn(8, 3)).shape)\n", "unknown-module",
        "what net does is not known: a statement skipped in line 8 (the value of what the loop of line 6 leaves",
    ),
    "a model of random depth in a function": (
        f"{DEPTH}def main():\n    net = nn.Sequential(*layers)\n    print(net(torch.randn(8, 3)).shape)\nmain()\n", "unknown-module",
        "what is called here is not known: a statement skipped in line 9",
    ),
    "a layer of sizes that somebody types in": (
        f"{NET}def main():\n    other = nn.Linear(*input().split())\n    print(other(torch.randn(8, 3)).shape)\nnet(torch.randn(8, 4))\nmain()\n",
        "unknown-module", "what is called here is not known: input().split(...) (and how many there are) (a statement skipped in line 6)",
    ),
    "layers of a number that is not known": (
        f"{DEPTH}x = torch.randn(8, 3)\nfor layer in nn.ModuleList(layers):\n    x = layer(x)\n", "unknown-input", "what layer is fed is not known: line 9 was skipped",
    ),
    "layers under a name of a number that is not known": (
        f"{DEPTH}layers = nn.ModuleList(layers)\nx = torch.randn(8, 3)\nfor layer in layers:\n    x = layer(x)\n", "unknown-module", "what layer does is not known",
    ),
    "a loop that hides a loss": (
        f"import os\nfrom torch.utils.data import DataLoader, Dataset\n{NET}criterion = nn.MSELoss()\nclass D(Dataset):\n"
        "    def __len__(self):\n        return 8\n    def __getitem__(self, i):\n        if os.environ.get('WEIGHTED'):\n"
        "            return torch.rand(4), torch.rand(2), 1.0\n        return torch.rand(4), torch.rand(2)\n"
        "def train(net):\n    for x, y, w in DataLoader(D(), 4):\n        criterion(net(x), y)\ntrain(net)\n", "unknown-loss",
        "what criterion is given is not known: line 16 was skipped (ValueError: not enough values to unpack (expected 3, got 2))",
    ),
    "the best state": (
        f"{NET}best, state = 9.0, None\nfor epoch in range(2):\n    loss = net(torch.randn(8, 4)).mean().item()\n    if loss < best:\n"
        "        best, state = loss, {'model': net.state_dict()}\nnet.load_state_dict(state)\n", "unknown-value",
        "the state that Linear loads is not known, and what it may be does not fit: what `loss < best` decides",
    ),
    "the best state under a name that is not bound else": (
        f"{NET}best = 9.0\nfor epoch in range(2):\n    loss = net(torch.randn(8, 4)).mean().item()\n    if loss < best:\n"
        "        best = loss\n        state = {'model': net.state_dict()}\nnet.load_state_dict(state)\n", "unknown-value",
        "the state that Linear loads is not known, and what it may be does not fit: what `loss < best` decides",
    ),
    "a state under a path that is not known": (
        "import os, tempfile\npath = os.path.join(tempfile.gettempdir(), 'ck.pt')\ntorch.save(nn.Linear(3, 4).state_dict(), path)\n"
        "net = nn.Linear(3, 5)\nnet.load_state_dict(torch.load(path))\n", "unknown-value",
        "the state that Linear loads is not known, and what it may be does not fit: torch.load",
    ),
}  # fmt: skip


@pytest.mark.parametrize("command", ["check", "summary"])
@pytest.mark.parametrize("name", TOLD)
def test_what_matters_is_said(tmp_path: Path, name: str, command: str) -> None:
    text, rule, said = TOLD[name]
    path = tmp_path / "model.py"
    path.write_text(HEAD + text)
    done = convcalc(command, path)
    assert done.code == 3, done.out + done.err
    shown = " ".join(done.out.split())
    assert said in shown
    assert command == "summary" or f"unknown[{rule}]" in shown


SILENT = {
    "a history": f"import some_lib\n{NET}losses = []\nfor e in range(3):\n    losses.append(net(torch.randn(8, 4)).sum().item())\nsome_lib.plot(losses)\n",
    "the best so far": f"{NET}best = 0.0\nfor e in range(3):\n    y = net(torch.randn(8, 4)).sum().item()\n    if y > best:\n        best = y\n        torch.save(net, 'net.pt')\n",
    "the best state that fits": (
        f"{NET}best, state = 9.0, None\nfor epoch in range(2):\n    loss = net(torch.randn(8, 4)).mean().item()\n    if loss < best:\n"
        "        best, state = loss, {k: v.clone() for k, v in net.state_dict().items()}\nnet.load_state_dict(state)\n"
    ),
    "a state that fits under a path that is not known": (
        "import os, tempfile\npath = os.path.join(tempfile.gettempdir(), 'ck.pt')\nnet = nn.Linear(3, 5)\ntorch.save(net.state_dict(), path)\n"
        "net.load_state_dict(torch.load(path))\nnet(torch.rand(2, 3))\n"
    ),
    "a statement passed over that hides no call": (
        f"import some_lib\n{NET}names = some_lib.names()\nindex = {{n: i for i, n in enumerate(names)}}\nprint({{}}[index['a']])\n"
        "print(net(torch.randn(8, 4)).shape)\n"
    ),
    "gradients of a loss that is not known": (
        f"import some_lib\n{NET}net(torch.randn(8, 4))\nnet.zero_grad()\nsome_lib.loss(net).backward()\n"
        "with torch.no_grad():\n    for p in net.parameters():\n        p.add_(p.grad, alpha=-0.1)\n"
    ),
    "a side that changes nothing": f"{NET}x = net(torch.randn(8, 4))\nif x.sum() > 0:\n    x = x * 2\nprint(x.shape)\n",
}  # fmt: skip


@pytest.mark.parametrize("name", SILENT)
def test_what_does_not_matter_is_not_said(tmp_path: Path, name: str) -> None:
    path = tmp_path / "model.py"
    path.write_text(HEAD + SILENT[name])
    done = convcalc("check", path)
    assert (done.code, done.out) == (0, "No shape errors in 1 file\n")
