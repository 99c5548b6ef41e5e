"""Which fix comes first for mistakes as people make them, that PyTorch runs what it leaves, and which of them are safe.

`tests/corpus` tries many hundreds; these are small, one for each way of thinking a fix up.
"""

from __future__ import annotations

import pytest
from mistakes import HEAD, first_error, net

from convcalc.analysis.checking import CheckSettings, check_source
from convcalc.analysis.subject import Subject
from convcalc.source.found import Given
from convcalc.verify.reference import run

# The program, and the first fix: what it takes out and what it puts in.
CASES: dict[str, tuple[str, str, str]] = {
    "a kernel without its padding": (net("self.a = nn.Conv2d(3, 3, 5)", "return x + self.a(x)"), "nn.Conv2d(3, 3, 5)", "nn.Conv2d(3, 3, 5, padding=2)"),
    "groups of GroupNorm": (net("self.a = nn.GroupNorm(2, 3)", "return self.a(x)"), "nn.GroupNorm(2, 3)", "nn.GroupNorm(3, 3)"),
    "heads": (net("self.a = nn.MultiheadAttention(30, 4)", "return self.a(x, x, x)", "torch.randn(2, 5, 30)"), "nn.MultiheadAttention(30, 4)", "nn.MultiheadAttention(30, 3)"),
    "a pool too many": (net("self.p = nn.Sequential(*[nn.MaxPool2d(2) for _ in range(6)])", "return self.p(x)"), "torch.randn(2, 3, 32, 32)", "torch.randn(2, 3, 64, 64)"),
    "a window that is too large": (net("self.c = nn.Conv2d(3, 4, 40)", "return self.c(x)"), "nn.Conv2d(3, 4, 40)", "nn.Conv2d(3, 4, 3)"),
    "no flatten": (net("self.f = nn.Linear(3 * 32 * 32, 10)", "return self.f(x)"), "self.f(x)", "self.f(x.flatten(1))"),
    "no flatten in a Sequential": (net("self.s = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Linear(3600, 10))", "return self.s(x)"), "nn.Linear(3600, 10)", "nn.Flatten(), nn.Linear(3600, 10)"),
    "classes that are no whole numbers": (HEAD + "loss = nn.CrossEntropyLoss()\ntarget = torch.ones(4).int()\nloss(torch.randn(4, 3), target)\n", "loss(torch.randn(4, 3), target)", "loss(torch.randn(4, 3), target.long())"),
    "a column beside a row": (HEAD + "loss = nn.BCEWithLogitsLoss()\nloss(torch.randn(4, 1), torch.ones(4))\n", "loss(torch.randn(4, 1), torch.ones(4))", "loss(torch.randn(4, 1).squeeze(1), torch.ones(4))"),
    "an embedding of floats": (net("self.e = nn.Embedding(10, 3)", "return self.e(x)", "torch.zeros(2, 5)"), "self.e(x)", "self.e(x.long())"),
    "doubles": (net("self.f = nn.Linear(3, 4)", "return self.f(x)", "torch.zeros(2, 3, dtype=torch.float64)"), "self.f(x)", "self.f(x.float())"),
    "a sequence of other features": (net("self.l = nn.LSTM(8, 4)", "return self.l(x)", "torch.randn(2, 5, 6)"), "torch.randn(2, 5, 6)", "torch.randn(2, 5, 8)"),
    "a product of a matrix with itself": (net("self.f = nn.Linear(3, 4)", "q = self.f(x)\nreturn q @ q", "torch.randn(2, 5, 3)"), "return q @ q", "return q @ q.transpose(-2, -1)"),
    "parts of other sizes": (net("self.c = nn.Conv2d(3, 4, 3)", "return torch.cat([x, self.c(x)], 1)"), "nn.Conv2d(3, 4, 3)", "nn.Conv2d(3, 4, 3, padding=1)"),
    "a way up that is too long": (net("self.d = nn.Conv2d(3, 4, 3, stride=2, padding=1)\nself.u = nn.ConvTranspose2d(4, 3, 3, stride=2)", "return x + self.u(self.d(x))"), "return x + self.u(self.d(x))", "return x + F.interpolate(self.u(self.d(x)), size=x.shape[2:])"),
    "channels of the layer before": (net("self.a = nn.Conv2d(3, 16, 3)\nself.b = nn.Conv2d(32, 64, 3)", "return self.b(self.a(x))"), "nn.Conv2d(32, 64, 3)", "nn.Conv2d(16, 64, 3)"),
    "a view of another product": (net("self.c = nn.Conv2d(3, 16, 3)", "return self.c(x).view(-1, 16 * 31 * 31)"), "self.c(x).view(-1, 16 * 31 * 31)", "self.c(x).view(-1, 16 * 30 * 30)"),
    "a view after a permutation": (net("self.f = nn.ReLU()", "return self.f(x.permute(0, 2, 3, 1)).view(x.size(0), -1)"), "self.f(x.permute(0, 2, 3, 1)).view(x.size(0), -1)", "self.f(x.permute(0, 2, 3, 1)).reshape(x.size(0), -1)"),
}  # fmt: skip

# What there is to guess is not safe, however likely it is: which padding, which number of groups, what is to be left out, which data.
GUESSED = (
    "a kernel without its padding", "groups of GroupNorm", "heads", "a pool too many", "a window that is too large", "no flatten in a Sequential",
    "an embedding of floats", "a sequence of other features", "a product of a matrix with itself", "doubles", "parts of other sizes", "a way up that is too long",
)  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_first_fix_is_what_one_would_do(name: str) -> None:
    text, old, new = CASES[name]
    error = first_error(text)
    outcome = run(text, "model.py")
    assert outcome.line == error["line"]
    first = error["suggestions"][0]
    assert (first["old"], first["new"]) == (old, new)
    assert first["applicability"] == ("unsafe" if name in GUESSED else "safe")
    for fix in error["suggestions"][:1]:
        lines = text.splitlines(keepends=True)
        assert lines[fix["line"] - 1].count(fix["old"]) == 1
        lines[fix["line"] - 1] = lines[fix["line"] - 1].replace(fix["old"], fix["new"])
        assert run("".join(lines), "model.py").error is None, fix["new"]


UNKNOWN = net("self.f = nn.Linear(3, 4)", "for _ in range(3):\n    y = torch.ops.mine.roll(x, 2)\nz = torch.ops.mine.roll(y)\nreturn self.f(x)", "torch.randn(2, 3)")  # fmt: skip


def test_an_operation_without_a_rule_is_named_once_for_each_line() -> None:
    report = check_source(Subject("model.py", UNKNOWN.encode(), None, Given()), CheckSettings())
    found = [(d["severity"], d["line"]) for d in report["diagnostics"] if d["rule"] == "unknown-operation"]
    lines = UNKNOWN.splitlines()
    where = lines.index("            y = torch.ops.mine.roll(x, 2)") + 1
    assert found.count(("unknown", where)) == 1
