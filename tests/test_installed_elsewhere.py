"""convcalc in an environment of its own (pipx, `uv tool`, pre-commit) beside the one that the user's project runs in."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest
from test_packages import NET, write

ROOT = Path(__file__).resolve().parent.parent


def packages_of(environment: Path) -> Path:
    """The folder of the packages that are installed in an environment."""
    return environment / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The Python of an environment with convcalc, and another environment, the project's, with a package of models."""
    folder = tmp_path_factory.mktemp("elsewhere")
    for name in ("tool", "project"):
        venv.create(folder / name, with_pip=False, symlinks=True)
    (packages_of(folder / "tool") / "convcalc.pth").write_text(f"{ROOT}\n")
    write(
        packages_of(folder / "project"),
        {"zoo/__init__.py": "from .nets import Net\n", "zoo/nets.py": NET.format(name="Net"), "logs.py": "LEVEL = 3\n"},
    )
    return folder / "tool/bin/python", folder / "project"


def check(elsewhere: tuple[Path, Path], folder: Path, *arguments: str, active: bool = True) -> tuple[int, list[str]]:
    """The exit code of `convcalc check`, and what it tells of: rule and message."""
    python, environment = elsewhere
    env = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    if active:
        env["VIRTUAL_ENV"] = str(environment)
    call = [str(python), "-m", "convcalc", "check", *arguments, "--isolated", "--format", "json"]
    done = subprocess.run(call, capture_output=True, text=True, timeout=60, check=False, cwd=folder, env=env)
    assert done.stderr == ""
    found = [d for file in json.loads(done.stdout)["files"] for d in file["diagnostics"]]
    return done.returncode, [f"{d['rule']}: {d['message']}" for d in found]


SCRIPTS = {
    "a sibling": "from nets import Net\n",
    "a sibling in a package": "from lib.nets import Net\n",
    "a folder without __init__.py": "from plain.nets import Net\n",
    "a package of the environment": "from zoo import Net\n",
}


@pytest.mark.parametrize("given", SCRIPTS)
def test_imports_are_found(elsewhere: tuple[Path, Path], tmp_path: Path, given: str) -> None:
    net = NET.format(name="Net")
    write(tmp_path, {"nets.py": net, "lib/__init__.py": "", "lib/nets.py": net, "plain/nets.py": net})
    script = "import torch\n" + SCRIPTS[given] + "Net()(torch.zeros(1, {}, 8, 8))\n"
    write(tmp_path, {"fits.py": script.format(3), "wrong.py": script.format(4)})
    assert check(elsewhere, tmp_path, "fits.py") == (0, [])
    code, found = check(elsewhere, tmp_path, "wrong.py")
    assert code == 1
    assert found[0].startswith("conv-channels")


def test_without_an_active_environment_its_package_is_not_known(elsewhere: tuple[Path, Path], tmp_path: Path) -> None:
    write(tmp_path, {"train.py": "import torch\nfrom zoo import Net\nNet()(torch.zeros(1, 4, 8, 8))\n"})
    code, found = check(elsewhere, tmp_path, "train.py", active=False)
    assert code == 3
    assert any("zoo is not analysed" in text for text in found)


@pytest.mark.parametrize("below", ["notes.txt", "inner/old.py", "nets_.py"])
def test_a_folder_does_not_hide_an_installed_package(elsewhere: tuple[Path, Path], tmp_path: Path, below: str) -> None:
    """Python's path finder takes a folder without `__init__.py` only where nothing else has the name."""
    write(
        tmp_path,
        {f"zoo/{below}": "x = 1\n", "train.py": "import torch\nimport zoo\nzoo.Net()(torch.zeros(1, 4, 8, 8))\n"},
    )
    code, found = check(elsewhere, tmp_path, "train.py")
    assert code == 1
    assert found[0].startswith("conv-channels")


def test_nor_a_plain_module(elsewhere: tuple[Path, Path], tmp_path: Path) -> None:
    script = "import torch\nfrom torch import nn\nimport logs\nnn.Linear(logs.LEVEL, 2)(torch.zeros(1, 4))\n"
    write(tmp_path, {"logs/run1/events.py": "", "train.py": script})
    assert check(elsewhere, tmp_path, "train.py")[0] == 1


def test_a_folder_of_logs_is_no_package(elsewhere: tuple[Path, Path], tmp_path: Path) -> None:
    """`mlflow` is not installed here; where the file is run it is, beside the folder of the same name that it made."""
    script = "import torch\nfrom torch import nn\nimport tracker\n{}nn.Linear(3, 2)(torch.zeros(1, 3))\n"
    write(tmp_path, {"tracker/run-1/metrics.txt": "", "train.py": script.format("tracker.log('loss', 1)\n")})
    code, found = check(elsewhere, tmp_path, "train.py")
    assert code == 0
    assert found == ["missing-module: module tracker is not analysed: what comes from it is unknown"]
    write(tmp_path, {"tracker/plot.py": "", "in_model.py": script.format("assert tracker.enabled\n")})
    assert check(elsewhere, tmp_path, "in_model.py")[0] == 0
