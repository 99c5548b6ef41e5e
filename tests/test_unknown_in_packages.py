"""What a package refuses because something unknown came to it is unknown, not an error of the model."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_packages import summary, write

PACKAGE = {
    "ops/__init__.py": """
        import torch

        def turned(x):
            if not isinstance(x, torch.Tensor):
                raise RuntimeError(f"type unknown to ops {type(x)}")
            return x.T

        def size(x):
            return {"Tensor": 2}[type(x).__name__]

        def strict(count, x):
            if count > 3:
                raise ValueError("more than 3")
            return x
    """,
}
MODEL = """
    import torch
    from torch import nn
    import ops

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = nn.Linear(4, 4)

        def forward(self, x):
            y = self.layer(x)
            z = torch.nested.nested_tensor([y])
            {use}
            return y

    Net()(torch.zeros(2, 4))
"""
UNKNOWN = {
    "a raise of the package": "ops.turned(z)",
    "an error of Python in the package": "ops.size(z)",
    "a TypeError of the file": "if not isinstance(z, torch.Tensor): raise TypeError('no tensor')",
}
ERRORS = {
    "a raise of the package": "ops.strict(4, y)",
    "a raise of the file": "if y.shape[0] == 2: raise ValueError('no')",
    "a mistake beside": "missing_name",
    "a TypeError of Python": "len(5)",
}


@pytest.mark.parametrize("use", UNKNOWN)
def test_is_unknown(use: str, tmp_path: Path) -> None:
    write(tmp_path / "site", PACKAGE)
    write(tmp_path, {"train.py": MODEL.format(use=UNKNOWN[use])})
    done = summary("train.py", cwd=tmp_path, path=tmp_path / "site")
    found = [(d["rule"], d["severity"], d["line"]) for d in done.models[0]["diagnostics"]]
    assert ("unknown-value", "unknown", 14) in found
    assert not [d for d in found if d[1] == "error"]


@pytest.mark.parametrize("use", ERRORS)
def test_is_an_error(use: str, tmp_path: Path) -> None:
    write(tmp_path / "site", PACKAGE)
    write(tmp_path, {"train.py": MODEL.format(use=ERRORS[use])})
    done = summary("train.py", cwd=tmp_path, path=tmp_path / "site")
    assert [d["line"] for d in done.models[0]["diagnostics"] if d["severity"] == "error"] == [14]
