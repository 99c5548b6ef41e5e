"""More than the first error: a check goes on after a refusal and tells of every independent error, and of no other."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

import pytest

from convcalc.analysis.checking import CheckSettings, check_source
from convcalc.analysis.subject import Subject
from convcalc.source.discovery import Given

HEAD = "import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n"


def errors(source: str, expression: str | None = None) -> list[dict[str, Any]]:
    text = HEAD + textwrap.dedent(source)
    report = check_source(Subject("model.py", text.encode(), expression, Given()), CheckSettings())
    return [d for d in report["diagnostics"] if d["severity"] == "error"]


def marked(source: str) -> list[tuple[str, int]]:
    """The errors that a source says it has: `# rule` at the end of a line."""
    lines = (HEAD + textwrap.dedent(source)).splitlines()
    return [(line.partition("# ")[2], i) for i, line in enumerate(lines, 1) if "# " in line]


FOUR = """
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(3, 10, 5)
            self.bn = nn.BatchNorm2d(12)
            self.conv2 = nn.Conv2d(10, 20, 5)
            self.fc1 = nn.Linear(320, 50)
            self.fc2 = nn.Linear(60, 10)

        def forward(self, x):
            x = self.conv1(x)  # conv-channels
            x = F.max_pool2d(self.bn(x), 2)  # norm-channels
            x = F.relu(F.max_pool2d(self.conv2(x), 2))
            x = x.view(-1, 321)  # flatten-size
            x = F.relu(self.fc1(x))
            return self.fc2(x)  # linear-in-features

    Net()(torch.randn(64, 1, 28, 28))
"""

MODEL_AND_LOSS = """
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc1 = nn.Linear(21, 50)
            self.fc2 = nn.Linear(50, 10)

        def forward(self, x):
            return self.fc2(self.fc1(x))  # linear-in-features

    out = Net()(torch.randn(64, 20))
    loss = F.cross_entropy(out, torch.zeros(32, dtype=torch.long))  # loss-shapes
