"""Several mistakes in one program: each is told once, and what only follows from one is not.

The judge is PyTorch: with the mistakes mended one after the other it raises on one line after the other, and runs in the end.
"""

from __future__ import annotations

import pytest
from mistakes import HEAD, errors, net

from convcalc.verify.reference import run

# The program, and what mends its mistakes, in the order in which PyTorch comes by them.
CASES: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "two layers by themselves": (net("self.a = nn.Linear(8, 4)\nself.b = nn.Linear(9, 4)", "y = self.a(x)\nz = self.b(x)\nreturn y + z", "torch.randn(2, 7)"), [("nn.Linear(8, 4)", "nn.Linear(7, 4)"), ("nn.Linear(9, 4)", "nn.Linear(7, 4)")]),
    "two layers with one mistake": (net("n = 8\nself.a = nn.Linear(n, 4)\nself.b = nn.Linear(n, 4)", "y = self.a(x)\nz = self.b(x)\nreturn y + z", "torch.randn(2, 7)"), [("n = 8", "n = 7")]),
    "one layer twice": (net("self.a = nn.Linear(8, 7)", "y = self.a(x)\nz = self.a(x)\nreturn y + z", "torch.randn(2, 7)"), [("nn.Linear(8, 7)", "nn.Linear(7, 7)")]),
    "one layer in a loop": (net("self.a = nn.Linear(8, 7)", "for _ in range(3):\n    y = self.a(x)\nreturn y", "torch.randn(2, 7)"), [("nn.Linear(8, 7)", "nn.Linear(7, 7)")]),
    "one sum in a loop": (net("self.a = nn.Linear(7, 8)", "y = self.a(x)\nfor _ in range(3):\n    z = x + y\nreturn z", "torch.randn(2, 7)"), [("nn.Linear(7, 8)", "nn.Linear(7, 7)")]),
    "a layer, and one after it": (net("self.a = nn.Linear(8, 4)\nself.b = nn.Linear(5, 3)", "return self.b(self.a(x))", "torch.randn(2, 7)"), [("nn.Linear(8, 4)", "nn.Linear(7, 4)"), ("nn.Linear(5, 3)", "nn.Linear(4, 3)")]),
    "channels, and features after them": (net("self.c = nn.Conv2d(1, 8, 3)\nself.f = nn.Linear(100, 10)", "y = self.c(x)\nreturn self.f(y.flatten(1))"), [("nn.Conv2d(1, 8, 3)", "nn.Conv2d(3, 8, 3)"), ("nn.Linear(100, 10)", "nn.Linear(7200, 10)")]),
    "channels, and none after them": (net("self.c = nn.Conv2d(1, 8, 3)\nself.f = nn.Linear(7200, 10)", "y = self.c(x)\nreturn self.f(y.flatten(1))"), [("nn.Conv2d(1, 8, 3)", "nn.Conv2d(3, 8, 3)")]),
    "a window, and what it would have left": (net("self.p = nn.MaxPool2d(40)\nself.f = nn.Linear(3, 10)", "y = self.p(x)\nreturn self.f(y.flatten(1))"), [("nn.MaxPool2d(40)", "nn.MaxPool2d(32)")]),
    "a type, and a size": (net("self.e = nn.Embedding(10, 6)\nself.f = nn.Linear(5, 2)", "y = self.e(x)\nreturn self.f(y)", "torch.zeros(2, 3)"), [("torch.zeros(2, 3)", "torch.zeros(2, 3).long()"), ("nn.Linear(5, 2)", "nn.Linear(6, 2)")]),
    "a size, and a type after it": (net("self.a = nn.Linear(8, 4)\nself.e = nn.Embedding(10, 6)", "y = self.a(x)\nreturn self.e(y)", "torch.randn(2, 7)"), [("nn.Linear(8, 4)", "nn.Linear(7, 4)"), ("self.e(y)", "self.e(y.long() * 0)")]),
    "a size, and a loss": (net("self.f = nn.Linear(8, 4)", "return self.f(x)", "torch.randn(2, 8)").replace("Net()(", "y = Net()(") + "F.cross_entropy(y, torch.zeros(3).long())\nF.mse_loss(y, torch.zeros(2, 5))\n", [("torch.zeros(3).long()", "torch.zeros(2).long()"), ("torch.zeros(2, 5)", "torch.zeros(2, 4)")]),
    "a loss of what is refused": (net("self.f = nn.Linear(7, 4)", "return self.f(x)", "torch.randn(2, 8)").replace("Net()(", "y = Net()(") + "F.cross_entropy(y, torch.zeros(2).long())\n", [("nn.Linear(7, 4)", "nn.Linear(8, 4)")]),
    "a view, and a layer": (net("self.f = nn.Linear(10, 4)", "y = x.view(-1, 20)\nreturn self.f(x)", "torch.randn(3, 8)"), [("x.view(-1, 20)", "x.view(-1, 8)"), ("nn.Linear(10, 4)", "nn.Linear(8, 4)")]),
    "two sums": (HEAD + "a, b, c = torch.randn(2, 3), torch.randn(2, 4), torch.randn(5, 3)\na + b\na + c\n", [("torch.randn(2, 4)", "torch.randn(2, 3)"), ("torch.randn(5, 3)", "torch.randn(2, 3)")]),
    "a sum with what is refused": (HEAD + "a, b = torch.randn(2, 3), torch.randn(2, 4)\nc = a @ b\nc + a\nc.sum().backward\n", [("torch.randn(2, 4)", "torch.randn(3, 3)")]),
    "a cat, and what takes it": (net("self.c = nn.Conv2d(3, 4, 3)\nself.d = nn.Conv2d(7, 2, 1)", "y = torch.cat([x, self.c(x)], 1)\nreturn self.d(y)"), [("nn.Conv2d(3, 4, 3)", "nn.Conv2d(3, 4, 3, padding=1)")]),
    "a cat, and a wrong layer after it": (net("self.c = nn.Conv2d(3, 4, 3)\nself.d = nn.Conv2d(9, 2, 1)", "y = torch.cat([x, self.c(x)], 1)\nreturn self.d(y)"), [("nn.Conv2d(3, 4, 3)", "nn.Conv2d(3, 4, 3, padding=1)"), ("nn.Conv2d(9, 2, 1)", "nn.Conv2d(7, 2, 1)")]),
    "norms and groups": (net("self.c = nn.Conv2d(3, 6, 3)\nself.n = nn.BatchNorm2d(8)\nself.g = nn.GroupNorm(2, 10)", "y = self.c(x)\nz = self.n(y)\nreturn self.g(y)"), [("nn.BatchNorm2d(8)", "nn.BatchNorm2d(6)"), ("nn.GroupNorm(2, 10)", "nn.GroupNorm(2, 6)")]),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_each_is_told_once(name: str) -> None:
    text, mends = CASES[name]
    found, lines, mended = errors(text), [], text
    for old, new in mends:
        lines.append(run(mended, "model.py").line)
        assert mended.count(old) == 1
        mended = mended.replace(old, new)
    last = run(mended, "model.py")
    assert last.error is None, last.text
    assert [error["line"] for error in found] == lines, [error["message"] for error in found]
