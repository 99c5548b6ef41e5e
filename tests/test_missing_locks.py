"""Systems that lack a lock: what the command says, and what it does then.

The locks are taken away in the command's own process, before it starts another: no loaded file reaches that far.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import convcalc

ROOT = Path(__file__).resolve().parent.parent
GOOD = "import torch\nfrom torch import nn\nnet = nn.Linear(3, 2)\nnet(torch.zeros(1, 3))\n"

# An old kernel answers such a call with an error, as a container's own filter does.
WITHOUT = """
import sys
from convcalc.source import kernel
real, refused = kernel._syscall(), {refused}
kernel._syscall = lambda: lambda number, *rest: -1 if number in refused else real(number, *rest)
from convcalc.cli import main
main(sys.argv[1:])
"""
CALLS = {"landlock": (444, 445, 446), "seccomp": (317, 277)}  # of both machines


def command(folder: Path, *arguments: str, without: tuple[str, ...] = ()) -> tuple[int, str, str]:
    """Exit code, output and messages of the command in a folder, on a system without those locks."""
    code = WITHOUT.format(refused=tuple(number for lock in without for number in CALLS[lock]))
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    call = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(call, cwd=folder, env=env, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout, done.stderr


def planted(folder: Path, count: int = 3) -> None:
    for number in range(count):
        (folder / f"model{number}.py").write_text(GOOD)


def test_nothing_is_said_where_all_locks_hold(tmp_path: Path, locks: None) -> None:
    planted(tmp_path)
    code, out, err = command(tmp_path, "check", ".", "--format", "json")
    assert (code, err) == (0, "")
    assert "missing_locks" not in json.loads(out)


def test_a_missing_lock_is_said_once(tmp_path: Path, locks: None) -> None:
    planted(tmp_path)
    code, out, err = command(tmp_path, "check", ".", "--format", "json", without=("landlock",))
    assert code == 0
    assert json.loads(out)["missing_locks"] == ["landlock"]
    assert err.count("\n") == 1
    assert "landlock (against reading other files)" in err
    assert "seccomp" not in err
    for form in ("text", "github", "sarif"):
        _, out, err = command(tmp_path, "check", "model0.py", "--format", form, without=("landlock",))
        assert err.count("\n") == 1
        assert "landlock" in err
        assert "landlock" not in out


def test_each_missing_lock_is_named(tmp_path: Path, locks: None) -> None:
    planted(tmp_path, 1)
    code, out, err = command(tmp_path, "check", "model0.py", "--format", "json", without=("landlock", "seccomp"))
    assert code == 0
    assert json.loads(out)["missing_locks"] == ["landlock", "seccomp"]
    assert err.count("\n") == 1
    assert "landlock" in err
    assert "seccomp" in err


def test_the_report_of_the_library_has_it_too() -> None:
    report = convcalc.check(ROOT / "examples" / "mnist.py")
    assert report.to_dict().get("missing_locks", []) == [*report.missing_locks]
