"""The warnings: what PyTorch accepts and is surely meant otherwise, and what only looks like it."""

from __future__ import annotations

import textwrap
from typing import Any

import pytest

from convcalc.analysis.checking import CheckSettings, check_source
from convcalc.analysis.subject import Subject
from convcalc.source.discovery import Given

HEAD = """\
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset
from torchvision import datasets, transforms
"""


def told(source: str) -> list[dict[str, Any]]:
    report = check_source(
        Subject("model.py", (HEAD + textwrap.dedent(source)).encode(), None, Given()), CheckSettings()
    )
    assert not [d for d in report["diagnostics"] if d["severity"] == "unknown"], report["diagnostics"]
    return [d for d in report["diagnostics"] if d["severity"] != "note"]


def line_of(source: str, text: str) -> int:
    lines = (HEAD + textwrap.dedent(source)).splitlines()
    return next(i for i, line in enumerate(lines, 1) if text in line)


def model(init: str, forward: str, given: str = "torch.randn(8, 3, 16, 16)", after: str = "") -> str:
    return (
        "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        + textwrap.indent(textwrap.dedent(init).strip(), "        ")
        + "\n\n    def forward(self, x):\n"
        + textwrap.indent(textwrap.dedent(forward).strip(), "        ")
        + f"\n\nnet = Net()\nout = net({given})\n{after}\n"
    )


# unused layers

FC = "self.fc1 = nn.Linear(16, 16)\nself.fc2 = nn.Linear(16, 16)"


def test_an_unused_layer_is_told_at_its_constructor() -> None:
    source = model(FC, "return self.fc1(x)")
    (found,) = told(source)
    assert (found["rule"], found["severity"], found["path"]) == ("unused-layer", "warning", "fc2")
    assert found["line"] == line_of(source, "self.fc2 =")
    assert (
        found["message"] == "fc2, Linear(in_features=16, out_features=16) with 272 parameters, is built and never used"
    )


@pytest.mark.parametrize(
    "source",
    [
        model(FC, "if self.training and x is None:\n    return self.fc2(x)\nreturn self.fc1(x)"),
        model(FC, "return F.linear(self.fc1(x), self.fc2.weight)"),
        model(FC + "\nself.fc2.weight = self.fc1.weight", "return self.fc1(x)"),
        model(FC + "\nself.weights = [self.fc2.weight]", "return F.linear(self.fc1(x), self.weights[0])"),
        model(FC, "return self.fc1(x)\n\ndef generate(self, x):\n    return self.fc2(x)".replace("\ndef", "\ndef")),
        model(FC, "return self.fc1(x)", after="net.fc2(torch.randn(2, 16))"),
        model(FC, "return self.fc1(x)", after="print(net.fc2.weight.shape)"),
        model(FC, "return getattr(self, 'fc' + '1')(x)"),
        model("self.layers = nn.ModuleList([nn.Linear(16, 16) for _ in range(3)])", "return self.layers[0](x)"),
        model(FC + "\nself.net = nn.Sequential(self.fc1, self.fc2)", "return self.net(x)"),
        model("self.a = nn.Linear(16, 16)\nself.pool = nn.MaxPool2d(2)\nself.drop = nn.Dropout()", "return self.a(x)"),
        model(FC, "for layer in self.children():\n    x = layer(x)\n    break\nreturn x"),
    ],
)
def test_a_layer_that_may_be_used_is_not_told(source: str) -> None:
    assert told(source) == []


def test_a_method_of_a_class_of_the_same_layer_name_is_no_use() -> None:
    other = "class Other(nn.Module):\n    def forward(self, x):\n        return self.fc2(x)\n"
    assert [d["path"] for d in told(other + model(FC, "return self.fc1(x)"))] == ["fc2"]


# batches

CONV = "self.conv = nn.Conv2d(3, 4, 3, padding=1)\nself.fc = nn.Linear(1024, 10)"


