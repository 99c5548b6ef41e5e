"""Systems that lack a lock: what the command says, and what it does then.

The locks are taken away in the command's own process, before it starts another: no loaded file reaches that far.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import convcalc
from convcalc.source import kernel, sandbox, work

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


# what is not the user's own, where no wall stands


def refused(done: tuple[int, str, str]) -> None:
    code, out, err = done
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert "may be a stranger's" in err
    assert "--trust" in err


MARK = "nn.Linear(3, 2)(torch.zeros(1, 4))\n"  # an error: who runs the file sees it


def test_a_strangers_file_needs_trust_where_no_wall_stands(tmp_path: Path, locks: None) -> None:
    planted(tmp_path)
    (tmp_path / "model0.py").write_text(GOOD + MARK)
    for arguments in (["."], [], ["--lenient", "model0.py"], ["-j", "1", str(tmp_path)], ["model0.py", "."]):
        refused(command(tmp_path, "check", *arguments, without=("seccomp",)))
        refused(command(tmp_path, "check", *arguments, without=("seccomp", "landlock")))
        assert command(tmp_path, "check", *arguments, "--trust", without=("seccomp",))[0] == 1
        assert command(tmp_path, "check", *arguments)[0] == 1


def test_what_is_named_is_the_users_own(tmp_path: Path, locks: None) -> None:
    planted(tmp_path)
    for target in ("model0.py", "model0.py::net", "model0"):
        assert command(tmp_path, "check", target, without=("seccomp", "landlock"))[0] == 0
        assert command(tmp_path, "summary", target, without=("seccomp", "landlock"))[0] == 0


def test_the_filter_of_calls_is_a_wall_by_itself(tmp_path: Path, locks: None) -> None:
    """A container whose kernel has no landlock is told so, and goes on."""
    planted(tmp_path)
    code, _, err = command(tmp_path, "check", ".", without=("landlock",))
    assert code == 0
    assert "landlock" in err


def test_a_folder_without_models_needs_nothing(tmp_path: Path) -> None:
    (tmp_path / "other.py").write_text("print(1)\n")
    assert command(tmp_path, "check", ".", without=("seccomp", "landlock"))[0] == 0


def test_the_checked_folder_does_not_trust_itself(tmp_path: Path, locks: None) -> None:
    project, mine = tmp_path / "work" / "project", tmp_path / "mine.toml"
    (project / "sub" / ".git").mkdir(parents=True)
    planted(project)
    planted(project / "sub")
    (project / "pyproject.toml").write_text("[tool.convcalc]\ntrust = true\n")
    mine.write_text("[tool.convcalc]\ntrust = true\n")
    own = [".", "sub", ". --config pyproject.toml", "sub --config pyproject.toml", "--config pyproject.toml"]
    for arguments in own:
        code, out, err = command(project, "check", *arguments.split(), without=("seccomp",))
        assert (code, out) == (2, ""), arguments
        assert "may be a stranger's" in err
        assert "trust = true does not count here" in err
    for arguments in (".", "sub", ""):
        assert command(project, "check", *arguments.split(), "--config", str(mine), without=("seccomp",))[0] == 0
    mine.write_text("[tool.convcalc]\ntrust = 'yes'\n")
    code, _, err = command(project, "check", ".", "--config", str(mine))
    assert code == 2
    assert "trust is true or false, not 'yes'" in err


def test_a_target_of_the_projects_own_settings_is_not_the_users(tmp_path: Path, locks: None) -> None:
    planted(tmp_path)
    (tmp_path / "pyproject.toml").write_text("[[tool.convcalc.targets]]\ntarget = 'model0.py'\n")
    refused(command(tmp_path, "check", without=("seccomp",)))
    assert command(tmp_path, "check", "model0.py", without=("seccomp",))[0] == 0


def test_no_line_of_it_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process itself decides, once it knows which of its locks hold."""
    monkeypatch.setattr(kernel, "LOCKING", {})
    for trusted in (True, False):
        piece = work.Work(lambda: (0, str(os.stat("/").st_mode), ""), "model.py", trusted=trusted)
        code, out, _ = sandbox.run_isolated(piece)
        assert (code, bool(out)) == ((0, True) if trusted else (work.UNWALLED, False))
        assert piece.missing == ("landlock", "seccomp")
