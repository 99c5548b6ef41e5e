"""What convcalc makes of a model: its commands as processes, with their processor time and memory."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
import tempfile
from typing import Any, NamedTuple

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}

# The process that starts the measured ones, and is itself small: a child's peak memory counts what its parent was.
LAUNCHER = """
import json, os, subprocess, sys
for line in sys.stdin:
    command, out, err = json.loads(line)
    with open(out, "w") as o, open(err, "w") as e:
        process = subprocess.Popen(command, stdout=o, stderr=e)
        _, _, usage = os.wait4(process.pid, 0)
    print(json.dumps([usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024]), flush=True)
"""


class Answer(NamedTuple):
    """What a command printed, and what it took."""

    report: Any
    said: str
    seconds: float
    peak_mb: float


class Launcher:
    """Runs commands and tells their CPU seconds and peak MB."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", LAUNCHER],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT,
        )  # fmt: skip

    def run(self, command: list[str], out: str, err: str) -> tuple[float, float]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps([command, out, err]) + "\n")
        self.process.stdin.flush()
        cpu, peak = json.loads(self.process.stdout.readline())
        return cpu, peak


class Convcalc:
    """Asks the command."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.launcher = Launcher()

    def of_script(self, command: str, script: str, *options: str) -> Answer:
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "script.py")
            path.write_text(script)
            return self.of_target(command, str(path), *options)

    def of_target(self, command: str, target: str, *options: str) -> Answer:
        with tempfile.TemporaryDirectory() as folder:
            out, err = os.path.join(folder, "out"), os.path.join(folder, "err")
            argv = [sys.executable, "-m", "convcalc", command, target, *options]
            argv += ["--format", "json", "--seconds", str(self.seconds)]
            cpu, peak = self.launcher.run(argv, out, err)
            text, said = pathlib.Path(out).read_text(), pathlib.Path(err).read_text()
        return Answer(json.loads(text) if text else None, said, cpu, peak)
