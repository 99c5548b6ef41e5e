"""What `--fix` makes and what it leaves to the reader: the rule of `check/fixes/safety`, one program for each thing that it says.

Each program fails in PyTorch; of each a person would write one fix without having to ask (safe), or would have to ask (never safe).
"""

from __future__ import annotations

from typing import Any

import pytest

from convcalc.analysis.checking import CheckSettings, check_source
from convcalc.analysis.subject import Subject
from convcalc.source.found import Given

HEAD = "import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n\n"


def net(init: str, forward: str, feed: str, signature: str = "self") -> str:
    init, forward = init.replace("\n", "\n        "), forward.replace("\n", "\n        ")
    return f"{HEAD}class Net(nn.Module):\n    def __init__({signature}):\n        super().__init__()\n        {init}\n\n    def forward(self, x):\n        {forward}\n\n\n{feed}\n"


SAFE = {
    "the number of a layer": (net("self.a = nn.Linear(8, 16)\nself.b = nn.Linear(32, 2)", "return self.b(self.a(x))", "Net()(torch.randn(4, 8))"), "nn.Linear(16, 2)"),
    "the name of the layer before": (net("self.a = nn.Linear(8, hidden)\nself.b = nn.Linear(8, 2)", "return self.b(self.a(x))", "Net()(torch.randn(4, 8))", "self, hidden=16"), "nn.Linear(hidden, 2)"),
    "two directions": (net("self.a = nn.LSTM(8, hidden, bidirectional=True)\nself.b = nn.Linear(hidden, 2)", "return self.b(self.a(x)[0])", "Net()(torch.randn(5, 4, 8))", "self, hidden=16"), "nn.Linear(hidden * 2, 2)"),
    "what a flattening gives": (net("self.a = nn.Conv2d(3, 4, 3)\nself.b = nn.Linear(100, 2)", "return self.b(self.a(x).flatten(1))", "Net()(torch.randn(2, 3, 8, 8))"), "nn.Linear(144, 2)"),
    "the two sizes swapped": (net("self.a = nn.Linear(64, 784)\nself.b = nn.Linear(64, 2)", "return self.b(self.a(x))", "Net()(torch.randn(2, 784))"), "nn.Linear(784, 64)"),
    "a flattening left out": (net("self.a = nn.Linear(48, 2)", "return self.a(x)", "Net()(torch.randn(2, 3, 4, 4))"), "self.a(x.flatten(1))"),
    "channels last": (net("self.a = nn.Conv2d(3, 4, 3)", "return self.a(x)", "Net()(torch.randn(2, 16, 16, 3))"), "Net()(torch.randn(2, 16, 16, 3).permute(0, 3, 1, 2))"),
    "steps and features": (net("self.e = nn.Embedding(9, 6)\nself.a = nn.Conv1d(6, 4, 3)", "return self.a(self.e(x))", "Net()(torch.ones(2, 5, dtype=torch.long))"), "self.a(self.e(x).transpose(1, 2))"),
    "the batch in a view": (net("self.a = nn.Linear(12, 2)", "return self.a(x.view(8, -1))", "Net()(torch.randn(5, 3, 4))"), "x.view(x.size(0), -1)"),
    "a view that cannot be": (net("self.a = nn.ReLU()", "return self.a(x.transpose(1, 2)).view(2, -1)", "Net()(torch.randn(2, 3, 4))"), "self.a(x.transpose(1, 2)).reshape(2, -1)"),
    "a misspelt keyword": (net("self.a = nn.Conv2d(3, 4, kernal_size=3)", "return self.a(x)", "Net()(torch.randn(2, 3, 8, 8))"), "nn.Conv2d(3, 4, kernel_size=3)"),
    "a misspelt attribute": (net("self.dropout = nn.Dropout()\nself.a = nn.Linear(3, 4)", "return self.droput(self.a(x))", "Net()(torch.randn(2, 3))"), "self.dropout(self.a(x))"),
    "the output of a recurrent layer": (net("self.a = nn.GRU(3, 4)\nself.b = nn.Linear(4, 2)", "y = self.a(x)\nreturn self.b(y)", "Net()(torch.randn(5, 2, 3))"), "y, _ = self.a(x)"),
    "one class for each sample": (HEAD + "F.cross_entropy(torch.randn(4, 3, requires_grad=True), torch.ones(4, 1, dtype=torch.long)).backward()\n", "F.cross_entropy(torch.randn(4, 3, requires_grad=True), torch.ones(4, 1, dtype=torch.long).squeeze(1))"),
}  # fmt: skip

