"""A program run by PyTorch in a fork of this process: torch is imported once, and what a program sets is gone with it."""

from __future__ import annotations

import json
import os
import pathlib
import signal
import sys
import traceback
import warnings
from typing import Any

LONGEST = 60  # seconds that a program may take


def raised_in_torch(text: str, file: pathlib.Path, *paths: pathlib.Path) -> tuple[int, str] | None:
    """The line on which a program raises, in its file's folder, and what; None where it runs. `paths` are for its imports."""
    file.write_text(text)
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        signal.alarm(LONGEST)
        os.write(write, json.dumps(_outcome(file, paths)).encode()[:60_000])
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as answers:
        answer = json.loads(answers.read() or '[0, "no answer"]')
    os.waitpid(child, 0)
    return None if answer is None else (answer[0], answer[1])


def _outcome(file: pathlib.Path, paths: tuple[pathlib.Path, ...]) -> list[Any] | None:
    os.chdir(file.parent)
    sys.path[:0] = [str(file.parent), *map(str, paths)]
    sys.argv = [file.name]
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silence, stream)
    sys.stdin = open(os.devnull)  # noqa: SIM115
    warnings.simplefilter("ignore")
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(
            1
        )  # a pool of threads of the process before is not in its fork: who waits for it, waits forever
    try:
        exec(compile(file.read_text(), str(file), "exec"), {"__name__": "__main__", "__file__": str(file)})
    except SystemExit:
        return None
    except Exception as error:
        lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == str(file)]
        return [lines[-1] if lines else 0, f"{type(error).__name__}: {error}"]
    return None
