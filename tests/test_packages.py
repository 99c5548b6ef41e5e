"""Imports of a loaded file: its project's modules and installed packages, read from their source and run under the guard."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
from command import Done

NET = """
    import torch
    from torch import nn

    class {name}(nn.Module):
        def __init__(self, width=4):
            super().__init__()
            self.conv = nn.Conv2d(3, width, 3)

        def forward(self, x):
            return self.conv(x)
"""


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf8")


def summary(target: str, *arguments: str, cwd: Path, path: Path | None = None) -> Done:
    """`convcalc summary` called in a folder, with another folder on Python's import path."""
    root = Path(__file__).resolve().parent.parent
    paths = [str(root), *([] if path is None else [str(path)])]
    return Done(
        subprocess.run(
            [sys.executable, "-m", "convcalc", "summary", target, "--format", "json", *arguments],
            capture_output=True, text=True, timeout=60, check=False, cwd=cwd, env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        )
    )  # fmt: skip


def params(done: Done) -> int:
    assert done.code == 0, done.err
    count: int = done.models[0]["totals"]["params"]
    return count


CALL = "net(torch.zeros(1, 3, 8, 8))\n"
SIBLINGS: dict[str, dict[str, str]] = {
    "a sibling file": {"nets.py": NET.format(name="Net"), "train.py": "import torch\nfrom nets import Net\nnet = Net()\n" + CALL},
    "import and attribute": {"nets.py": NET.format(name="Net"), "train.py": "import torch\nimport nets\nnet = nets.Net()\n" + CALL},
    "a package": {
        "lib/__init__.py": "", "lib/nets.py": NET.format(name="Net"),
        "train.py": "import torch\nimport lib.nets\nnet = lib.nets.Net()\n" + CALL,
    },
    "import as": {
        "lib/__init__.py": "", "lib/nets.py": NET.format(name="Net"),
        "train.py": "import torch\nimport lib.nets as n\nnet = n.Net()\n" + CALL,
    },
    "a folder without __init__": {"lib/nets.py": NET.format(name="Net"), "train.py": "import torch\nfrom lib.nets import Net\nnet = Net()\n" + CALL},
    "a re-export": {
        "lib/__init__.py": "from .nets import Net\n", "lib/nets.py": NET.format(name="Net"),
        "train.py": "import torch\nfrom lib import Net\nnet = Net()\n" + CALL,
    },
    "a star re-export": {
        "lib/__init__.py": "from .nets import *\n", "lib/nets.py": "__all__ = ['Net']\n" + textwrap.dedent(NET.format(name="Net")),
        "train.py": "import torch\nfrom lib import *\nnet = Net()\n" + CALL,
    },
    "relative imports": {
        "lib/__init__.py": "", "lib/sizes/__init__.py": "WIDTH = 4\n", "lib/sizes/more.py": "from . import WIDTH\nfrom .. import sizes\n",
        "lib/nets.py": "from .sizes.more import WIDTH, sizes\nassert sizes.WIDTH == WIDTH\n" + textwrap.dedent(NET.format(name="Net")),
        "train.py": "import torch\nfrom lib.nets import Net, WIDTH\nnet = Net(WIDTH)\n" + CALL,
    },
    "circular imports": {
        "lib/__init__.py": "", "lib/a.py": "import lib.b\nfrom lib import b\nWIDTH = 4\ndef width():\n    return b.twice() // 2\n",
        "lib/b.py": "from lib import a\ndef twice():\n    return 2 * a.WIDTH\n", "nets.py": NET.format(name="Net"),
        "train.py": "import torch\nfrom lib.a import width\nfrom nets import Net\nnet = Net(width())\n" + CALL,
    },
    "import_module": {
        "lib/__init__.py": "", "lib/nets.py": NET.format(name="Net"),
        "train.py": "import torch, importlib\nnet = getattr(importlib.import_module('lib.nets'), 'Net')()\n"
        "net = importlib.import_module('.nets', package='lib').Net()\n" + CALL,
    },
    "an import inside a function": {
        "nets.py": NET.format(name="Net"), "train.py": "import torch\ndef build():\n    from nets import Net\n    return Net()\nnet = build()\n" + CALL,
    },
    "a sibling before a stand-in": {
        "tqdm.py": "WIDTH = 4\n", "nets.py": NET.format(name="Net"),
        "train.py": "import torch\nfrom tqdm import WIDTH\nfrom nets import Net\nnet = Net(WIDTH)\n" + CALL,
    },
    "sys.modules": {
        "nets.py": NET.format(name="Net"),
        "train.py": "import torch, sys, nets\nnet = sys.modules['nets'].Net()\nassert sys.modules[__name__].torch is torch\n" + CALL,
    },
    "an optional module that is here": {
        "extra.py": "WIDTH = 4\n", "nets.py": NET.format(name="Net"),
        "train.py": "import torch\ntry:\n    from extra import WIDTH\nexcept ImportError:\n    WIDTH = 8\nfrom nets import Net\nnet = Net(WIDTH)\n" + CALL,
    },
    "an optional module that is not": {
        "nets.py": NET.format(name="Net"),
        "train.py": "import torch\ntry:\n    from extra import WIDTH\nexcept ImportError:\n    WIDTH = 4\nfrom nets import Net\nnet = Net(WIDTH)\n" + CALL,
    },
}  # fmt: skip