NEVER = {
    "an operand left out": net("self.a = nn.Linear(8, 4)", "return x + self.a(x)", "Net()(torch.randn(2, 8))"),
    "a state left out": net("self.a = nn.GRU(3, 4)", "return self.a(x, torch.zeros(1, 5, 4))", "Net()(torch.randn(5, 2, 3))"),
    "a setting that others use": net("self.a = nn.Linear(8, hidden)\nself.b = nn.Linear(hidden, hidden)\nself.c = nn.Linear(hidden, 2)", "return self.c(torch.cat([self.b(self.a(x)), x], 1))", "Net()(torch.randn(2, 8))", "self, hidden=16"),
    "channels for the length of a sequence": net("self.e = nn.Embedding(9, 6)\nself.n = nn.BatchNorm1d(7)", "return self.n(self.e(x))", "Net()(torch.ones(2, 5, dtype=torch.long))"),
    "features for the side of an image": net("self.c = nn.Conv2d(3, 4, 3)\nself.a = nn.Linear(9, 2)", "return self.a(self.c(x))", "Net()(torch.randn(2, 3, 8, 8))"),
    "a padding that is guessed": net("self.c = nn.Conv2d(3, 3, 5)", "return x + self.c(x)", "Net()(torch.randn(2, 3, 8, 8))"),
    "a kernel that is guessed": net("self.c = nn.Conv2d(3, 3, 9)", "return self.c(x)", "Net()(torch.randn(2, 3, 8, 8))"),
    "a pool for nothing": net("self.c = nn.Sequential(*[nn.MaxPool2d(2) for _ in range(5)])", "return self.c(x)", "Net()(torch.randn(2, 3, 8, 8))"),
    "groups as a literal": net("self.c = nn.Conv2d(cin, cin, 3, groups=cout)", "return self.c(x)", "Net()(torch.randn(2, 16, 8, 8))", "self, cin=16, cout=24"),
    "heads": net("self.c = nn.MultiheadAttention(30, 4)", "return self.c(x, x, x)", "Net()(torch.randn(2, 5, 30))"),
    "other data": net("self.a = nn.Conv2d(3, 4, 3, stride=2)\nself.t = nn.ConvTranspose2d(4, 3, 3, stride=2)", "return F.mse_loss(self.t(self.a(x)), x)", "Net()(torch.randn(2, 3, 8, 8))"),
    "labels made whole": HEAD + "F.cross_entropy(torch.randn(4, 3), torch.rand(4))\n",
    "labels made one class": HEAD + "F.nll_loss(torch.randn(4, 3), torch.ones(4, 3, dtype=torch.long))\n",
    "as many targets": HEAD + "F.cross_entropy(torch.randn(4, 3), torch.ones(5, dtype=torch.long))\n",
    "a divisor of one": net("self.a = nn.Linear(8, hidden // 2)\nself.b = nn.Linear(hidden, 2)", "return self.b(self.a(x))", "Net()(torch.randn(2, 8))", "self, hidden=16").replace("self.b = nn.Linear(hidden, 2)", "self.b = nn.Linear(hidden, hidden // 2)\n        self.c = nn.Linear(hidden // 4, 2)").replace("return self.b(", "return self.c(self.b(").replace("(x))\n", "(x)))\n"),
    "another layer": net("self.a = nn.Linear(8, 16)\nself.b = nn.Linear(8, 2)\nself.c = nn.Linear(16, 2)", "return self.b(self.a(x))", "Net()(torch.randn(2, 8))").replace("nn.Linear(8, 2)", "nn.Conv1d(8, 2, 1)"),
    "two names swapped": net("self.a = nn.Linear(4, 4)", "t, b, c = x.shape\nreturn x + self.a(x).reshape(b, t, c)", "Net()(torch.randn(2, 5, 4))"),
    "integers that look like indices": net("self.a = nn.Linear(5, 2)", "return self.a(x)", "Net()(torch.ones(2, 5, dtype=torch.long))"),
    "a part that is counted in": net("self.a = nn.Linear(4, 8)\nself.b = nn.Linear(8 + 4, 2)", "return self.b(self.a(x))", "Net()(torch.randn(2, 4))"),
    "a flattening that is counted in": net("self.c = nn.Conv2d(3, 4, 3)\nself.b = nn.Linear(4 * 6 * 6, 2)", "return self.b(self.c(x).mean((2, 3)))", "Net()(torch.randn(2, 3, 8, 8))"),
    "layers that a loop builds": net("self.a = nn.ModuleList([nn.Linear(o, o) for i, o in zip([8, 4], [4, 2])])", "for a in self.a:\n    x = a(x)\nreturn x", "Net()(torch.randn(2, 8))"),
    "one hot classes": HEAD + "F.cross_entropy(torch.randn(4, 3), F.one_hot(torch.ones(4, dtype=torch.long), 3))\n",
    "images of bytes": net("self.c = nn.Conv2d(3, 4, 3)", "return self.c(x)", "Net()(torch.ones(2, 3, 8, 8, dtype=torch.uint8))"),
    "one of two names": net("self.fc1 = nn.Linear(4, 4)\nself.fc2 = nn.Linear(4, 4)", "return self.fc(x)", "Net()(torch.randn(2, 4))"),
}  # fmt: skip


def errors(text: str) -> list[Any]:
    report = check_source(Subject("model.py", text.encode(), None, Given()), CheckSettings())
    return [d for d in report["diagnostics"] if d["severity"] == "error"]


@pytest.mark.parametrize("name", SAFE)
def test_what_leaves_nothing_to_guess_is_safe(name: str) -> None:
    text, new = SAFE[name]
    (error,) = errors(text)
    first = error["suggestions"][0]
    assert (first["new"], first["applicability"]) == (new, "safe")


@pytest.mark.parametrize("name", NEVER)
def test_what_has_to_be_asked_is_never_safe(name: str) -> None:
    found = errors(NEVER[name])
    assert found
    assert [(f["old"], f["new"]) for d in found for f in d["suggestions"] if f["applicability"] == "safe"] == []
