"""What was handed to something unknown may have been filled by it: what fails on its being empty is not known."""

from __future__ import annotations

from pathlib import Path

import pytest
from command import convcalc

HEAD = "import torch\nfrom torch import nn\nfrom nobody_has_this import Layer, Reference, call\n"

UNKNOWN = {
    "a hook of an unknown layer": """
class Extractor(nn.Module):
    def __init__(self, net):
        super().__init__()
        self.net = net
        self.latents = None
        Layer(3).register_forward_hook(self._hook)

    def _hook(self, module, inputs, output):
        self.latents = output.clone()

    def forward(self, x):
        y = self.net(x)
        return y, self.latents.to(x.device)

print(Extractor(nn.Linear(3, 4))(torch.rand(2, 3)))
""",
    "a list": "rows = []\ncall(rows)\nprint(torch.cat(rows))\n",
    "a method of a list": "rows = []\ncall(4, callback=rows.append)\nprint(torch.stack(rows))\n",
    "an attribute that is passed on": """
def each(function, values):
    return function(values)

class Extractor(nn.Module):
    def __init__(self, net):
        super().__init__()
        self.net = net
        self.latents = None
        Layer(3).register_forward_hook(self._hook)

    def _hook(self, module, inputs, output):
        self.latents = output.clone()

    def forward(self, x):
        y = self.net(x)
        return y, each(lambda t: t.to(x.device), self.latents)

print(Extractor(nn.Linear(3, 4))(torch.rand(2, 3)))
""",
    "a list in a dict of an object": """
class Agent:
    def __init__(self):
        self.reference = torch.distributed.rpc.RRef(self)
        self.saved = {k: [] for k in range(3)}

    def finish(self):
        return [torch.stack(self.saved[i]) for i in range(3)]

import torch.distributed.rpc
print(Agent().finish())
""",
    "an object, before it has its list": """
class Agent:
    def __init__(self):
        self.reference = Reference(self)
        self.saved = []

    def finish(self):
        return torch.stack(self.saved)

agent = Agent()
call(agent.reference, 3)
print(agent.finish())
""",
}
ERRORS = {
    "a list that nobody was given": "rows = []\ncall(3)\nprint(torch.cat(rows))\n",
    "a list that has items": "rows = [torch.rand(3), torch.rand(4)]\ncall(rows)\nprint(torch.stack(rows))\n",
    "another attribute": """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(3, 4)

    def forward(self, x):
        return self.layer(x)

net = Net()
call(torch.rand(3))
print(net(torch.rand(2, 4)))
""",
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_may_have_been_filled_is_no_error(name: str, tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(HEAD + UNKNOWN[name])
    done = convcalc("check", path)
    assert done.code == 3, done.out
    assert "error[" not in done.out


@pytest.mark.parametrize("name", ERRORS)
def test_what_nothing_can_have_filled_is_one(name: str, tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(HEAD + ERRORS[name])
    done = convcalc("check", path)
    assert done.code == 1
    assert "error[" in done.out
    assert "but got \n" not in done.out