"""

TWO_MODELS = """
    class A(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(3, 8, 3, groups=2)  # groups
            self.fc = nn.Linear(8, 4)

        def forward(self, x):
            return self.fc(self.conv(x).mean((2, 3)))

    class B(nn.Module):
        def __init__(self):
            super().__init__()
            self.emb = nn.Embedding(10, 4)
            self.fc = nn.Linear(5, 2)

        def forward(self, x):
            x = self.emb(x)  # embedding-dtype
            return self.fc(x)  # linear-in-features

    A()(torch.randn(2, 3, 8, 8))
    B()(torch.randn(2, 3))
"""

JOINED = """
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.a = nn.Conv2d(3, 4, 3)
            self.b = nn.Conv2d(3, 4, 5)
            self.c = nn.Conv2d(9, 6, 1)
            self.d = nn.Conv2d(6, 6, 50)

        def forward(self, x):
            x = torch.cat([self.a(x), self.b(x)], 1)  # concat
            x = self.c(x)  # conv-channels
            return self.d(x)

    Net()(torch.randn(2, 3, 16, 16))
"""


@pytest.mark.parametrize("source", [FOUR, MODEL_AND_LOSS, TWO_MODELS], ids=["four", "model and loss", "two models"])
def test_every_independent_error_is_told_in_order(source: str) -> None:
    assert [(d["rule"], d["line"]) for d in errors(source)] == marked(source)


def test_what_follows_from_an_unknown_size_is_not_told() -> None:
    found = errors(JOINED)
    assert [(d["rule"], d["line"]) for d in found] == marked(JOINED)  # whether `d` has room, nobody knows


def test_a_norm_and_the_layer_after_it_are_one_error() -> None:
    source = """
        net = nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(16), nn.Conv2d(16, 4, 3))
        net(torch.randn(2, 3, 9, 9))
    """
    assert [d["rule"] for d in errors(source)] == ["norm-channels"]


def test_a_view_and_the_linear_after_it_are_one_error() -> None:
    source = """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.fc = nn.Linear(48, 2)

            def forward(self, x):
                return self.fc(x.view(2, 47))  # view

        Net()(torch.randn(2, 3, 4, 4))
    """
    assert [d["rule"] for d in errors(source)] == ["flatten-size"]


def test_an_error_that_somebody_catches_stays_his() -> None:
    source = """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.small = nn.Linear(10, 2)
                self.large = nn.Linear(20, 2)
                self.last = nn.Linear(3, 1)

            def forward(self, x):
                try:
                    x = self.small(x)
                except RuntimeError:
                    x = self.large(x)
                x = self.last(x)  # linear-in-features
                return self.last(x)  # linear-in-features

        Net()(torch.randn(4, 20))
    """
    assert [(d["rule"], d["line"]) for d in errors(source)][:1] == marked(source)[:1]
    assert not any("in_features=10" in d["message"] for d in errors(source))


def test_python_errors_after_a_refusal_are_not_told() -> None:
    source = """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.fc = nn.Linear(10, 2)

            def forward(self, x):
                x = self.fc(x)  # linear-in-features
                if x.shape[1] == 2:
                    raise ValueError("no")
                return x

        Net()(torch.randn(4, 20))
    """
    assert [(d["rule"], d["line"]) for d in errors(source)] == marked(source)


def test_the_first_error_is_that_of_a_plain_run() -> None:
    from convcalc.analysis.summarising import summarise

    plain = summarise(Subject("model.py", (HEAD + textwrap.dedent(FOUR)).encode(), None, Given()))
    (first,) = [d for d in plain.diagnostics if d["severity"] == "error"]
    found = errors(FOUR)[0]
    assert {**found, "suggestions": first["suggestions"]} == first  # the mends are tried out in a check only


def test_columns_and_constructor_of_every_error() -> None:
    lines = (HEAD + textwrap.dedent(FOUR)).splitlines()
    for d in errors(FOUR):
        raised = lines[d["line"] - 1][d["column"] - 1 : d["end_column"] - 1]
        assert raised.startswith(("self.", "x.view"))
        if d["constructor"] is not None:
            built = d["constructor"]
            assert lines[built["line"] - 1][built["column"] - 1 : built["end_column"] - 1].startswith("nn.")


def test_columns_are_characters_not_bytes() -> None:
    source = """
        ширина = nn.Linear(3, 4); слой = ширина
        "снег и лёд"; слой(torch.randn(2, 5))
    """
    (found,) = errors(source)
    line = (HEAD + textwrap.dedent(source)).splitlines()[found["line"] - 1]
    assert line[found["column"] - 1 : found["end_column"] - 1] == "слой(torch.randn(2, 5))"


def test_provenance_leads_back_to_the_input() -> None:
    source = """
        net = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(inplace=True), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(7, 2))
        net(torch.randn(5, 1, 10, 10))
    """
    (found,) = errors(source)
    assert [(s["operation"], s["from"], s["to"]) for s in found["provenance"]] == [
        ("Flatten", [5, 4, 4, 4], [5, 64]),
        ("MaxPool2d", [5, 4, 8, 8], [5, 4, 4, 4]),
        ("Conv2d", [5, 1, 10, 10], [5, 4, 8, 8]),
        ("torch.randn", None, [5, 1, 10, 10]),
    ]


@pytest.mark.parametrize("script", sorted(Path(__file__).parent.glob("scripts/*.py")), ids=lambda p: p.name)
def test_a_run_that_goes_on_changes_nothing_where_there_is_no_error(script: Path) -> None:
    from convcalc.analysis.execution import recovered

    recovery, _ = recovered(Subject(str(script), script.read_bytes(), None, Given()))
    assert recovery.refusals == []


ONE_FAULT = {
    "two sides swapped": """
        net = nn.Sequential(nn.Linear(64, 20), nn.BatchNorm1d(64), nn.ReLU(), nn.Linear(64, 2))
        net(torch.randn(8, 20))
    """,
    "flattened into one row, and the loss after it": """
        net = nn.Sequential(nn.Flatten(0), nn.Linear(48, 2))
        F.cross_entropy(net(torch.randn(8, 3, 4, 4)), torch.zeros(8).long())
    """,
    "not flattened, and the loss after it": """
        net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Linear(16, 2))
        F.cross_entropy(net(torch.randn(8, 3, 4, 6)), torch.zeros(8).long())
    """,
    "an image of another size, compared with itself": """
        net = nn.Sequential(nn.Linear(20, 5), nn.Linear(5, 20))
        x = torch.randn(8, 21)
        F.binary_cross_entropy_with_logits(net(x), x)
    """,
    "a block that is built twice": """
        class Block(nn.Module):
            def __init__(self, width):
                super().__init__()
                self.fc = nn.Linear(width + 1, width)

            def forward(self, x):
                return x + self.fc(x)

        nn.Sequential(Block(8), Block(8))(torch.randn(3, 8))
    """,
    "one number for several branches": """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.a = nn.Conv2d(4, 5, 1)
                self.b = nn.Conv2d(4, 6, 3, padding=1)

            def forward(self, x):
                return torch.cat([self.a(x), self.b(x)], 1)

        Net()(torch.randn(2, 3, 8, 8))
    """,
    "a network that is called twice": """
        net = nn.Linear(5, 2)
        F.mse_loss(net(torch.randn(3, 4)), net(torch.randn(3, 4)))
    """,
    "the same operation at three lines": """
        q, k, v = (torch.randn(3, 11, 32) for _ in range(3))
        q = q.view(3, 11, 5, 6)
        k = k.view(3, 11, 5, 6)
        v = v.view(3, 11, 5, 6)
    """,
    "an operand of a sum": """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.long = nn.Linear(9, 7)
                self.short = nn.Linear(8, 6)

            def forward(self, x):
                return self.long(x) + self.short(x)

        Net()(torch.randn(2, 8))
    """,
}


@pytest.mark.parametrize("name", ONE_FAULT)
def test_one_fault_is_one_error(name: str) -> None:
    assert len(errors(ONE_FAULT[name])) == 1
