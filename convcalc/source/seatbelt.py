"""The system's lock on a process that runs a loaded file, on macOS: a profile of Seatbelt (`sandbox_init`), which no process takes off again.

The list is that of `kernel`: nothing is written, started, connected to or signalled, and read is what the loader and Python read, without what is
hidden in the project. Of the rules that fit, the last one counts. Apple calls the function deprecated and still builds its own programs upon it.
The rules are tested as rules (tests/test_seatbelt.py); on macOS itself they have not been run by this project.
"""

from __future__ import annotations

import os
import sys

from .guard import trusted_folders
from .project import HOME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

# The system's libraries, which modules of Python's own library load.
LIBRARIES = ("/usr/lib", "/System/Library", "/System/Volumes/Preboot/Cryptexes", "/Library/Apple", "/private/var/db/dyld", "/usr/local/lib", "/opt/homebrew", "/nix/store")  # fmt: skip
PACKAGES = (os.sep + "site-packages", os.sep + "dist-packages")
META = frozenset("^$.|?*+()[]{}\\")


class Locks:
    """The locks for one process, as `kernel.Locks`: one lock in all, shut by `lock_calls`."""

    def __init__(self, readable: Iterable[str]) -> None:
        self.profile = profile([path for path in (*readable, *sys.path[1:]) if path])
        self.missing: tuple[str, ...] = ("seatbelt",)  # as long as it does not hold

    @property
    def stands(self) -> bool:
        """Whether what holds is a wall by itself."""
        return not self.missing

    def die_with_parent(self, parent: int) -> bool:
        """The system has no such thing; ends this process at once where its parent has ended."""
        if os.getppid() != parent:
            os._exit(70)
        return False

    def lock_files(self) -> bool:
        return False

    def lock_calls(self) -> bool:
        initialise = _sandbox_init()
        holds = initialise is not None and initialise(self.profile.encode()) == 0
        if holds:
            self.missing = ()
        return holds


def _sandbox_init() -> Any:
    """The function of the C library, of a profile's text; 0 is success. None where there is none."""
    try:
        import _ctypes

        ctypes: Any = _ctypes
        address, call = ctypes.dlsym(ctypes.dlopen(None, 0), "sandbox_init"), ctypes.call_function
    except (ImportError, AttributeError, OSError):
        return None
    return lambda text: call(address, (text, 0, bytes(8)))  # where it puts the address of a message


def profile(searched: Iterable[str]) -> str:
    """The rules for a process that reads modules in those folders."""
    paths = dict.fromkeys(os.path.realpath(path) for path in searched)
    library = os.path.realpath(os.path.dirname(os.__file__))
    installed = [path for path in paths if path.endswith(PACKAGES) or path.startswith(library)]
    project = [path for path in paths if path not in installed and not _holds_home(path)]
    homes = [path for path in paths if path not in installed and _holds_home(path)]
    own = [os.path.realpath(path) for path in (*trusted_folders(), os.path.join(sys.base_prefix, "lib"))]
    frameworks = [sys.base_prefix] if ".framework/" in sys.base_prefix else []
    python = dict.fromkeys([*installed, library, *own, *frameworks, *LIBRARIES])
    return "\n".join(
        [
            "(version 1)",
            "(deny default)",
            "(allow process-info* (target self))",
            "(allow signal (target self))",
            "(allow sysctl-read)",
            "(allow file-read-metadata)",
            '(allow file-read* file-write-data (literal "/dev/null"))',
            '(allow file-read* (literal "/dev/random") (literal "/dev/urandom"))',
            *_rules("allow", "file-read*", [f'(subpath "{path}")' for path in project if _is_plain(path)]),
            # of the home folder, and of what it lies in, the Python that lies in it, and in its folders
            *_rules("allow", "file-read-data", [_python_in(path) for path in homes if _is_plain(path)]),
            *_rules(
                "deny", "file-read-data file-read-xattr", [_hidden_in(p) for p in (*project, *homes) if _is_plain(p)]
            ),
            *_rules("allow", "file-read* file-map-executable", [f'(subpath "{p}")' for p in python if _is_plain(p)]),
            "",
        ]
    )


def _rules(answer: str, operations: str, filters: list[str]) -> list[str]:
    return [f"({answer} {operations} {one})" for one in filters]


def _is_plain(path: str) -> bool:
    """Whether a path can be written into a rule: a folder's name must not end a text and begin a rule of its own."""
    return path.isprintable() and '"' not in path and "\\" not in path


def _holds_home(path: str) -> bool:
    return (os.path.realpath(HOME).rstrip(os.sep) + os.sep).startswith(path.rstrip(os.sep) + os.sep)


def _hidden_in(path: str) -> str:
    return f'(regex #"^{_literally(path)}/(.*/)?[.][^/]")'


def _python_in(path: str) -> str:
    return f'(regex #"^{_literally(path)}/[^/]*(/[^/]*[.]py)?$")'


def _literally(path: str) -> str:
    """A path for a regular expression, without the slash at its end."""
    return "".join(f"\\{c}" if c in META else c for c in path.rstrip(os.sep))
