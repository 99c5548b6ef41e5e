"""The names of a package's modules as a dict, `models.__dict__[name]`: looked up when they are read, and never the guard's."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_packages import CALL, NET, params, summary, write

ZOO = {
    "zoo/__init__.py": "from .nets import Net\nfrom . import made\n",
    "zoo/nets.py": NET.format(name="Net"),
    "zoo/made.py": """
        from .nets import Net

        for width in (4, 8):
            globals()[f"net{width}"] = lambda width=width: Net(width)

        def first():
            return net8()
    """,
}
USES = {
    "an item": ("import zoo\nnet = zoo.__dict__['Net']()\n", 112),
    "vars": ("import zoo\nnet = vars(zoo).get('Net')(8)\n", 224),
    "a listing": ("import zoo\nnames = sorted(n for n in zoo.__dict__ if n[0].isupper() and callable(zoo.__dict__[n]))\nnet = zoo.__dict__[names[0]]()\n", 112),
    "what a module makes under names of its own": ("from zoo import made\nnet = made.first()\n", 224),
    "the same from outside": ("import zoo\nnet = zoo.made.net8()\n", 224),
    "of the stand-in": ("from torch import nn\nnet = nn.Sequential(nn.__dict__['Conv2d'](3, 4, 3))\n", 112),
}  # fmt: skip


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("place", ["project", "installed"])
def test_names_as_a_dict(use: str, place: str, tmp_path: Path) -> None:
    text, expected = USES[use]
    site = tmp_path / "site"
    write(site if place == "installed" else tmp_path, ZOO)
    write(tmp_path, {"train.py": "import torch\n" + text + CALL})
    assert params(summary("train.py", cwd=tmp_path, path=site)) == expected


ATTEMPTS = {
    "the guard's own name": "globals()['$vars'] = lambda value: print('LEAK')\n",
    "its builtins": "globals()['__builtins__'] = {'len': lambda value: print('LEAK')}\n",
    "by the table's method": "globals().put('__builtins__', {'len': lambda value: print('LEAK')})\n",
    "by its finder": "if globals().find('__builtins__'):\n    raise ZeroDivisionError('LEAK')\n",
    "a module's": "import zoo\nzoo.__dict__.put('__builtins__', {})\nif zoo.__dict__.find('__builtins__'):\n    raise ZeroDivisionError('LEAK')\n",
    "read": "import zoo\nif '__builtins__' in zoo.__dict__:\n    raise ZeroDivisionError('LEAK')\n",
}  # fmt: skip


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_the_guard_is_not_among_them(attempt: str, tmp_path: Path) -> None:
    inner = ATTEMPTS[attempt] + NET.format(name="Inner").replace("\n    ", "\n") + "len([])\n(lambda: 0).__dict__\n"
    write(tmp_path, ZOO)
    write(tmp_path, {"inner.py": inner, "train.py": "import torch\nfrom inner import Inner\nnet = Inner()\n" + CALL})
    done = summary("train.py", cwd=tmp_path)
    assert "LEAK" not in done.out + done.err
