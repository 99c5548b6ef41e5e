"""Budgets of a loaded file, each with its own message; and that a command which is stopped leaves no process behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from command import Done, convcalc

from convcalc.analysis.execution import analyse
from convcalc.analysis.printable import printable, printable_all
from convcalc.analysis.subject import NotAnalysed, Subject
from convcalc.source import program, target
from convcalc.source.discovery import Given

HEAD = "import torch\nfrom torch import nn\n"
LINUX = pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="processes are looked for in /proc")


def write(folder: Path, text: str) -> Path:
    path = folder / "model.py"
    path.write_text(HEAD + text)
    return path


def processes(word: str) -> list[int]:
    """The processes that have a word in their command line."""
    found = []
    for name in os.listdir("/proc"):
        try:
            if name.isdigit() and word.encode() in Path(f"/proc/{name}/cmdline").read_bytes():
                found.append(int(name))
        except OSError:
            continue
    return found


def stopped(done: Done, *parts: str) -> None:
    assert done.code == 3, (done.code, done.out[:500], done.err[:500])
    assert done.out == ""
    first, *notes = done.err.splitlines()
    assert first.startswith("convcalc: ")
    for part in parts:
        assert part in first
    assert all(note.startswith("note: ") for note in notes)


# what a file may use

BUDGETS = {
    "time": ("any(False for _ in iter(int, 1))", "model.py:3: ran longer than 1 s"),
    "a loop without end": ("while True: pass", "model.py:3: never ends: nothing in the loop of line 3 could end it"),
    "time in one call": ("import re\nre.match('(a+)+$', 'a' * 60 + 'b')", "model.py:4: ran longer than 1 s"),
    "time in a large power": ("x = (9 ** 9) ** (9 ** 9)", "model.py:3: ran longer than 1 s"),
    "time in the text of a number": ("import decimal\nx = 7 ** 3_000_000\nwhile True: y = f'{x:x}'", "ran longer than 1 s"),
    "time while waiting": ("import queue\nqueue.SimpleQueue().get()", "model.py:4: ran longer than 1 s"),
    "time of the compiler": ("x = " + "(" * 60 + "1" + "," * 1 + ")" * 60 + "\nany(False for _ in iter(int, 1))", "ran longer than 1 s"),
    "recursion": ("def f(n): return f(n + 1)\nf(0)", "model.py:3: calls itself without end: the recursion went deeper"),
    "memory in one call": ("x = bytearray(10 ** 12)", "model.py:3: needs more memory than a file may use"),
    "memory in many calls": ("x = []\nwhile True: x.append(bytearray(10 ** 7))", "needs more memory than a file may use"),
    "a report of many rows": ("nn.Sequential(*[nn.ReLU()] * 130_000)(torch.zeros([1] * 64))", "MB, more than the 64 MB that one may have"),
}  # fmt: skip


@pytest.mark.parametrize("name", BUDGETS)
def test_each_budget_has_its_message(tmp_path: Path, name: str) -> None:
    text, told = BUDGETS[name]
    path = write(tmp_path, text)
    seconds = "1" if name.startswith("time") else "10"
    done = convcalc("summary", path, "--format", "json", "--seconds", seconds, timeout=300)
    assert done.seconds < 25
    stopped(done, told)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["model.py"]
    if os.path.isdir("/proc/self"):
        assert processes(str(path)) == []


def test_calls_have_a_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "STEPS", 1000)
    text = f"{HEAD}x = torch.zeros(1)\ntry:\n    while True: x = x + 1\nexcept Exception:\n    pass\n"
    with pytest.raises(NotAnalysed, match=r"model.py:5: calls layers and operations more than 1,000 times"):
        analyse(Subject("model.py", text.encode(), None, Given()))


def test_who_goes_on_makes_no_more_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "STEPS", 1000)
    text = f"{HEAD}x = torch.zeros(1)\nfor _ in range(5000):\n    try:\n        x = x + 1\n    except BaseException:\n        pass\n"
    run = program.Program("model.py", text.encode())
    run.run()
    assert len(run.record.calls) == 1000


def test_a_source_has_a_budget(tmp_path: Path) -> None:
    path = tmp_path / "model.py"
    path.write_bytes(b"#" * (target.LARGEST + 1))
    for command in ("summary", "check"):
        done = convcalc(command, path)
        assert done.code == 2
        assert "is larger than 8 MB" in done.err
        assert done.err.count("\n") == 1
        assert done.seconds < 3
    if os.path.exists("/dev/zero"):
        assert "is no regular file" in convcalc("summary", "/dev/zero").err


BOMBS = {
    "constants that fold": "x = 9 ** 9 ** 9\n",
    "constants that multiply": "x = 'a' * 10 ** 10\ny = (1,) * 10 ** 10\nz = b'a' * 10 ** 9 * 10 ** 9\n",
    "nested comprehensions": "x = " + "[" * 40 + "0" + " for _ in range(99)]" * 40 + "\n",
    "a long expression": "x = " + " + ".join(["1"] * 250_000) + "\n",
    "a long sum of calls": "x = " + " + ".join(["f()"] * 100_000) + "\n",
    "many names": "".join(f"x{i} = {i}\n" for i in range(100_000)),
    "a deep expression": "x = " + "-" * 100_000 + "1\n",
    "deep blocks": "".join(" " * i + "if 1:\n" for i in range(99)) + " " * 99 + "x = 1\n",
    "deep functions": "".join(" " * i + "def f():\n" for i in range(90)) + " " * 90 + "pass\n",
    "deep strings": "x = " + "f'{" * 2 + "1" + "}'" * 2 + "\n",
    "many literals": "x = {" + ",".join(f"{i}: [{i}]" for i in range(100_000)) + "}\n",
    "many branches": "def f(x):\n" + "".join(f"    if x == {i}: return {i}\n" for i in range(20_000)),
}


@pytest.mark.parametrize("name", BOMBS)
def test_no_text_holds_the_reader(tmp_path: Path, name: str) -> None:
    path = write(tmp_path, BOMBS[name])
    done = convcalc("summary", path, "--format", "json", "--seconds", "2")
    assert done.seconds < 15
    assert done.code in (0, 2, 3), done.err[:500]
    assert "Traceback" not in done.err
    assert len(done.err) < 10_000


# an end from outside

ENDLESS = "def f():\n    try:\n        any(False for _ in iter(int, 1))\n    except BaseException:\n        f()\nf()\n"


def _heed_signals() -> None:
    """A shell's job in the background ignores Ctrl-C, what `nohup` starts the end of its terminal."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


