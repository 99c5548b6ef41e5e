"""How the library starts a process: by an isolated Python, on whose path nothing of the folder is that is checked."""

from __future__ import annotations

import os
import subprocess
import sys

START = "import os, sys; sys.path += sys.argv.pop(1).split(os.pathsep); from {} import main; main()"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command with those arguments, in the current folder and the environment of this process."""
    call = _call("convcalc.cli", arguments)
    return subprocess.run(call, capture_output=True, text=True, encoding="utf8", check=False)


def start(module: str) -> subprocess.Popen[str]:
    """A process with the `main` of one of our modules, which waits for its standard input; a group of processes of its own."""
    pipe = subprocess.PIPE
    call = _call(module, ())
    return subprocess.Popen(
        call,
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
        text=True,
        encoding="utf8",
        errors="surrogatepass",
        start_new_session=True,
    )


def _call(module: str, arguments: tuple[str, ...]) -> list[str]:
    """An isolated Python with the `main` of one of our modules.

    It is found where this package lies, whatever the path of the caller's Python is by now. What `PYTHONPATH` names outside of the current
    folder is looked through last: no module there takes the place of one of Python's.
    """
    here = os.getcwd().rstrip(os.sep) + os.sep
    named = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    others = [path for path in named if os.path.isabs(path) and not (path.rstrip(os.sep) + os.sep).startswith(here)]
    package = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    return [sys.executable, "-I", "-c", START.format(module), os.pathsep.join([package, *others]), *arguments]