@pytest.mark.parametrize(
    ("forward", "text"),
    [
        ("x = self.conv(x).view(8, 1024)\nreturn self.fc(x)", ".view(8, 1024)"),
        ("x = self.conv(x).reshape(8, -1)\nreturn self.fc(x)", ".reshape(8, -1)"),
        ("x = self.conv(x)\nx = torch.cat([x, torch.zeros(8, 1, 16, 16)], 1)\nreturn x.mean((2, 3))", "torch.zeros(8,"),
        ("x = self.conv(x)\nx = x + torch.ones(8, 4, 16, 16)\nreturn x.mean((2, 3))", "torch.ones(8,"),
    ],
)
def test_a_batch_in_the_model_is_told(forward: str, text: str) -> None:
    init = CONV.splitlines()[0] if "self.fc" not in forward else CONV
    source = model(init, forward)
    (found,) = told(source)
    assert (found["rule"], found["severity"]) == ("batch-hard-coded", "warning")
    assert found["suggestions"][0]["line"] == line_of(source, text)
    assert (found["expected"], found["actual"]) == (8, 9)


def test_the_line_is_where_pytorch_would_raise() -> None:
    source = model(CONV, "x = self.conv(x).reshape(8, -1)\nreturn self.fc(x)")
    (found,) = told(source)
    assert found["line"] in (line_of(source, ".reshape(8, -1)"), line_of(source, "return self.fc(x)"))


def test_a_hidden_state_for_one_batch() -> None:
    init = "self.gru = nn.GRU(5, 6, batch_first=True)"
    source = model(init, "hidden = torch.zeros(1, 8, 6)\nreturn self.gru(x, hidden)[0]", "torch.randn(8, 7, 5)")
    (found,) = told(source)
    assert found["rule"] == "batch-hard-coded"
    assert found["suggestions"][0]["line"] == line_of(source, "torch.zeros(1, 8, 6)")


@pytest.mark.parametrize(
    "source",
    [
        model(CONV, "x = self.conv(x)\nreturn self.fc(x.view(x.size(0), -1))"),
        model(CONV, "x = self.conv(x)\nreturn self.fc(x.view(-1, 1024))"),
        model(CONV, "x = self.conv(x)\nreturn self.fc(torch.flatten(x, 1))", "torch.randn(1, 3, 16, 16)"),
        # the steps of a sequence come first: its length may be fixed
        model("self.gru = nn.GRU(5, 6)", "return self.gru(x, torch.zeros(1, 8, 6))[0]", "torch.randn(7, 8, 5)"),
        # channels, without a batch
        model("self.conv = nn.Conv2d(3, 4, 3)", "return self.conv(x)", "torch.randn(3, 16, 16)"),
        # one scalar beside the images
        model("self.conv = nn.Conv2d(3, 4, 3)", "return self.conv(x).mean()"),
        # places are made rows on purpose
        model("self.fc = nn.Linear(16, 2)", "return self.fc(x.view(-1, 16))"),
        # nodes of a graph and their adjacency
        model("self.fc = nn.Linear(16, 2)\nself.register_buffer('adj', torch.eye(8))", "return self.adj @ self.fc(x)", "torch.randn(8, 16)"),
        # a vocabulary's numbers
        model("self.e = nn.Embedding(10, 4)\nself.p = nn.Parameter(torch.zeros(7, 4))", "return self.e(x) + self.p", "torch.zeros(7).long()"),
    ],
)  # fmt: skip
def test_no_batch_is_no_alarm(source: str) -> None:
    assert told(source) == []


LOADER = """
loader = DataLoader(TensorDataset(torch.randn(100, 3, 16, 16), torch.zeros(100).long()), batch_size=32{more})
for images, labels in loader:
    out = net(images)
    loss = F.cross_entropy(out, labels)
{after}
"""


def loop(forward: str, more: str = "", after: str = "") -> str:
    source = model(CONV, forward)
    return source[: source.index("out = net(")] + LOADER.format(more=more, after=after)


def test_the_last_batch_is_told_as_an_error() -> None:
    source = loop("return self.fc(self.conv(x).view(32, 1024))")
    (found,) = told(source)
    assert (found["rule"], found["severity"], found["line"]) == ("last-batch", "error", line_of(source, "view(32"))
    assert found["message"].startswith("the last batch of the loader has 4 samples (100 % 32), and then ")
    assert (found["expected"], found["actual"]) == (32, 4)
    assert not {"loader", "literal", "fed"} & set(found)


