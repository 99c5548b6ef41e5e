"""Systems that cannot fork (Windows): the process of a file is an interpreter of its own. Here `os.fork` is taken away, and more of what Windows lacks."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from command import convcalc, processor_seconds
from test_budgets import LINUX, processes

ROOT = Path(__file__).resolve().parent.parent
HEAD = "import torch\nfrom torch import nn\n"

UNFORKED = "import os, sys\ndel os.fork\n"
# What the process itself lacks there: timers, signals, limits, and the locks of Linux.
BARE = """
from convcalc.source import spawning
LACKING = '''
import _signal, signal, sys
for name in ("setitimer", "getitimer", "pthread_sigmask", "SIGHUP", "SIGALRM", "SIGVTALRM", "SIGXCPU", "SIGSYS"):
    delattr(_signal, name), delattr(signal, name)
sys.modules["resource"] = None
sys.path[:] = sys.argv[1:]
from convcalc.source import kernel
kernel.LOCKING = {}
from convcalc.source.spawning import main
main()
'''
spawning.START = LACKING
"""
RUN = "from convcalc.cli import main\nmain(sys.argv[1:])\n"
KINDS = {"unforked": UNFORKED, "bare": UNFORKED + BARE}


def started(kind: str, *arguments: object, folder: Path = ROOT) -> subprocess.Popen[str]:
    env = {**os.environ, "PYTHONPATH": str(ROOT), "SECRET_KEY": "x"}
    call = [sys.executable, "-c", KINDS[kind] + RUN, *map(str, arguments)]
    return subprocess.Popen(call, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def unforked(kind: str, *arguments: object, folder: Path = ROOT) -> tuple[int, str, str]:
    process = started(kind, *arguments, folder=folder)
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


SAME = (
    "examples/resnet.py", "examples/mnist_broken.py", "examples/library.py", "tests/corpus/correct/vit_patches.py", "tests/corpus/correct/lstm_text.py",
    "tests/rules/batch-hard-coded/faulty.py", "tests/scripts/attention.py",
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("file", SAME)
def test_the_report_is_the_same(file: str, kind: str) -> None:
    for command in ("summary", "check"):
        done = convcalc(command, file, "--format", "json", cwd=ROOT)
        code, out, err = unforked(kind, command, file, "--format", "json")
        found = json.loads(out or "{}")
        lacking = found.pop("missing_locks", None)
        assert lacking == (["landlock", "seccomp"] if kind == "bare" and command == "check" else None)
        assert (code, found) == (done.code, json.loads(done.out or "{}"))
        if kind == "unforked":
            assert (out, err) == (done.out, done.err)


@pytest.mark.parametrize("kind", KINDS)
def test_many_files_are_checked(kind: str) -> None:
    arguments = ("check", "examples", "tests/rules/concat", "--format", "json", "-j", "3")
    done = convcalc(*arguments, cwd=ROOT)
    code, out, _ = unforked(kind, *arguments, "--trust")
    assert code == done.code == 1
    assert json.loads(out)["files"] == json.loads(done.out)["files"]


def test_a_folder_needs_trust_where_no_wall_stands() -> None:
    code, out, err = unforked("bare", "check", "examples")
    assert (code, out) == (2, "")
    assert "may be a stranger's" in err


def test_inputs_of_the_call_are_handed_over() -> None:
    arguments = ("summary", "examples/mnist.py::Net", "-i", "Nx1x28x28", "--format", "json", "--mode", "eval")
    done = convcalc(*arguments, cwd=ROOT)
    assert unforked("unforked", *arguments) == (done.code, done.out, done.err)


ENDLESS = {
    "plain": ("while True: pass", "model.py:3: never ends"),
    "a loop": ("any(False for _ in iter(int, 1))", "model.py:3: ran longer than 1 s"),
    "one call": ("import re\nre.match('(a+)+$', 'a' * 60 + 'b')", "model.py:4: ran longer than 1 s"),
    "waiting": ("import queue\nqueue.SimpleQueue().get()", "model.py:4: ran longer than 1 s"),
    "catching": ("def f():\n    try:\n        any(False for _ in iter(int, 1))\n    except BaseException:\n        f()\nwhile True: f()", "ran longer than 1 s"),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ENDLESS)
def test_what_never_ends_is_ended(tmp_path: Path, name: str, kind: str) -> None:
    text, told = ENDLESS[name]
    path = tmp_path / "model.py"
    path.write_text(f"{HEAD}{text}\n")
    before = processor_seconds()
    code, out, err = unforked(kind, "summary", path, "--seconds", "1")
    # a single call of the interpreter is ended by its parent, 6 times the seconds and some later
    assert processor_seconds() - before < 11
    assert (code, out) == (3, "")
    assert told in err
    if os.path.isdir("/proc/self"):
        assert processes(str(path)) == []


@pytest.mark.parametrize("kind", KINDS)
def test_other_ends(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "model.py"
    path.write_text(f"{HEAD}nn.Sequential(*[nn.ReLU()] * 130_000)(torch.zeros([1] * 64))\n")
    code, out, err = unforked(kind, "summary", path, "--format", "json", "--seconds", "20")
    assert (code, out) == (3, "")
    assert "more than the 64 MB that one may have" in err
    code, _, err = unforked(kind, "summary", tmp_path / "none.py")
    assert code == 2
    assert err.count("\n") == 1


@LINUX
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT], ids=lambda number: number.name)
def test_it_ends_with_its_parent(tmp_path: Path, kind: str, number: signal.Signals) -> None:
    path = tmp_path / "model.py"
    path.write_text(HEAD + ENDLESS["catching"][0])
    process = started(kind, "summary", path, "--seconds", "30")
    own = f"/proc/{process.pid}/task/{process.pid}/children"
    deadline = time.monotonic() + 20
    children: list[str] = []
    while not children and time.monotonic() < deadline:
        time.sleep(0.05)
        children = Path(own).read_text().split()
    assert len(children) == 1
    time.sleep(0.5)
    process.send_signal(number)
    _, err = process.communicate(timeout=20)
    assert "Traceback" not in err
    while os.path.isdir(f"/proc/{children[0]}") and time.monotonic() < deadline + 5:
        time.sleep(0.05)
    assert not os.path.isdir(f"/proc/{children[0]}")


HELD = """
import json
from convcalc.source import sandbox, spawning, work
spawning.START = '''
import sys
sys.path[:] = sys.argv[1:]
import types
module = sys.modules["held"] = types.ModuleType("held")
def answer():
    import json, os
    found = []
    for number in range(256):
        try:
            found.append([number, os.fstat(number).st_mode >> 12])
        except OSError:
            pass
    tried = {}
    for path in ("/etc/passwd", "model.py"):
        try:
            tried[path] = len(open(path).read())
        except OSError:
            tried[path] = None
    return 0, json.dumps([found, dict(os.environ), tried]), ""
module.answer, answer.__module__ = answer, "held"
from convcalc.source.spawning import main
main()
'''
import types
module = sys.modules["held"] = types.ModuleType("held")
def answer(): ...
module.answer, answer.__module__ = answer, "held"
code, out, err = sandbox.run_isolated(work.Work(answer, "model.py", [os.getcwd()], 5))
print(out or [code, err])
"""


@LINUX
def test_the_process_has_what_a_forked_one_has(tmp_path: Path, locks: None) -> None:
    """One pipe, no environment, and the kernel's locks."""
    (tmp_path / "model.py").write_text(HEAD)
    env = {**os.environ, "PYTHONPATH": str(ROOT), "SECRET_KEY": "x"}
    for name in ("CONVCALC_STRICT", "VIRTUAL_ENV"):
        env.pop(name, None)
    call = [sys.executable, "-c", UNFORKED + HELD]
    done = subprocess.run(call, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60, check=False)
    descriptors, environment, tried = json.loads(done.stdout)
    character, pipe = 0o2, 0o1
    assert descriptors == [[0, character], [1, character], [2, character], [9, pipe]]
    assert environment == {}
    assert tried == {"/etc/passwd": None, "model.py": len(HEAD)}
