"""Running the command as its user does: a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

from schemas import look_at

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]


def processor_seconds() -> float:
    """The processor time of all processes that this one has started and seen end, and of theirs.

    What a machine that is shared does to the clock it does not do to this: what is asserted of time is asserted of it. That a command ends at
    all is for the time limit of its start (`timeout`) to say.
    """
    if resource is None:
        return 0.0
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class Done:
    """What a finished command left: exit code, report, messages, processor time; `models` of the JSON report."""

    def __init__(self, done: subprocess.CompletedProcess[str], seconds: float = 0.0) -> None:
        self.seconds = seconds
        self.code = done.returncode
        self.out = done.stdout
        self.err = done.stderr

    @property
    def models(self) -> list[dict[str, Any]]:
        models: list[dict[str, Any]] = json.loads(self.out)["models"]
        return models


def convcalc(
    *arguments: object,
    timeout: float = 60,
    path: object = None,
    env: dict[str, str] | None = None,
    cwd: object = None,
) -> Done:
    """Runs the command, with another folder on Python's import path, more in the environment, in another folder if they are given."""
    call = [sys.executable, "-m", "convcalc", *map(str, arguments)]
    environment = {**os.environ, **(env or {})}
    if path is not None:
        root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
        environment["PYTHONPATH"] = os.pathsep.join([root, str(path)])
    folder = None if cwd is None else str(cwd)
    before = processor_seconds()
    done = subprocess.run(
        call, capture_output=True, text=True, timeout=timeout, check=False, env=environment, cwd=folder
    )
    if "json" in arguments and arguments[0] in ("summary", "check"):
        look_at(done.stdout, str(arguments[0]))
    return Done(done, processor_seconds() - before)


def summary(target: object, *arguments: object) -> Done:
    """`convcalc summary TARGET --format json ...`."""
    return convcalc("summary", target, "--format", "json", *arguments)