ENDS = [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGKILL, -9)]


@LINUX
@pytest.mark.parametrize("command", ["summary", "check"])
@pytest.mark.parametrize(("number", "code"), ENDS, ids=[number.name for number, _ in ENDS])
def test_what_ends_the_command_ends_its_processes(
    tmp_path: Path, command: str, number: signal.Signals, code: int
) -> None:
    """The signal goes to the command alone, not to its group, as from a terminal it would."""
    path = write(tmp_path, ENDLESS)
    (tmp_path / "other.py").write_text(HEAD + ENDLESS)
    targets = [str(path)] if command == "summary" else [str(path), str(tmp_path / "other.py"), "-j", "2"]
    call = [sys.executable, "-m", "convcalc", command, *targets, "--seconds", "30"]
    running = subprocess.Popen(
        call,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_heed_signals,
    )
    deadline = time.monotonic() + 20
    expected = 2 if command == "summary" else 3
    while len(processes(str(path))) < expected and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.3)
    running.send_signal(number)
    try:
        _, err = running.communicate(timeout=20)
    finally:
        running.kill()
    assert running.returncode == code
    assert "Traceback" not in err
    deadline = time.monotonic() + 5
    while processes(str(path)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert processes(str(path)) == []
    assert sorted(p.name for p in tmp_path.iterdir()) == ["model.py", "other.py"]


# what is shown

EVIL = "Net\n::error title=x::\x1b]0;evil\x07\u202e##[group]##vso[task.setvariable]\x9b1m\r"


def test_nothing_shown_is_a_command() -> None:
    shown = printable(f"{EVIL}\n  ::stop-commands::x\n")
    assert shown.replace("\n", "").isprintable()
    assert not any(line.lstrip().startswith("::") for line in shown.splitlines())
    assert "##[" not in shown
    assert "##vso[" not in shown
    assert printable("a::b (3, 4)\n\tx # y [z] ×│ é\n### Net()\n") == "a::b (3, 4)\n\tx # y [z] ×│ é\n### Net()\n"
    assert printable_all({"a": ["\x1b", 1, None, {"b": "\n::x"}]}) == {"a": ["\\u001b", 1, None, {"b": "\n: :x"}]}


@pytest.mark.parametrize("form", ["table", "json", "csv", "markdown"])
def test_no_name_is_a_command(tmp_path: Path, form: str) -> None:
    text = f"N = type({EVIL!r}, (nn.Linear,), {{}})\nN(4, 2)(torch.zeros(1, 4))\nraise ValueError({EVIL!r})\n"
    done = convcalc("summary", write(tmp_path, text), "--format", form)
    assert done.code == 0
    for shown in (done.out, done.err):
        assert not any(line.lstrip().startswith("::") or "##[" in line for line in shown.splitlines())
        assert shown.replace("\n", "").isprintable()


@pytest.mark.parametrize("form", ["text", "github", "json"])
def test_no_message_is_a_command(tmp_path: Path, form: str) -> None:
    text = (
        f"class N(nn.Module):\n    def forward(self, x):\n        raise ValueError({EVIL!r})\nN()(torch.zeros(1, 4))\n"
    )
    done = convcalc("check", write(tmp_path, text), "--format", form)
    assert done.code == 1
    commands = [line for line in done.out.splitlines() if line.lstrip().startswith("::") or "##[" in line]
    assert len(commands) == (form == "github")
    assert done.out.replace("\n", "").isprintable()


def test_the_forms_of_many_inputs_are_made_one_by_one() -> None:
    """A loss of the file's own that takes ten tensors, of which nothing is known, has billions of forms."""
    from itertools import product

    from convcalc.source.feeding import _combinations
    from convcalc.source.inference import Wanted

    forms = [Wanted((size,)) for size in range(18)]
    assert [way.shape for way in next(iter(_combinations([forms] * 10)))] == [(0,)] * 10
    by_sum = sorted(product(range(3), range(1), range(2)), key=lambda each: (sum(each), each))
    few = _combinations([forms[:3], forms[:1], forms[:2]])
    assert [tuple(way.shape[0] for way in each) for each in few] == by_sum
