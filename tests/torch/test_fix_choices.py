"""What one would do of mistakes as people make them is among the fixes, and PyTorch runs what each safe one leaves.

One program for each form in which a number, a dimension or a target is written. Which fix comes first is not asked here (`test_fixes.py`).
"""

from __future__ import annotations

import pytest
from mistakes import HEAD, first_error, net

from convcalc.verify.reference import run

IMAGES = "self.c = nn.Conv2d(3, 16, 3)\n"
TWO_CONVOLUTIONS = IMAGES + "self.d = nn.Conv2d({}, 4, 3)"


def widths(before: str, width: str) -> str:
    return net(before + TWO_CONVOLUTIONS.format(width), "return self.d(self.c(x))")


# The program, and one fix of it: what it takes out and what it puts in.
CASES: dict[str, tuple[str, str, str]] = {
    # targets
    "one-hot classes": (HEAD + "scores, labels = torch.randn(4, 3), F.one_hot(torch.tensor([0, 1, 2, 0]), 3)\nF.nll_loss(scores, labels)\n", "F.nll_loss(scores, labels)", "F.nll_loss(scores, labels.argmax(1))"),
    "one-hot classes by hand": (HEAD + "labels = torch.tensor([[0, 1, 0], [1, 0, 0]])\nF.cross_entropy(torch.randn(2, 3), labels)\n", "F.cross_entropy(torch.randn(2, 3), labels)", "F.cross_entropy(torch.randn(2, 3), labels.argmax(1))"),
    "classes in the last dimension": (HEAD + "scores = torch.randn(8, 20, 5)\nlabels = torch.randint(0, 5, (8, 20))\nF.cross_entropy(scores, labels)\n", "F.cross_entropy(scores, labels)", "F.cross_entropy(scores.transpose(1, 2), labels)"),
    "a column of classes": (HEAD + "labels = torch.randint(0, 5, (8, 1))\nF.cross_entropy(torch.randn(8, 5), labels)\n", "F.cross_entropy(torch.randn(8, 5), labels)", "F.cross_entropy(torch.randn(8, 5), labels.squeeze(1))"),
    "fewer targets": (HEAD + "F.cross_entropy(torch.randn(8, 5), torch.randint(0, 5, (6,)))\n", "torch.randint(0, 5, (6,))", "torch.randint(0, 5, (8,))"),
    # the batch
    "flatten without a start, as a function": (net("self.f = nn.Linear(3072, 10)", "return self.f(torch.flatten(x))"), "torch.flatten(x)", "torch.flatten(x, 1)"),
    "flatten without a start": (net("self.f = nn.Linear(3072, 10)", "return self.f(x.flatten())"), "x.flatten()", "x.flatten(1)"),
    "flatten from the batch on": (net("self.f = nn.Linear(3072, 10)", "return self.f(x.flatten(0))"), "x.flatten(0)", "x.flatten(1)"),
    "all in one row": (net("self.f = nn.Linear(3072, 10)", "return self.f(x.view(-1))"), "x.view(-1)", "x.view(x.size(0), -1)"),
    "no batch": (net("self.b = nn.BatchNorm2d(3)", "return self.b(x)", "torch.randn(3, 32, 32)"), "Net()(torch.randn(3, 32, 32))", "Net()(torch.randn(3, 32, 32).unsqueeze(0))"),
    "channels last": (net("self.c = nn.Conv2d(3, 4, 3)", "return self.c(x)", "torch.randn(2, 32, 32, 3)"), "torch.randn(2, 32, 32, 3)", "torch.randn(2, 3, 32, 32)"),
    "a last batch": (HEAD + "from torch.utils.data import DataLoader, TensorDataset\nmodel = nn.Linear(12, 2)\nfor x, in DataLoader(TensorDataset(torch.randn(10, 3, 4)), batch_size=4):\n    model(x.view(4, 12))\n", "x.view(4, 12)", "x.view(x.size(0), 12)"),
    # products, sums and dimensions
    "bmm of a matrix": (HEAD + "q = torch.randn(4, 8)\nk = torch.randn(4, 8, 6)\ntorch.bmm(q, k)\n", "torch.bmm(q, k)", "torch.bmm(q.unsqueeze(1), k)"),
    "added in place": (net("self.a = nn.Conv2d(3, 3, 3)", "x += self.a(x)\nreturn x"), "nn.Conv2d(3, 3, 3)", "nn.Conv2d(3, 3, 3, padding=1)"),
    "argmax of a third dimension": (HEAD + "y = torch.randn(4, 3)\ny.argmax(2)\n", "y.argmax(2)", "y.argmax(-1)"),
    "softmax of a second dimension": (HEAD + "y = torch.randn(3)\nF.softmax(y, dim=1)\n", "F.softmax(y, dim=1)", "F.softmax(y, dim=-1)"),
    "squeeze of what is not there": (HEAD + "y = torch.randn(4)\ny.squeeze(1)\n", "y.squeeze(1)", "y"),
    "unsqueeze too far": (HEAD + "y = torch.randn(4)\ny.unsqueeze(3)\n", "y.unsqueeze(3)", "y.unsqueeze(1)"),
    "cat along the batch": (HEAD + "torch.cat([torch.randn(2, 3), torch.randn(2, 4)])\n", "torch.cat([torch.randn(2, 3), torch.randn(2, 4)])", "torch.cat([torch.randn(2, 3), torch.randn(2, 4)], dim=1)"),
    "rows that do not divide": (HEAD + "torch.randn(4, 6).view(-1, 5)\n", "torch.randn(4, 6).view(-1, 5)", "torch.randn(4, 6).view(-1, 6)"),
    # windows and states
    "a function's window": (net("self.c = nn.Conv2d(3, 4, 3)", "return F.max_pool2d(self.c(x), 40)"), "F.max_pool2d(self.c(x), 40)", "F.max_pool2d(self.c(x), 2)"),
    "a pool in a loop": (net("self.c = nn.Conv2d(3, 4, 3)", "for _ in range(6):\n    x = F.max_pool2d(x, 2)\nreturn x"), "torch.randn(2, 3, 32, 32)", "torch.randn(2, 3, 64, 64)"),
    "a state for two layers": (net("self.g = nn.GRU(3, 4)", "h = torch.zeros(2, 32, 4)\nreturn self.g(x, h)", "torch.randn(5, 32, 3)"), "torch.zeros(2, 32, 4)", "torch.zeros(1, 32, 4)"),
    "a state for one direction": (net("self.g = nn.LSTM(3, 4, bidirectional=True)", "h = torch.zeros(1, 32, 4)\nreturn self.g(x, (h, h))", "torch.randn(5, 32, 3)"), "torch.zeros(1, 32, 4)", "torch.zeros(2, 32, 4)"),
    "whole numbers": (net("self.f = nn.Linear(3, 4)", "return self.f(x)", "torch.ones(2, 3, dtype=torch.int64)"), "self.f(x)", "self.f(x.float())"),
    "a norm for sequences": (net("self.b = nn.BatchNorm1d(3)", "return self.b(x)"), "nn.BatchNorm1d(3)", "nn.BatchNorm2d(3)"),
    "a norm for fewer channels": (net("self.b = nn.BatchNorm2d(16)\nself.c = nn.Conv2d(3, 32, 3)", "return self.b(self.c(x))"), "nn.BatchNorm2d(16)", "nn.BatchNorm2d(32)"),
    "groups that do not divide": (net("self.c = nn.Conv2d(3, 64, 3, groups=2)", "return self.c(x)"), "nn.Conv2d(3, 64, 3, groups=2)", "nn.Conv2d(3, 64, 3, groups=1)"),
    "channels to shuffle": (net("self.b = nn.PixelShuffle(2)\nself.c = nn.Conv2d(3, 6, 3)", "return self.b(self.c(x))"), "nn.Conv2d(3, 6, 3)", "nn.Conv2d(3, 4, 3)"),
    # how a number is written
    "a square": (net(IMAGES + "self.f = nn.Linear(16 * 28 ** 2, 10)", "return self.f(self.c(x).flatten(1))"), "nn.Linear(16 * 28 ** 2, 10)", "nn.Linear(16 * 30 ** 2, 10)"),
    "a product of names": (net(IMAGES + "side = 32 - 4\nself.f = nn.Linear(16 * side * side, 10)", "return self.f(self.c(x).flatten(1))"), "nn.Linear(16 * side * side, 10)", "nn.Linear(14400, 10)"),
    "an annotated name": (widths("width: int = 8\n", "width"), "8", "16"),
    "one or the other": (widths("width = 0 or 8\n", "width"), "width = 0 or 8", "width = 0 or 16"),
    "an int()": (widths("", "int(8)"), "int(8)", "int(16)"),
    "a sum, by its number": (widths("width = 8\n", "width + 4"), "nn.Conv2d(width + 4, 4, 3)", "nn.Conv2d(width + 8, 4, 3)"),
    "a sum, by its name": (widths("width = 8\n", "width + 4"), "width = 8", "width = 12"),
    "a sum, by its second part": (widths("width = 8\n", "4 + width"), "width = 8", "width = 12"),
    "a sum, by its first number": (widths("width = 8\n", "4 + width"), "nn.Conv2d(4 + width, 4, 3)", "nn.Conv2d(8 + width, 4, 3)"),
    "a window that a smaller one mends": (net("self.c = nn.Conv2d(3, 4, 5)", "return self.c(x)", "torch.randn(2, 3, 3, 3)"), "nn.Conv2d(3, 4, 5)", "nn.Conv2d(3, 4, 3)"),
    "a padded window that a smaller one mends": (net("self.c = nn.Conv2d(3, 4, 9, padding=1)", "return self.c(x)", "torch.randn(2, 3, 4, 4)"), "nn.Conv2d(3, 4, 9, padding=1)", "nn.Conv2d(3, 4, 5, padding=1)"),
    "a difference": (widths("width = 8\n", "width - 4"), "width = 8", "width = 20"),
    "a product, by its number": (widths("width = 8\n", "width * 4"), "nn.Conv2d(width * 4, 4, 3)", "nn.Conv2d(width * 2, 4, 3)"),
    "a product, by its name": (widths("width = 8\n", "width * 4"), "width = 8", "width = 4"),
    "a quotient": (widths("width = 8\n", "width // 4"), "width = 8", "width = 64"),
    "the layer before": (widths("width = 8\n", "width"), "nn.Conv2d(3, 16, 3)", "nn.Conv2d(3, 8, 3)"),
    "a default": (HEAD + "class Net(nn.Module):\n    def __init__(self, *, width=8):\n        super().__init__()\n        self.c = nn.Conv2d(3, 16, 3)\n        self.d = nn.Conv2d(width, 4, 3)\n\n    def forward(self, x):\n        return self.d(self.c(x))\nNet()(torch.randn(2, 3, 32, 32))\n", "8", "16"),
    "an attribute of the class": (HEAD + "class Net(nn.Module):\n    width: int = 8\n\n    def __init__(self):\n        super().__init__()\n        self.c = nn.Conv2d(3, 16, 3)\n        self.d = nn.Conv2d(self.width, 4, 3)\n\n    def forward(self, x):\n        return self.d(self.c(x))\nNet()(torch.randn(2, 3, 32, 32))\n", "8", "16"),
    "a table": (HEAD + "CONFIG = {'channels': 16, 'hidden': 8}\nlayers = nn.Sequential(nn.Conv2d(3, 16, 3), nn.Conv2d(CONFIG['hidden'], 4, 3))\nlayers(torch.randn(2, 3, 32, 32))\n", "CONFIG = {'channels': 16, 'hidden': 8}", "CONFIG = {'channels': 16, 'hidden': 16}"),
    "a table that dict() makes": (HEAD + "CONFIG = dict(channels=16, hidden=8)\nlayers = nn.Sequential(nn.Conv2d(3, 16, 3), nn.Conv2d(CONFIG['hidden'], 4, 3))\nlayers(torch.randn(2, 3, 32, 32))\n", "dict(channels=16, hidden=8)", "dict(channels=16, hidden=16)"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_one_would_do_is_among_the_fixes(name: str) -> None:
    text, old, new = CASES[name]
    error = first_error(text)
    assert run(text, "model.py").line == error["line"]
    assert (old, new) in [(fix["old"], fix["new"]) for fix in error["suggestions"]]
    for fix in error["suggestions"]:
        lines = text.splitlines(keepends=True)
        line, start = lines[fix["line"] - 1], fix["column"] - 1
        assert line[start:].startswith(fix["old"])
        lines[fix["line"] - 1] = line[:start] + fix["new"] + line[start + len(fix["old"]) :]
        if fix["applicability"] == "safe" or (fix["old"], fix["new"]) == (old, new):
            assert run("".join(lines), "model.py").error is None, fix["new"]


def written(text: str, form: str) -> str:
    """A program as another editor writes it."""
    if form == "no last newline":
        return text.rstrip("\n")
    if form == "other letters":
        return text.replace(HEAD, HEAD + "größe = '…𝛼𝛽'\n")
    if form == "tabs":
        return text.replace("    ", "\t")
    if form == "letters on the line":
        lines = text.splitlines(keepends=True)
        return "".join(
            "'größe 𝛼'; " + line
            if line[0] not in " \n" and line.split()[0] not in ("import", "from", "class", "for", "def")
            else line
            for line in lines
        )
    return text.replace("\n", "\r\n")


@pytest.mark.parametrize(
    "form", ["no last newline", "other letters", "tabs", "letters on the line", "carriage returns"]
)
@pytest.mark.parametrize(
    "name",
    [
        "one-hot classes",
        "flatten without a start",
        "argmax of a third dimension",
        "an int()",
        "a table",
        "fewer targets",
    ],
)
def test_a_fix_stands_where_it_belongs_however_the_file_is_written(name: str, form: str) -> None:
    text, old, new = CASES[name]
    text = written(text, form)
    error = first_error(text)
    lines = text.splitlines(keepends=True)
    fixes = [fix for fix in error["suggestions"] if (fix["old"], fix["new"]) == (old, new)]
    assert fixes
    for fix in fixes:
        line, start = lines[fix["line"] - 1], fix["column"] - 1
        assert line[start : start + len(old)] == old
        assert (fix["end_line"], fix["end_column"]) == (fix["line"], start + len(old) + 1)
    underlined = lines[error["line"] - 1][error["column"] - 1 : error["end_column"] - 1]
    assert underlined.strip() == underlined
    assert compile(underlined.removeprefix("return "), "underlined", "eval")