@pytest.mark.parametrize(
    "source",
    [
        loop("return self.fc(self.conv(x).view(32, 1024))", ", drop_last=True").replace("view(32", "view(-1"),
        loop("return self.fc(self.conv(x).view(x.size(0), 1024))"),
    ],
)
def test_a_last_batch_that_fits(source: str) -> None:
    assert told(source) == []


def test_a_loop_that_breaks_may_never_see_the_last_batch() -> None:
    source = loop("return self.fc(self.conv(x).view(32, 1024))").rstrip() + "\n    if i == 1:\n        break\n"
    source = source.replace("for images, labels in loader", "for i, (images, labels) in enumerate(loader)")
    assert [d["rule"] for d in told(source)] == ["batch-hard-coded"]


def test_a_last_batch_of_one_and_batch_normalization() -> None:
    source = model("self.fc = nn.Linear(5, 4)\nself.norm = nn.BatchNorm1d(4)", "return self.norm(self.fc(x))", "X")
    source = source[: source.index("out = net(")] + (
        "loader = DataLoader(TensorDataset(torch.randn(65, 5)), batch_size=32)\nfor (x,) in loader:\n    net(x)\n"
    )
    (found,) = told(source)
    assert (found["rule"], found["actual"]) == ("last-batch", 1)
    assert told(source.replace("randn(65", "randn(66")) == []
    assert told(source.replace("for (x,)", "net.eval()\nfor (x,)")) == []


# losses


@pytest.mark.parametrize(
    ("init", "loss", "rule"),
    [
        ("nn.Linear(16, 4), nn.Softmax(1)", "nn.CrossEntropyLoss()(out, torch.zeros(8).long())", "softmax-before-loss"),
        ("nn.Linear(16, 4), nn.LogSoftmax(1)", "nn.CrossEntropyLoss()(out, torch.zeros(8).long())", None),
        ("nn.Linear(16, 4), nn.LogSoftmax(1)", "nn.NLLLoss()(out, torch.zeros(8).long())", None),
        ("nn.Linear(16, 4)", "nn.NLLLoss()(out, torch.zeros(8).long())", "softmax-before-loss"),
        ("nn.Linear(16, 4), nn.Softmax(1)", "nn.NLLLoss()(out.log(), torch.zeros(8).long())", None),
        ("nn.Linear(16, 1), nn.Sigmoid()", "nn.BCEWithLogitsLoss()(out, torch.ones(8, 1))", "softmax-before-loss"),
        ("nn.Linear(16, 1), nn.Sigmoid()", "nn.BCELoss()(out.view(-1), torch.ones(8))", None),
        ("nn.Linear(16, 1)", "nn.BCELoss()(out, torch.ones(8, 1))", "softmax-before-loss"),
        ("nn.Linear(16, 1)", "nn.BCELoss()(out.sigmoid_(), torch.ones(8, 1))", None),
        ("nn.Linear(16, 1)", "nn.MSELoss()(out, torch.ones(8))", "loss-shapes"),
        ("nn.Linear(16, 1)", "nn.MSELoss()(out.squeeze(1), torch.ones(8))", None),
        ("nn.Linear(16, 4)", "F.cross_entropy(out.float(), torch.zeros(8).long())", None),
        ("nn.Linear(16, 4)", "F.nll_loss(out @ torch.randn(4, 3), torch.zeros(8).long())", "softmax-before-loss"),
        (
            "nn.Linear(16, 4)",
            "F.nll_loss(torch.mm(out, torch.randn(4, 3)), torch.zeros(8).long())",
            "softmax-before-loss",
        ),
        (
            "nn.Linear(16, 4)",
            "F.nll_loss(F.conv1d(out.view(8, 4, 1), torch.randn(3, 4, 1)), torch.zeros(8, 1).long())",
            "softmax-before-loss",
        ),
        ("nn.Linear(16, 4)", "F.binary_cross_entropy(out, torch.ones(8, 4))", "softmax-before-loss"),
        (
            "nn.Linear(16, 4)",
            "F.binary_cross_entropy_with_logits(torch.sigmoid(out), torch.ones(8, 4))",
            "softmax-before-loss",
        ),
        ("nn.Linear(16, 4)", "F.nll_loss(F.softmax(out, 1), torch.zeros(8).long())", "softmax-before-loss"),
    ],
)
def test_losses(init: str, loss: str, rule: str | None) -> None:
    source = f"net = nn.Sequential({init})\nout = net(torch.randn(8, 16))\nloss = {loss}\n"
    found = told(source)
    assert [d["rule"] for d in found] == ([] if rule is None else [rule])
    assert all(d["severity"] == "warning" and d["line"] == line_of(source, "loss = ") for d in found)


