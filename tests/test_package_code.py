"""What the code of model packages does beside building layers: guards against tracing, registrations, files that they carry."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from command import Done

from convcalc.tensor import Unknown
from convcalc.tensor.size import are_equal

ROOT = Path(__file__).resolve().parent.parent


def summary(folder: Path, script: str, site: Path | None = None) -> Done:
    (folder / "script.py").write_text(textwrap.dedent(script))
    path = os.pathsep.join([str(ROOT), *([] if site is None else [str(site)])])
    call = [sys.executable, "-m", "convcalc", "summary", "script.py", "--format", "json"]
    environment = {**os.environ, "PYTHONPATH": path}
    return Done(
        subprocess.run(call, capture_output=True, text=True, timeout=60, check=False, cwd=folder, env=environment)
    )


NET = """
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = nn.Linear(4, 5)

        def forward(self, x):
            {line}
            return self.layer(x)

    Net()(torch.rand(2, 4))
"""


@pytest.mark.parametrize(
    "line",
    [
        "import torchvision; assert not torchvision._is_tracing()",
        "assert torch._C._get_tracing_state() is None",
        "torch.onnx.register_custom_op_symbolic('my::op', lambda g, x: x, 11)",
        "torch._assert_async((x.sum() > 0).all())",
    ],
)
def test_nothing_unknown(tmp_path: Path, line: str) -> None:
    done = summary(tmp_path, NET.format(line=line))
    (model,) = done.models
    assert model["outputs"][0]["shape"] == [2, 5]
    assert model["diagnostics"] == []
    assert "note:" not in done.err


@pytest.mark.parametrize(
    ("value", "message"), [("torch.zeros(1)", "got zero"), ("torch.ones(2)", "more than one value")]
)
def test_assert_async_refuses(tmp_path: Path, value: str, message: str) -> None:
    (model,) = summary(tmp_path, NET.format(line=f"torch._assert_async({value})")).models
    assert message in model["diagnostics"][0]["message"]


def test_unknown_sizes_are_not_surely_equal() -> None:
    size = Unknown("the number of boxes")
    assert are_equal(size, size)
    assert are_equal(size, Unknown("another number")) is False
    assert are_equal(3, size) is False
    assert are_equal(size, 3) is False


WIDTHS = """
import os
import pkgutil
from torch import nn

def build(name):
    widths = pkgutil.get_data(__name__, os.path.join("sizes", name)).decode("utf-8").strip().split(",")
    return nn.Sequential(*[nn.Linear(int(a), int(b)) for a, b in zip(widths, widths[1:])])
"""


def package(tmp_path: Path) -> Path:
    site = tmp_path / "site"
    (site / "zoo" / "sizes").mkdir(parents=True)
    (site / "zoo" / "__init__.py").write_text("from .build import build\n")
    (site / "zoo" / "build.py").write_text(WIDTHS)
    (site / "zoo" / "sizes" / "small.txt").write_text("4,8,2\n")
    return site


def test_a_package_reads_its_own_file(tmp_path: Path) -> None:
    site = package(tmp_path)
    done = summary(tmp_path, "import torch, zoo\nnet = zoo.build('small.txt')\nnet(torch.zeros(3, 4))\n", site)
    assert done.models[0]["totals"]["params"] == 4 * 8 + 8 + 8 * 2 + 2


@pytest.mark.parametrize("name", ["../../other.txt", "link.txt", ".hidden.txt", "key.pem", "/etc/hostname.txt"])
def test_a_package_reads_nothing_else(tmp_path: Path, name: str) -> None:
    site = package(tmp_path)
    (site / "other.txt").write_text("4,8,2\n")
    sizes = site / "zoo" / "sizes"
    (sizes / "link.txt").symlink_to(site / "other.txt")
    (sizes / ".hidden.txt").write_text("4,8,2\n")
    (sizes / "key.pem").write_text("4,8,2\n")
    done = summary(tmp_path, f"import torch, zoo\nnet = zoo.build({name!r})\nnet(torch.zeros(3, 4))\n", site)
    assert all(model["target"]["class"] is None for model in done.models)
    assert "was not run" in done.err


def test_a_project_reads_nothing_by_pkgutil(tmp_path: Path) -> None:
    package(tmp_path)
    (tmp_path / "site" / "zoo").rename(tmp_path / "zoo")
    done = summary(tmp_path, "import torch, zoo\nnet = zoo.build('small.txt')\nnet(torch.zeros(3, 4))\n")
    assert all(model["target"]["class"] is None for model in done.models)


GENERIC = """
import collections.abc
from typing import Any, Callable, ClassVar, Dict, Generic, Iterable, List, Optional, Sequence, Tuple, TypeVar, Union

T = TypeVar("T", bound=Callable[..., Any])
Made = Callable[[int], List[T]]
Sizes = Union[int, Tuple[int, ...], Sequence[int]]
Table = Dict[str, Optional[collections.abc.Callable[..., int]]]


class Registry(Generic[T]):
    made: ClassVar[Dict[str, Iterable[int]]] = {}

    def width(self: "Registry[T]", size: Sizes) -> int:
        return 5 if Made[T] is not None and Registry[int] is not None else 6
"""


@pytest.mark.parametrize("place", ["a package", "the script"])
def test_generic_types_are_made(tmp_path: Path, place: str) -> None:
    """The code of nearly every package begins with them; once, a guard of theirs refused all of it."""
    site = tmp_path / "site"
    (site / "zoo").mkdir(parents=True)
    (site / "zoo" / "__init__.py").write_text(GENERIC)
    head = "from zoo import Registry\n" if place == "a package" else GENERIC
    done = summary(tmp_path, f"{head}import torch\ntorch.nn.Linear(4, Registry().width(3))(torch.zeros(2, 4))\n", site)
    assert [out["shape"] for model in done.models for out in model["outputs"]] == [[2, 5]]
    assert "note:" not in done.err