@pytest.mark.parametrize("form", SIBLINGS)
def test_the_projects_own_modules(tmp_path: Path, form: str) -> None:
    write(tmp_path, SIBLINGS[form])
    done = summary("train.py", cwd=tmp_path)
    assert params(done) == 4 * 27 + 4
    assert '"missing-module"' not in done.out or form == "an optional module that is not", done.out


def test_a_file_inside_a_package(tmp_path: Path) -> None:
    write(tmp_path, {
        "lib/__init__.py": "", "lib/sizes.py": "WIDTH = 4\n",
        "lib/model.py": "from .sizes import WIDTH\n" + textwrap.dedent(NET.format(name="Net")).replace("width=4", "width=WIDTH"),
    })  # fmt: skip
    assert params(summary("lib/model.py", "--input", "1x3x8x8", cwd=tmp_path)) == 112
    assert params(summary("model.py", "--input", "1x3x8x8", cwd=tmp_path / "lib")) == 112


def test_a_src_layout(tmp_path: Path) -> None:
    write(tmp_path, {
        "pyproject.toml": "", "src/lib/__init__.py": "", "src/lib/nets.py": NET.format(name="Net"),
        "scripts/train.py": "import torch\nfrom lib.nets import Net\nnet = Net()\n" + CALL,
    })  # fmt: skip
    assert params(summary("scripts/train.py", cwd=tmp_path)) == 112
    assert params(summary("lib.nets::Net", "--input", "1x3x8x8", cwd=tmp_path)) == 112


def test_lines_of_a_sibling_are_the_users(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "nets.py": NET.format(name="Net"),
            "train.py": "import torch\nfrom nets import Net\nNet()(torch.zeros(1, 4, 8, 8))\n",
        },
    )
    done = summary("train.py", cwd=tmp_path)
    assert done.code == 1
    (error,) = [d for d in done.models[0]["diagnostics"] if d["severity"] == "error"]
    assert (error["file"], error["line"]) == ("nets.py", 11)


def test_a_sibling_that_is_broken(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "nets.py": "import torch\nclass Net(\n",
            "train.py": "import torch\nfrom nets import Net\nNet()(torch.zeros(1))\n",
        },
    )
    done = summary("train.py", cwd=tmp_path)
    assert done.code == 2
    assert "nets.py:2: syntax error" in done.err


# installed packages

ZOO = {
    "zoo/__init__.py": """
        from .registry import create, names
        from .small import *
        from .large import *
        from . import broken
    """,
    "zoo/registry.py": """
        TABLE = {}

        def register(function):
            if function.__name__ in TABLE:
                raise ValueError(function.__name__)
            TABLE[function.__name__] = function
            return function

        def create(name, **options):
            if name not in TABLE:
                raise RuntimeError(f"unknown model {name}")
            return TABLE[name](**options)

        def names():
            return sorted(TABLE)
    """,
    "zoo/small.py": """
        from torch import nn
        from .registry import register
        from .parts import block as layer
        import missing_package
        try:
            import another_missing
        except ImportError:
            another_missing = None

        __all__ = ["Small", "small"]

        class Small(nn.Module):
            kind = layer

            def __init__(self):
                super().__init__()
                assert another_missing is None
                self.body = self.kind(4)

            def forward(self, x):
                return self.body(x)

        @register
        def small():
            return Small()
    """,
    "zoo/parts.py": """
        from torch import nn

        class block(nn.Module):
            def __init__(self, width):
                super().__init__()
                self.conv = nn.Conv2d(3, width, 3)

            def forward(self, x):
                return self.conv(x)
    """,
    "zoo/large.py": """
        from torch import nn
        from .registry import register

        __all__ = ["large"]
        raise RuntimeError("this module is loaded although nobody needs it")
    """,
    "zoo/broken.py": "import torch\nnothing_like_this\n",
}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    write(tmp_path / "site", ZOO)
    (tmp_path / "work").mkdir()
    return tmp_path / "site"


def run(site: Path, script: str) -> Done:
    work = site.parent / "work"
    (work / "train.py").write_text("import torch\n" + script, encoding="utf8")
    return summary("train.py", cwd=work, path=site)


