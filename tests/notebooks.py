"""Notebooks for tests, written as Jupyter writes them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

NET = """class Net(nn.Module):
    def __init__(self, k=3):
        super().__init__()
        self.conv = nn.Conv2d(1, 8, k)
        self.fc = nn.Linear(1352, 10)

    def forward(self, x):
        x = F.max_pool2d(self.conv(x), 2)
        return self.fc(x.flatten(1))"""
IMPORTS = "!pip install torch \\\n    torchvision\n%matplotlib inline\nimport torch\nfrom torch import nn\nimport torch.nn.functional as F"
CALL = "%%time\nnet = Net()\n%time y = net(torch.zeros(4, 1, 28, 28))\ny.shape"
TRAINING = ("# Training", IMPORTS, NET, "## Run it", CALL, "display(y);")


def cell(text: str, kind: str | None = None, **metadata: Any) -> dict[str, Any]:
    """A cell; a text that starts with `#` and a space is Markdown."""
    kind = kind or ("markdown" if text.startswith(("# ", "## ")) else "code")
    found: dict[str, Any] = {"cell_type": kind, "metadata": metadata, "source": text.splitlines(keepends=True)}
    if kind == "code":
        found.update(execution_count=1, outputs=[{"output_type": "stream", "name": "stdout", "text": ["héllo\n"]}])
    return found


def notebook(*cells: str | dict[str, Any], language: str = "python", **more: Any) -> dict[str, Any]:
    made = [cell(one) if isinstance(one, str) else one for one in cells]
    metadata = {
        "kernelspec": {"display_name": "x", "language": language, "name": "x"},
        "language_info": {"name": language},
    }
    return {"cells": made, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5, **more}


def write(path: Path, content: dict[str, Any], **options: Any) -> Path:
    """As Jupyter writes it: indented by one, characters as they are, a line feed at the end."""
    path.write_text(json.dumps(content, **{"indent": 1, "ensure_ascii": False, **options}) + "\n", encoding="utf8")
    return path
