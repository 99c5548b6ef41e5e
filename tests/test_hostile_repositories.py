"""Repositories made to harm whoever checks them (`tests/hostile`): nothing of theirs runs, nothing holds the command, nothing outside is read.

Of each call are measured the processor time and the memory of the command's own process, which reads what others have written.
"""

from __future__ import annotations

import ctypes
import json
import os
import re
import shutil
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path
from unicodedata import category

import pytest
from hostile import links, notebooks, planted, settings, sizes, texts, words  # noqa: F401  # they fill the catalogue
from hostile.repository import CATALOGUE, SECRET, Repository

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes are looked at in /proc")

SECONDS = 5.0  # of processor time, of the command's own process
MEGABYTES = 2500
HIDDEN = ("Cc", "Cf", "Cs", "Zl", "Zp")  # kinds of characters that nobody sees, and terminals obey
LONGEST = 4_000_000  # characters of a report
TIME = {"check": ("--seconds", "1"), "summary": ("--seconds", "1")}
ROOT = str(Path(__file__).resolve().parent.parent)


class Watch:
    """Tells whether a file of a folder was opened, by the kernel's own word."""

    OPENED, READ = 0x20, 0x1

    def __init__(self, folder: Path) -> None:
        library = ctypes.CDLL(None, use_errno=True)
        self.descriptor = library.inotify_init1(os.O_NONBLOCK)
        for place in (folder, folder / "folder"):
            library.inotify_add_watch(self.descriptor, os.fsencode(place), self.OPENED | self.READ)

    def opened(self) -> set[str]:
        names: set[str] = set()
        try:
            data = os.read(self.descriptor, 1 << 20)
        except BlockingIOError:
            return names
        finally:
            os.close(self.descriptor)
        while data:
            _, mask, _, length = struct.unpack("iIII", data[:16])
            if not mask & 0x40000000:  # a folder
                names.add(data[16 : 16 + length].rstrip(b"\0").decode())
            data = data[16 + length :]
        return names


class Ran:
    """A call of the command that has ended: exit code, output, and what its own process took."""

    def __init__(self, r: Repository, call: tuple[str, ...], seconds: float = 100) -> None:
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **r.environment}
        isolated = ["-I"]  # as the action and the hook start it
        if "PYTHONPATH" in r.environment:
            isolated = []
            environment["PYTHONPATH"] += os.pathsep + ROOT
        out, err = r.folder.parent / "out", r.folder.parent / "err"
        with open(out, "wb") as to_out, open(err, "wb") as to_err:
            running = subprocess.Popen(
                [sys.executable, *isolated, "-m", "convcalc", *call, *TIME.get(call[0], ())], cwd=r.folder, stdin=subprocess.DEVNULL, stdout=to_out,
                stderr=to_err, env=environment, start_new_session=True,
            )  # fmt: skip
            started = time.monotonic()
            self.megabytes = 0
            while os.waitid(os.P_PID, running.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None:
                self.megabytes = max(self.megabytes, _memory(running.pid))
                if time.monotonic() - started > seconds:
                    os.killpg(running.pid, signal.SIGKILL)
                    running.wait()
                    raise AssertionError(f"still running after {seconds} s")
                time.sleep(0.01)
            fields = Path(f"/proc/{running.pid}/stat").read_text().rpartition(")")[2].split()
            self.seconds = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
            self.code = running.wait()
        self.data, self.err = out.read_bytes(), err.read_bytes().decode("utf8", "surrogateescape")
        self.left = _left_in(str(r.folder))


def _memory(pid: int) -> int:
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) >> 10
    except OSError:
        pass
    return 0


def _left_in(folder: str) -> list[str]:
    """Processes that still have the folder as their current one."""
    found = []
    for name in os.listdir("/proc"):
        try:
            if name.isdigit() and int(name) != os.getpid() and os.readlink(f"/proc/{name}/cwd") == folder:
                found.append(name)
        except OSError:
            continue
    return found


def _listing(folder: Path) -> set[str]:
    return {os.path.join(here, name) for here, _, names in os.walk(folder) for name in names}


def _judge(r: Repository, call: tuple[str, ...], ran: Ran) -> None:
    assert ran.code in (0, 1, 2, 3), (call, ran.code, ran.err[-2000:])
    for word in ("Traceback", "internal error", SECRET, "root:x:0"):
        assert word not in ran.err, (call, ran.err[-3000:])
        assert word.encode() not in ran.data, (call, word)
    text = ran.data.decode("utf8")  # strictly: half a character is none
    assert len(ran.data) + len(ran.err) < LONGEST, call
    assert not r.canary.exists(), r.canary.read_text()
    assert ran.seconds <= SECONDS, (call, ran.seconds)
    assert ran.megabytes <= MEGABYTES, (call, ran.megabytes)
    assert ran.left == [], call
    _judge_words(call, text, ran)


def _judge_words(call: tuple[str, ...], text: str, ran: Ran) -> None:
    """Nothing that is shown is a command, and each form is what it says."""
    form = call[call.index("--format") + 1] if "--format" in call else ""
    for shown in (text, ran.err):
        assert not {c for c in shown if category(c) in HIDDEN and c not in "\n\t\u200c\u200d\xad"}, (call, shown[:2000])
        assert "##vso[" not in shown
        lines = [line for line in shown.splitlines() if line.lstrip().startswith("::")]
        if form == "github" and shown is text:
            assert all(re.fullmatch(r"::(error|warning|notice) [^:\n]*::.*", line) for line in lines), lines
            assert all(line.startswith("::") for line in shown.splitlines() if line), shown[:1000]
        else:
            assert lines == [], (call, lines)
    if form in ("json", "sarif") and (text or ran.code not in (2, 3)):
        json.loads(text, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))
    if form == "markdown":
        assert "<script" not in text, text[:1000]
        assert "](" not in text.replace("]\\(", ""), text[:1000]
        assert {line[:1] for line in text.splitlines()} <= set("#-|0123456789?") | {""}, text[:1000]


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_hostile_repository_does_nothing(tmp_path: Path, name: str) -> None:
    build, calls = CATALOGUE[name]
    r = Repository(tmp_path)
    end = build(r)
    changes = end is not None
    try:
        before = set() if changes else _listing(r.folder)
        watch = Watch(r.outside)
        for call in calls:
            ran = Ran(r, call)
            if os.environ.get("CONVCALC_MEASURE"):
                print(f"{ran.seconds:6.2f} s {ran.megabytes:5} MB  {ran.code}  {' '.join(call)}: {(ran.err or ran.data.decode('utf8', 'replace'))[:150]!r}")  # fmt: skip
            _judge(r, call, ran)
        assert watch.opened() == set()
        assert changes or _listing(r.folder) == before
    finally:
        if end is not None:
            end()
        shutil.rmtree(tmp_path, ignore_errors=True)  # some have gigabytes


def test_there_are_enough_of_them() -> None:
    assert len(CATALOGUE) >= 60
    assert len({build for build, _ in CATALOGUE.values()}) == len(CATALOGUE)
