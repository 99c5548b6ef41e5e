"""One mutant after another: planted in the workspace, its tests run until one fails, and the source put back.

Runs in the workspace's own Python. Each trial is a child that is forked after PyTorch and pytest have been imported and before convcalc is,
so that it costs its tests and little more. A test is a witness only if it passes without the fault.
"""

from __future__ import annotations

import json
import os
import pathlib
import re
import signal
import sys
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pytest

OPTIONS = ["-q", "-x", "--assert=plain", "-p", "no:cacheprovider", "-p", "no:xdist", "--hypothesis-seed=0", "--no-header", "-W", "ignore::pytest.PytestAssertRewriteWarning"]  # fmt: skip
WARM = ("numpy", "torch", "torch.testing._internal.common_methods_invocations", "torch.testing._internal.common_modules", "hypothesis.strategies", "pytest", "_pytest.assertion.rewrite", "yaml")  # fmt: skip


LOG = "../last_trial.txt"
NOT_FOUND = 4  # pytest's exit code where a test that was traced has gone


class Witness:
    """The first test that fails is written to a pipe."""

    def __init__(self, pipe: int) -> None:
        self.pipe = pipe

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            os.write(self.pipe, report.nodeid.encode() + b"\n")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            os.write(self.pipe, f"collecting {report.nodeid}".encode() + b"\n")


def failing(tests: list[str], seconds: float) -> str | None:
    """The first of the tests that fails, "time" where they do not end, None where all pass."""
    reading, writing = os.pipe()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os.setsid()
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.close(reading)
        with open(LOG, "w", encoding="utf8") as log:
            os.dup2(log.fileno(), 1)
            os.dup2(log.fileno(), 2)
            code = _run(tests, writing)
        os._exit(code)
    os.close(writing)
    status = _ended(child, seconds)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.readline().decode().strip()
    if status is None:
        return "time"
    if status == NOT_FOUND:
        gone = re.findall(r"^ERROR: not found: (.*)$", pathlib.Path(LOG).read_text("utf8", "replace"), re.MULTILINE)
        left = [test for test in tests if not any(path.endswith(test) for path in gone)]
        return failing(left, seconds) if left and len(left) < len(tests) else None
    if told or status == 0:
        return told or None
    return f"pytest ended with {status}"


def _run(tests: list[str], pipe: int) -> int:
    import pytest

    try:
        return int(pytest.main([*OPTIONS, *tests], plugins=[Witness(pipe)]))
    except BaseException:
        return 99


def _ended(child: int, seconds: float) -> int | None:
    """The exit status of a child; None if it had to be ended."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def trial(job: dict[str, Any]) -> dict[str, Any]:
    """What became of a job: `file`, `source` with the fault, `number`, and stages of `tests` with their `seconds`."""
    path = pathlib.Path(job["file"])
    original, times = path.read_bytes(), path.stat()
    started = time.monotonic()
    caught, ran = None, 0
    for tests, seconds in job["stages"]:
        try:
            path.write_bytes(job["source"].encode())
            # a time of its own, by which Python takes no bytecode of another mutant for this one's
            os.utime(path, (times.st_atime, times.st_mtime + 10 * (job["number"] + 1)))
            caught = failing(tests, seconds)
        finally:
            path.write_bytes(original)
            os.utime(path, (times.st_atime, times.st_mtime))
        ran += len(tests)
        if caught is not None and failing([caught] if "::" in caught else tests, seconds) is not None:
            caught = None  # they fail without the fault too
        if caught is not None:
            break
    return {"number": job["number"], "caught": caught, "tests": ran, "seconds": round(time.monotonic() - started, 1)}


def main() -> None:
    from importlib import import_module

    sys.path.insert(0, os.getcwd())
    for name in WARM:
        try:
            import_module(name)
        except ImportError:
            continue
    assert "convcalc" not in sys.modules, "a child would have it as it was"
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))  # the source is put back first
    for line in sys.stdin:
        print(json.dumps(trial(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
