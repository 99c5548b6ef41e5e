"""Programs that branch on what only the real data tell.

`# error`, `# warning` and `# unknown` stand at the lines of which a check tells, with that severity. PyTorch runs every program without an
`# error`, and raises at that line in the others (`tests/torch/test_branches.py`).
"""

from __future__ import annotations

import textwrap

HEAD = "import math\nimport sys\nimport torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n"
CASES = {
    "the side that is not followed": """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.a = nn.Linear(8, 4)
                self.b = nn.Linear(5, 4)

            def forward(self, x):
                x = self.a(x)
                if x.sum() > 1e9:
                    x = self.b(x)  # warning
                return x

        Net()(torch.randn(2, 8))
        """,
    "the side that is followed": """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.a = nn.Linear(8, 4)

            def forward(self, x):
                if x.abs().max().item() < 1e9:
                    x = x.flatten(1)
                return self.a(x)  # warning

        Net()(torch.randn(2, 4, 2))
        """,
    "a name that only one side binds": """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.a = nn.Linear(8, 4)

            def forward(self, x):
                if x.abs().max() > 0:
                    scale = 2.0
                return self.a(x) * scale

        Net()(torch.randn(2, 8))
        """,
    "both sides": """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.a = nn.Linear(8, 4)
                self.b = nn.Linear(5, 4)

            def forward(self, x):
                if x.sum() > 1e9:
                    x = x * 2
                return self.b(self.a(x))  # error

        Net()(torch.randn(2, 8))
        """,
    "an error before": """
        net = nn.Sequential(nn.Linear(8, 4), nn.Linear(5, 4))
        x = net(torch.randn(2, 8))  # error
        if x.sum() > 0:
            x = x.view(3, 3)
        """,
    "an error after a check of the user's own": """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.a = nn.Linear(8, 4)
                self.b = nn.Linear(5, 4)

            def forward(self, x):
                x = self.a(x)
                if torch.isnan(x).any():
                    raise ValueError("not a number")
                return self.b(x)  # error

        Net()(torch.randn(2, 8))
        """,
    "a check of the user's own": """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.a = nn.Linear(8, 4)

            def forward(self, x):
                if not torch.isfinite(x).all():
                    raise ValueError("not finite")
                if x.abs().sum().item() == 0:
                    raise ValueError("empty")
                return self.a(x)

        Net()(torch.randn(2, 8))
        """,
    "a check by a function": """
        def validate(x, y):
            ok = (x.abs() < 1e9).all() and (y.abs() < 1e9).all()
            if ok:
                return
            raise ValueError("too large")

        net = nn.Linear(8, 4)
        x = torch.randn(2, 8)
        validate(x, net(x))
        net(x).sum().backward()
        """,
    "an early return that nobody takes": """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.a = nn.Linear(8, 4)

            def forward(self, x):
                if not (x.abs() > 0).any():
                    return x.view(3, 3)  # warning
                return self.a(x)

        Net()(torch.randn(2, 8))
        """,
    "an else side": """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.a = nn.Linear(8, 4)
                self.b = nn.Linear(4, 2)

            def forward(self, x):
                if x.mean() < 1e9:
                    y = self.a(x)
                else:
                    y = x
                return self.b(y)  # warning

        Net()(torch.randn(2, 8))
        """,
    "an expression": """
        net = nn.Linear(8, 4)
        head = nn.Linear(4, 2)
        x = net(torch.randn(2, 8))
        y = x if x.sum().item() < 1e9 else x.t()
        head(y)  # warning
        """,
    "an expression of which a side is refused": """
        net = nn.Linear(8, 4)
        head = nn.Linear(4, 2)
        x = net(torch.randn(3, 8))
        y = x.t() if x.sum().item() > 1e9 else x
        head(y)  # warning
        """,
    "a part of a condition": """
        net = nn.Linear(8, 4)
        x = net(torch.randn(3, 8))
        if x.dim() == 2 and x.sum() > 1e9 and not x.min() > 1e9:
            x = x.view(5, 5)  # warning
        """,
    "a loop that may not turn": """
        net = nn.Linear(8, 4)
        x = net(torch.randn(3, 8))
        while x.norm() > 1e9:
            x = x.view(5, 5)  # warning
        """,
    "a loop without end": """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.a = nn.Linear(8, 8)

            def forward(self, x):
                while True:
                    x = self.a(x) * 0
                    if x.norm() < 1e-3:
                        break
                while not x.norm() < 1e-3:
                    x = x / 2
                return x

        Net()(torch.randn(3, 8))
        """,
    "a function called many times": """
        class Block(nn.Module):
            def __init__(self, width):
                super().__init__()
                self.a = nn.Linear(width, width + 1)

            def forward(self, x):
                x = self.a(x)  # warning
                if x.sum() > 1e9:
                    x = x[:, :10]
                return x

        net = nn.Sequential(*[Block(8 + i) for i in range(4)])
        net(torch.randn(2, 8))
        """,
    "one setting asked for twice": """
        wide = torch.rand(1).item() > 2

        class Net(nn.Module):  # unknown
            def __init__(self):
                super().__init__()
                self.wide = wide
                if wide:
                    self.a = nn.Linear(16, 4)
                else:
                    self.a = nn.Linear(8, 4)

            def forward(self, x):
                if self.wide:
                    x = torch.cat([x, x], 1)
                return self.a(x)

        Net()(torch.randn(2, 8))
        """,
    "one condition written twice": """
        net = nn.Linear(8, 4)
        head = nn.Linear(4, 2)
        x = net(torch.randn(3, 8))
        if x.sum() > 1e9:
            x = x.t()
        y = torch.zeros(3, 4)
        if x.sum() > 1e9:
            x = x.t()
        head(x + y)
        """,
    "a stop in a training loop": """
        net = nn.Linear(8, 4)
        optimizer = torch.optim.SGD(net.parameters(), 0.1)
        for epoch in range(2):
            loss = net(torch.randn(3, 8)).square().mean()
            if not math.isfinite(loss.item()):
                print("stopping")
                sys.exit(1)
            loss.backward()
            optimizer.step()
        best = loss.item()
        if best < 1e9:
            net(torch.randn(3, 8))
        """,
    "handled by the file": """
        net = nn.Linear(8, 4)
        x = net(torch.randn(3, 8))
        if x.sum() > 1e9:
            try:
                x = x.view(5, 5)
            except RuntimeError:
                x = x.view(-1)
        """,
    "a value of a list": """
        net = nn.Linear(8, 4)
        x = net(torch.randn(3, 8))
        if x.argmax().item() in (99, 100):
            x = x.view(5, 5)  # warning
        kept = [row for row in x if row.sum() > -1e9]
        if any(row.sum() > 1e9 for row in x):
            x = x.view(7, 7)  # warning
        """,
}
SOURCES = {name: HEAD + textwrap.dedent(text) for name, text in CASES.items()}


def marked(source: str) -> list[tuple[str, int]]:
    """What a check tells of a source, by its own comments: severities and lines."""
    lines = source.splitlines()
    return [(line.partition("  # ")[2], i) for i, line in enumerate(lines, 1) if "  # " in line]
