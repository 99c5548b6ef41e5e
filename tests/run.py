"""Runs all checks of the project, the tests last: `python tests/run.py [pytest's arguments]`.

Ends with pytest's own closing line; the exit status is 0 only if every check passed.
"""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
CHECKS = {
    "ruff check": [sys.executable, "-m", "ruff", "check", "."],
    "ruff format": [sys.executable, "-m", "ruff", "format", "--check", "."],
    "mypy": [sys.executable, "-m", "mypy"],
    "import-linter": [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command as c; c()",
        "--no-cache",
    ],
}


def main(arguments: list[str]) -> int:
    failed = []
    for name, command in CHECKS.items():
        start = time.monotonic()
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        verdict = "ok" if done.returncode == 0 else "FAILED"
        print(f"{name:14} {verdict} ({time.monotonic() - start:.1f} s)", flush=True)
        if done.returncode:
            failed.append(name)
            print(done.stdout, flush=True)
    if failed:
        print(f"failed before the tests: {', '.join(failed)}", flush=True)
    # a process per core; they must collect the same tests, hence one order of sets for all
    tests = [sys.executable, "-m", "pytest", "-n", "auto", *arguments]
    status = subprocess.run(tests, cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": "0"}).returncode
    return status or len(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
