"""What the README shows is what the commands print, and its Python runs."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from test_pytest_plugin import INSTALLED

ROOT = Path(__file__).resolve().parent.parent
CI = (ROOT / "docs" / "ci.md").read_text(encoding="utf8")
README = (ROOT / "README.md").read_text(encoding="utf8")
SHOWN = re.findall(r"```console\n\$ convcalc (.*)\n((?:.*\n)*?)```", README)


@pytest.mark.parametrize(("command", "text"), SHOWN, ids=[command for command, _ in SHOWN])
def test_shown_output_is_real(command: str, text: str) -> None:
    call = [sys.executable, "-m", "convcalc", *shlex.split(command)]
    environment = {**os.environ, "PYTHONIOENCODING": "utf8"}
    done = subprocess.run(call, capture_output=True, text=True, cwd=ROOT, env=environment, encoding="utf8", check=False)
    assert done.stdout.rstrip() == text.rstrip()
    assert all(len(line) <= 120 for line in text.splitlines())


def test_something_is_shown() -> None:
    assert len(SHOWN) >= 3


def test_the_library_example_runs() -> None:
    (source,) = re.findall(r"```python\n((?:.*\n)*?)```", README)
    names: dict[str, object] = {}
    exec(compile(source, "README.md", "exec"), names)
    assert names["net"](names["convcalc"].Tensor(64, 1, 28, 28)).shape == (64, 10)  # type: ignore[operator, attr-defined]


LIBRARY = (ROOT / "docs" / "library.md").read_text(encoding="utf8")


@pytest.mark.skipif(sys.version_info < (3, 11), reason="Python 3.10 keeps no columns")
def test_the_example_of_analyse_runs_and_prints_what_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    (source,) = re.findall(r"```python\n((?:.*\n)*?)```", LIBRARY)
    exec(compile(source, "library.md", "exec"), {})
    shown = [line.removeprefix("# ") for line in source.splitlines() if line.startswith("# ")]
    shown += [
        line.rpartition("    # ")[2] for line in source.splitlines() if line.startswith("print(") and "    # " in line
    ]
    assert sorted(capsys.readouterr().out.splitlines()) == sorted(shown)


def test_the_links_of_the_library_page_lead_somewhere() -> None:
    for link in re.findall(r"\]\((?!http)([^)#]*)", LIBRARY):
        assert (ROOT / "docs" / link).exists() or not link, link


def test_the_configuration_shown_is_read_and_followed(tmp_path: Path) -> None:
    from convcalc.cli.check_request import CheckRequest

    (toml,) = re.findall(r"```toml\n((?:.*\n)*?)```", CI)
    (tmp_path / "pyproject.toml").write_text(toml, encoding="utf8")
    jobs = CheckRequest(config=str(tmp_path / "pyproject.toml")).planned()
    assert [(Path(job.file).name, job.expression) for job in jobs] == [("model.py", "Net(10)"), ("text.py", "Tagger")]
    assert jobs[0].budget is not None
    assert (jobs[0].budget.params, jobs[0].budget.macs) == (5_000_000, 600_000_000)
    assert (jobs[1].given.kwargs, jobs[1].given.literals) == ({"mask": ((2, 16), "bool")}, {"reduce": True})


NET = """from torch import nn
class Net(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.layers = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Flatten(), nn.Linear(4 * 30 * 30, classes))
    def forward(self, x):
        return self.layers(x)
"""


def test_the_python_shown_for_tests_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import convcalc

    (tmp_path / "model.py").write_text(NET)
    monkeypatch.chdir(tmp_path)
    test, library = re.findall(r"```python\n((?:.*\n)*?)```", CI)
    names: dict[str, object] = {}
    exec(NET.replace("from torch import nn", "from convcalc import nn"), names)
    exec(compile(test, "ci.md", "exec"), names)
    names["test_shapes"]()  # type: ignore[operator]
    (tmp_path / "model.py").write_text("import torch\ntorch.zeros(2, 3) @ torch.zeros(2, 3)\n")
    exec(compile(library, "ci.md", "exec"), {"convcalc": convcalc})


def test_the_commands_shown_run(tmp_path: Path) -> None:
    """Those of docs/ci.md that stand by themselves: none is a wrong call."""
    lines = [line.strip() for line in CI.splitlines() if line.startswith(("    convcalc ", "    pytest "))]
    assert len(lines) == 5
    (tmp_path / "src").mkdir()
    (tmp_path / "tests").mkdir()
    for name in ("train.py", "src/net.py"):
        (tmp_path / name).write_text(NET + "import torch\nNet(10)(torch.zeros(1, 3, 32, 32))\n")
    (tmp_path / "model.py").write_text((ROOT / "examples" / "resnet.py").read_text(encoding="utf8"))
    for line in lines:
        words = shlex.split(line)
        plugin = [] if words[0] == "convcalc" or INSTALLED else ["-p", "convcalc.pytest_plugin"]
        call = [sys.executable, "-m", words[0], *plugin, *words[1:]]
        path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
        environment = {**os.environ, "PYTHONPATH": path}
        done = subprocess.run(call, capture_output=True, text=True, cwd=tmp_path, env=environment, check=False)
        assert done.returncode == 0, (line, done.stdout, done.stderr)
