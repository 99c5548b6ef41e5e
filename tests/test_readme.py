"""What the README shows is what the commands print, and its Python runs."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
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
