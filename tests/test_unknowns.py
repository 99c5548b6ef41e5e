"""What is not known and matters is said in a line, with the exit code 3; what reaches nothing is nobody's concern."""

from __future__ import annotations

from pathlib import Path

import pytest
from command import convcalc

HEAD = "import torch\nfrom torch import nn\nimport torch.nn.functional as F\n"
NET = "net = nn.Linear(4, 2)\n"

# the text after HEAD, the rule, and what its one line says
TOLD = {
    "the input of a model": (
        f"import some_lib\n{NET}print(net(some_lib.data()).shape)\n", "unknown-input",
        "what Linear is fed is not known: some_lib.data(...), and module some_lib (line 4) is not analysed",
    ),
    "one size of the input": (
        f"{NET}x = torch.randn(8, 4)\nkept = x[x.sum(1) > 0]\nprint(net(kept).shape)\n", "unknown-input", "what Linear is fed is not known",
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
    "a side that changes nothing": f"{NET}x = net(torch.randn(8, 4))\nif x.sum() > 0:\n    x = x * 2\nprint(x.shape)\n",
}  # fmt: skip


@pytest.mark.parametrize("name", SILENT)
def test_what_does_not_matter_is_not_said(tmp_path: Path, name: str) -> None:
    path = tmp_path / "model.py"
    path.write_text(HEAD + SILENT[name])
    done = convcalc("check", path)
    assert (done.code, done.out) == (0, "No shape errors in 1 file\n")
