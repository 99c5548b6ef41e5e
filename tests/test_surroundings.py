"""Where the command is started: streams that are closed or full, limits below ours, signals that are ignored, a folder that is gone.

Each ends in a result or in one clear line.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="shells and limits of Unix")
pytestmark = POSIX
FULL = pytest.mark.skipif(not os.path.exists("/dev/full"), reason="Linux has a device that is always full")


def shell(script: str, cwd: Path = ROOT, before: Callable[[], None] | None = None) -> subprocess.CompletedProcess[str]:
    """What a shell makes of a script in which CONVCALC stands for the command."""
    text = script.replace("CONVCALC", f"{sys.executable} -m convcalc")
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        ["bash", "-c", text], capture_output=True, text=True, timeout=60, check=False, cwd=cwd, env=env, preexec_fn=before
    )  # fmt: skip
    assert "Traceback" not in done.stdout + done.stderr, done.stderr
    assert "internal error" not in done.stdout + done.stderr
    assert "Exception ignored" not in done.stderr
    return done


CLOSED = {
    "CONVCALC summary examples/mnist.py >&-": 0,
    "CONVCALC summary examples/mnist.py 2>&-": 0,
    "CONVCALC summary examples/mnist.py <&- >&- 2>&-": 0,
    "CONVCALC check examples/mnist_broken.py >&- 2>&-": 1,
    "CONVCALC check examples/mnist_broken.py --format json <&- >&-": 1,
    "CONVCALC summary none.py 2>&-": 2,
    "CONVCALC --help >&-": 0,
    "CONVCALC size 28 -k 5 >&-": 0,
}


@pytest.mark.parametrize("script", CLOSED)
def test_closed_streams(script: str) -> None:
    assert shell(script).returncode == CLOSED[script]


def test_a_report_to_a_file_without_any_stream(tmp_path: Path) -> None:
    done = shell(f"CONVCALC check examples/mnist_broken.py -o {tmp_path}/report <&- >&- 2>&-")
    assert done.returncode == 1
    assert "linear-in-features" in (tmp_path / "report").read_text()


@FULL
@pytest.mark.parametrize(
    "call", ["summary examples/mnist.py", "check examples", "check examples --format json", "--help", "rules", "size 28 -k 5"]
)  # fmt: skip
def test_a_full_disk(call: str) -> None:
    done = shell(f"CONVCALC {call} > /dev/full")
    assert done.stderr == "convcalc: the output cannot be written: No space left on device\n"
    assert done.returncode == 2


@FULL
def test_no_room_for_messages() -> None:
    done = shell("CONVCALC check examples/mnist_broken.py none.py 2> /dev/full")
    assert "linear-in-features" in done.stdout
    assert done.returncode == 1


@pytest.mark.parametrize("call", ["summary examples/unet.py", "check examples", "rules", "size 28 --to 14", "--help"])
@pytest.mark.parametrize("reader", ["head -1", "true"])
def test_a_reader_that_leaves(call: str, reader: str) -> None:
    assert shell(f"set -o pipefail; CONVCALC {call} | {reader}").stderr == ""


LIMITS = {
    "ulimit -v 600000": (0, "30.8 M"),
    "ulimit -Hv 600000; ulimit -Ht 8": (0, "30.8 M"),
    "ulimit -t 5": (0, "30.8 M"),
    "ulimit -Hc 0; ulimit -f 0": (0, "30.8 M"),
    "ulimit -n 8": (0, "30.8 M"),
    "ulimit -s 512": (0, "30.8 M"),
    "trap '' CHLD": (0, "30.8 M"),
    "trap '' HUP INT TERM ALRM VTALRM XCPU PIPE": (0, "30.8 M"),
}


@pytest.mark.parametrize("limit", LIMITS)
def test_limits_and_signals(limit: str) -> None:
    code, text = LIMITS[limit]
    done = shell(f"{limit}; CONVCALC summary examples/mnist.py")
    assert done.returncode == code, done.stderr
    assert text in done.stdout


def test_few_descriptors_for_many_processes() -> None:
    done = shell("ulimit -n 12; CONVCALC check examples --isolated --jobs 16")
    assert "Found 1 error" in done.stdout
    assert done.returncode == 1


def test_signals_that_are_blocked(tmp_path: Path) -> None:
    """A thread of an editor may start the command with every signal blocked."""
    (tmp_path / "endless.py").write_text("import torch\nn = 0\nwhile n < 7: n = (n + 1) % 7\n")

    def block() -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())

    done = shell("CONVCALC summary endless.py --seconds 1", cwd=tmp_path, before=block)
    assert "endless.py:3: ran longer than 1 s" in done.stderr
    assert done.returncode == 3


@pytest.mark.parametrize(
    "call", ["summary model.py", "check", "check .", f"summary {ROOT}/examples/mnist.py", "--help"]
)
def test_a_folder_that_is_gone(tmp_path: Path, call: str) -> None:
    done = shell(f"mkdir gone; cd gone; rmdir ../gone; CONVCALC {call}", cwd=tmp_path)
    assert done.stderr.splitlines()[-1:] == ["convcalc: the current folder does not exist any more"]
    assert done.returncode == 2


@pytest.mark.parametrize("level", ["-O", "-OO"])
def test_without_docstrings_and_asserts(level: str) -> None:
    done = shell(f"{sys.executable} {level} -m convcalc check examples --isolated")
    assert "Found 1 error" in done.stdout
    assert done.returncode == 1
