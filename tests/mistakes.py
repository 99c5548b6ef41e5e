"""Programs with one mistake, as people write them, and the error that a check of them finds."""

from __future__ import annotations

import textwrap
from typing import Any

from convcalc.analysis.checking import CheckSettings, check_source
from convcalc.analysis.subject import Subject
from convcalc.source.found import Given

HEAD = "import torch\nfrom torch import nn\nimport torch.nn.functional as F\n"


def net(init: str, forward: str, feed: str = "torch.randn(2, 3, 32, 32)") -> str:
    init, forward = textwrap.indent(init, " " * 8), textwrap.indent(forward, " " * 8)
    return f"{HEAD}class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n{init}\n    def forward(self, x):\n{forward}\nNet()({feed})\n"


def errors(text: str) -> list[Any]:
    report = check_source(Subject("model.py", text.encode(), None, Given()), CheckSettings())
    return [d for d in report["diagnostics"] if d["severity"] == "error"]


def first_error(text: str) -> Any:
    return errors(text)[0]
