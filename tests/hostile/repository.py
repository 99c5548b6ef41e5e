"""A repository made to harm whoever checks it, and what is beside it that it must not reach."""

from __future__ import annotations

import json
from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Build = Callable[["Repository"], Any]  # where it gives a function, that ends what the builder has started

SECRET = "top-secret-word"
GOOD = """import torch
from torch import nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 2)
    def forward(self, x):
        return self.fc(x)
Net()(torch.zeros(3, 4))
"""
BAD = GOOD.replace("Linear(4", "Linear(5")
FORMS = ("text", "json", "github", "sarif")
JSON = (("check", ".", "--format", "json"),)
EACH_FORM = tuple(("check", ".", "--format", form) for form in FORMS)
FILE = (("check", "model.py", "--format", "json"), ("summary", "model.py", "--format", "json"))


class Repository:
    """The folder that is checked; `outside` lies beside it and holds secrets; `canary` is there when a line of the repository has run for real."""

    def __init__(self, base: Path) -> None:
        self.folder = base / "checked"
        self.outside = base / "outside"
        self.canary = base / "canary"
        self.environment: dict[str, str] = {}
        self.folder.mkdir()
        self.outside.mkdir()
        (self.outside / "secret.py").write_text(f"import torch\n{SECRET} = (\n")
        (self.outside / "secret.toml").write_text(f'[tool.convcalc]\nselect = ["{SECRET}"]\n')
        (self.outside / "secret.txt").write_text(f"{SECRET}\n")
        (self.outside / "secret.ipynb").write_text(json.dumps({"cells": [code(f"import torch\n{SECRET} = (")]}))
        (self.outside / "folder").mkdir()
        (self.outside / "folder" / "deep.py").write_text(f"import torch\n{SECRET} = (\n")
        self.write("model.py", GOOD)

    @property
    def planted(self) -> str:
        """A line that tells that it has run."""
        return f"open({str(self.canary)!r}, 'a').write(__name__ + chr(10))\n"

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf8"))
        return path

    def link(self, name: str, target: object) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.symlink_to(str(target))

    def settings(self, text: str) -> None:
        self.write("pyproject.toml", f"[tool.convcalc]\n{text}\n")

    def notebook(self, cells: Any, **more: Any) -> None:
        self.write("train.ipynb", json.dumps({"cells": cells, "nbformat": 4, "metadata": {}, **more}))


def code(text: Any, **more: Any) -> dict[str, Any]:
    """A code cell of a notebook."""
    return {"cell_type": "code", "source": text, "metadata": {}, "outputs": [], **more}


# name of a repository: what builds it, and what is called in it
CATALOGUE: dict[str, tuple[Build, tuple[tuple[str, ...], ...]]] = {}


def repository(name: str, calls: tuple[tuple[str, ...], ...] = JSON) -> Callable[[Build], Build]:
    """Enters what builds a repository into the catalogue."""

    def enter(build: Build) -> Build:
        assert name not in CATALOGUE, name
        CATALOGUE[name] = build, calls
        return build

    return enter


def repositories(builds: dict[str, Build], calls: tuple[tuple[str, ...], ...] = JSON) -> None:
    """Enters several."""
    for name, build in builds.items():
        repository(name, calls)(build)