DATA = """
net = nn.Sequential(nn.Flatten(), nn.Linear({features}, {outputs}))
data = datasets.{name}(".", train=True, transform=transforms.ToTensor())
for images, labels in DataLoader(data, batch_size=10):
    loss = F.cross_entropy(net(images), labels.to("cpu"))
"""


@pytest.mark.parametrize(
    ("name", "outputs", "severity"),
    [("CIFAR10", 10, None), ("CIFAR10", 100, "warning"), ("CIFAR100", 10, "error"), ("CIFAR100", 100, None)],
)
def test_classes_of_a_known_data_set(name: str, outputs: int, severity: str | None) -> None:
    found = told(DATA.format(name=name, outputs=outputs, features=3072))
    assert [(d["rule"], d["severity"]) for d in found] == ([] if severity is None else [("class-count", severity)])
    for d in found:
        assert (d["expected"], d["actual"]) == (int(name.removeprefix("CIFAR")), outputs)
        assert (d["constructor"]["line"], d["line"]) == (line_of(DATA, "nn.Flatten"), line_of(DATA, "loss ="))
        assert f"{outputs} outputs" in d["message"]
        assert f"{name} has" in d["message"]


# what looks like another mistake


@pytest.mark.parametrize(
    ("source", "rules"),
    [
        (model(CONV, "return self.fc(torch.flatten(self.conv(x), 1))", "torch.randn(3, 16, 16)"), ["missing-batch"]),
        (model("self.fc = nn.Linear(784, 10)", "return self.fc(x.flatten(1))", "torch.randn(1, 28, 28)"), []),
        (model("self.fc = nn.Linear(3072, 10)", "return self.fc(x.flatten(1))", "torch.randn(3, 32, 32)"), ["missing-batch"]),
        (model(CONV, "return self.fc(torch.flatten(self.conv(x), 1))", "torch.randn(8, 16, 16, 3)"), ["channels-last"]),
        (model(CONV, "return self.fc(torch.flatten(self.conv(x), 1))", "torch.randn(8, 3, 16, 15)"), ["linear-in-features"]),
        (model("self.fc = nn.Linear(16, 4)", "return torch.softmax(self.fc(x), 2)", "torch.randn(8, 16)"), ["dimension-range"]),
        (model("self.l = nn.LSTM(5, 6, batch_first=True)", "return self.l(x)[0][:, -1, :]", "torch.randn(7, 5)"), ["missing-batch"]),
        (model("self.fc = nn.Linear(16, 8)", "return self.fc(self.fc(x))", "torch.randn(4, 16)"), ["reused-layer"]),
    ],
)  # fmt: skip
def test_the_cause_is_named(source: str, rules: list[str]) -> None:
    assert [d["rule"] for d in told(source)] == rules


def test_a_view_that_cuts_samples_shows_at_the_loss() -> None:
    init = "self.conv = nn.Conv2d(3, 4, 3, padding=1)\nself.fc = nn.Linear(512, 10)"
    forward = "x = self.conv(x)\nx = x.view(-1, 512)\nreturn self.fc(x)"
    source = model(init, forward, after="loss = F.cross_entropy(out, torch.zeros(8).long())")
    (found,) = told(source)
    assert (found["rule"], found["severity"], found["line"]) == ("flatten-size", "error", line_of(source, "loss ="))
    assert (found["expected"], found["actual"]) == (1024, 512)
    (found,) = told(model(init, forward))
    assert (found["rule"], found["severity"]) == ("flatten-size", "warning")
