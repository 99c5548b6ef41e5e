"""What type checkers tell a user who has installed the wheel: layers, operations and tensors are known, what is not there is refused."""

from __future__ import annotations

import json
import pathlib
import subprocess
import sys
import zipfile

import pytest

from convcalc import nn
from convcalc.nn.names import FAMILY as LAYERS
from convcalc.ops.names import FAMILY as OPERATIONS
from tools.stubs import STUBS

GOOD = """
import convcalc
from convcalc import nn
from convcalc.nn import functional as F


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 10, kernel_size=5)
        self.fc = nn.Linear(1440, 10)

    def forward(self, x: convcalc.Tensor) -> convcalc.Tensor:
        x = F.max_pool2d(F.relu(self.conv(x)), 2)
        return self.fc(x.flatten(1))


net = Net()
x = convcalc.Tensor(64, 1, 28, 28)
tensor: convcalc.Tensor = nn.Conv2d(1, 10, (5, 3), stride=2, padding="valid")(x)
tensor = nn.Sequential(nn.Conv2d(1, 10, 5), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(1440, 10))(x)
tensor = net(x)
tensor = x.flatten(1).view(-1, 7, 112)[0] + x.mean() * 2
tensor = F.relu(x.permute(0, 2, 3, 1).mT.relu_())
size: int = x.shape[0] + x.numel()
out, (h, c) = nn.LSTM(4, 6, num_layers=2, batch_first=True)(convcalc.Tensor(2, 5, 4))
nn.init.kaiming_normal_(net.conv.weight)
nn.utils.clip_grad_norm_(net.parameters(), 1.0)
for name, parameter in net.named_parameters():
    size = parameter.shape.numel()
size = convcalc.conv_output_size(28, kernel_size=5, padding=2)
labels = convcalc.Tensor(2, 7, dtype="int64")
print(convcalc.summary(net, (64, 1, 28, 28)), convcalc.check("model.py"))
"""
# One mistake a line.
BAD = """
import convcalc
from convcalc import nn
from convcalc.nn import functional as F
nn.Conv3dd(1, 2, 3)
nn.Conv2d(1, 2, kernel=3)
nn.Conv2d(1, 2)
nn.Linear("1", 2)
nn.LSTM(4, 6, layers=2)
nn.Conv2d(1, 2, 3)(28)
F.relux(convcalc.Tensor(2))
convcalc.Tensor(2).flaten(1)
convcalc.Tensor(2).flatten("first")
convcalc.sumary("model.py")
nn.utils.clip_grad(1)
"""
FIRST_MISTAKE = 5
MISTAKES = list(range(FIRST_MISTAKE, BAD.count("\n") + 1))


@pytest.fixture(scope="module")
def environment(root: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """Return an environment into which the wheel of this repository was installed."""
    pytest.importorskip("hatchling", reason="the build backend, of the extra `test`")
    folder = tmp_path_factory.mktemp("wheel")
    run("pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(root))
    (wheel,) = folder.glob("*.whl")
    run("venv", "--without-pip", str(folder / "environment"))
    zipfile.ZipFile(wheel).extractall(packages(folder / "environment"))
    return folder / "environment"


def packages(environment: pathlib.Path) -> pathlib.Path:
    return min(environment.glob("[Ll]ib*/**/site-packages"))


def run(*command: str, status: int = 0, folder: pathlib.Path | None = None) -> str:
    done = subprocess.run([sys.executable, "-m", *command], cwd=folder, capture_output=True, text=True, timeout=300)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


def python_of(environment: pathlib.Path) -> str:
    return str(next(path for path in environment.glob("*/python*") if path.stem == "python"))


def written(folder: pathlib.Path, text: str) -> str:
    (folder / "script.py").write_text(text)
    return str(folder / "script.py")


def mypy(environment: pathlib.Path, folder: pathlib.Path, text: str, status: int) -> list[int]:
    """Return the lines of which mypy complains."""
    pytest.importorskip("mypy", reason="mypy is not installed")
    shown = run(
        "mypy", "--strict", "--config-file=", f"--cache-dir={folder / 'cache'}", "--python-executable", python_of(environment),
        written(folder, text), status=status, folder=folder,
    )  # fmt: skip
    return sorted({int(line.partition(": error:")[0].rpartition(":")[2]) for line in shown.splitlines() if ": error:" in line})  # fmt: skip


def pyright(environment: pathlib.Path, folder: pathlib.Path, text: str, status: int) -> list[int]:
    """Return the lines of which pyright complains; skip where it is not installed, or has no network to fetch itself."""
    pytest.importorskip("pyright", reason="pyright is not installed")
    try:
        run("pyright", "--version")
    except AssertionError as error:
        pytest.skip(f"pyright does not start: {error}")
    shown = run(
        "pyright",
        "--outputjson",
        "--pythonpath",
        python_of(environment),
        written(folder, text),
        status=status,
        folder=folder,
    )
    found = json.loads(shown)["generalDiagnostics"]
    return sorted({one["range"]["start"]["line"] + 1 for one in found if one["severity"] == "error"})


def test_mypy_knows_what_is_there(environment: pathlib.Path, tmp_path: pathlib.Path) -> None:
    assert mypy(environment, tmp_path, GOOD, 0) == []


def test_mypy_refuses_what_is_not(environment: pathlib.Path, tmp_path: pathlib.Path) -> None:
    assert mypy(environment, tmp_path, BAD, 1) == MISTAKES


def test_pyright_knows_what_is_there(environment: pathlib.Path, tmp_path: pathlib.Path) -> None:
    assert pyright(environment, tmp_path, GOOD, 0) == []


def test_pyright_refuses_what_is_not(environment: pathlib.Path, tmp_path: pathlib.Path) -> None:
    assert pyright(environment, tmp_path, BAD, 1) == MISTAKES


def test_the_stubs_are_sound(environment: pathlib.Path, tmp_path: pathlib.Path) -> None:
    """As sources of their own they pass, too: every name in them is there and means what they say."""
    pytest.importorskip("mypy", reason="mypy is not installed")
    package = packages(environment) / "convcalc"
    files = [str(package / f"{name}.pyi") for name in STUBS]
    assert all(pathlib.Path(file).exists() for file in files)
    assert (package / "py.typed").exists()
    command = ["mypy", "--strict", "--config-file=", f"--cache-dir={tmp_path}", *files]
    done = subprocess.run([sys.executable, "-m", *command], cwd=package.parent, capture_output=True, text=True)
    assert [line for line in done.stdout.splitlines() if ".pyi:" in line] == []


def test_the_stubs_name_every_layer_and_operation(root: pathlib.Path) -> None:
    layers, functions, tensor = (
        (root / f"stubs/convcalc/{name}.pyi").read_text() for name in ("nn/__init__", "nn/functional", "tensor/tensor")
    )
    missing = [name for name in LAYERS if is_layer(name) and f"class {name}(" not in layers]
    missing += [name for name in OPERATIONS if name.startswith("F.") and f"def {name[2:]}(" not in functions]
    methods = [name for name in OPERATIONS if name.startswith("Tensor.") and f"def {name[7:]}(" not in tensor]
    missing += [
        name for name in methods if f"\n    {name[7:]}: " not in tensor
    ]  # an attribute of ours of that name (`values`)
    assert missing == []


def is_layer(name: str) -> bool:
    found = getattr(nn, name)
    return not name.startswith("_") and isinstance(found, type) and issubclass(found, nn.Module) and found is not nn.Module  # fmt: skip