@pytest.mark.parametrize(
    "build",
    ["import zoo\nnet = zoo.small()\n", "from zoo import small\nnet = small()\n", "from zoo.small import Small\nnet = Small()\n",
     "import zoo\nnet = zoo.create('small')\n", "from zoo.registry import create\nimport zoo\nnet = create('small')\n"],
)  # fmt: skip
def test_one_model_of_a_package(site: Path, build: str) -> None:
    done = run(site, build + CALL)
    assert params(done) == 112
    assert "nobody needs it" not in done.err + done.out


def test_rows_lie_where_the_user_calls(site: Path) -> None:
    done = run(site, "import zoo\nnet = zoo.small()\n" + CALL)
    assert {(row["file"], row["line"]) for row in done.models[0]["rows"]} == {("train.py", 4)}


def test_an_error_lies_where_the_user_calls(site: Path) -> None:
    done = run(site, "import zoo\nnet = zoo.small()\nnet(torch.zeros(1, 4, 8, 8))\n")
    (error,) = [d for d in done.models[0]["diagnostics"] if d["severity"] == "error"]
    assert (done.code, error["file"], error["line"]) == (1, "train.py", 4)


def test_a_target_on_the_import_path(site: Path) -> None:
    for target in ("zoo::small", "zoo::small()", "zoo.small::Small", "zoo::create('small')"):
        done = summary(target, "--input", "1x3x8x8", cwd=site.parent / "work", path=site)
        assert params(done) == 112
        assert any(row["file"] and row["file"].endswith("small.py") for row in done.models[0]["rows"])


def test_a_target_that_is_not_there(site: Path) -> None:
    done = summary("zoo.nothing::Net", cwd=site.parent / "work", path=site)
    assert done.code == 2
    assert "no module zoo.nothing" in done.err


def test_all_names_of_a_registry(site: Path) -> None:
    (site / "zoo/large.py").write_text(
        textwrap.dedent(ZOO["zoo/large.py"]).replace("raise", "#")
        + "\n@register\ndef large():\n    return nn.Conv2d(3, 1000, 1)\n"
    )
    done = run(site, "import zoo\nnet = zoo.create([n for n in zoo.names() if n.startswith('l')][0])\n" + CALL)
    assert params(done) == 4000


def test_what_a_package_cannot_give_here_is_unknown(site: Path) -> None:
    done = run(site, "import zoo\nnet = zoo.small()\n" + CALL + "net(zoo.broken.images)\nzoo.large()(torch.zeros(2))\n")
    assert done.models[0]["totals"]["params"] == 112
    assert "nothing_like_this" in done.err


@pytest.mark.parametrize("module", ["compiled", "requests"])
def test_an_opaque_package(site: Path, module: str) -> None:
    write(site, {f"{module}/__init__.py": "raise RuntimeError('loaded')\n"})
    (site / module / "_core.so").write_bytes(b"")
    done = run(site, f"import {module}\nimport zoo\nnet = zoo.small()\n{CALL}x = {module}.get('x')\n")
    assert params(done) == 112
    assert "loaded" not in done.err
    assert f"module {module} is not analysed" in done.err


def test_names_of_a_package(site: Path) -> None:
    write(site, {
        "lazy/__init__.py": "from .one import *\nfrom .two import *\n\ndef __getattr__(name):\n    if name == 'late':\n        return 4\n    raise AttributeError(name)\n",
        "lazy/one.py": "__all__ = []\nfor i in range(3):\n    globals()\n    __all__.append('a')\na = 3\n",
        "lazy/two.py": "from .one import a\nfilter = 1\nb = a + filter\nclass C:\n    d = b\n    e = filter\n",
    })  # fmt: skip
    done = run(
        site,
        "import lazy\nassert lazy.b == lazy.C.d == lazy.late == 4, lazy.b\nnet = torch.nn.Conv2d(lazy.a, lazy.late, 3)\n"
        + CALL,
    )
    assert params(done) == 112


def test_a_library_that_is_both_stood_in_and_installed(site: Path) -> None:
    """What `torchvision` has no stand-in for is found by its source, beside the stand-ins."""
    write(site, {
        "torchvision/__init__.py": "raise RuntimeError('loaded')\n", "torchvision/models/__init__.py": "from .net import net\nfrom . import net as module\n",
        "torchvision/models/net.py": "from torchvision.transforms import Compose\nfrom ..utils import _make_ntuple\nfrom torch import nn\n"
        "def net():\n    return nn.Conv2d(3, 4, _make_ntuple(3, 2))\n",
    })  # fmt: skip
    done = run(site, "import torchvision\nnet = torchvision.models.net()\n" + CALL)
    assert params(done) == 112


def notes(done: Done) -> list[dict[str, Any]]:
    return [d for model in done.models for d in model["diagnostics"] if d["severity"] == "note"]
