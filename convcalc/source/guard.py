"""What a loaded file may not do, and the lock that holds it to that.

Three walls, each enough by itself for what it is meant for: names (a file cannot spell its way to Python's internals:
see `instrument`), builtins and imports (it is handed only what computes), and an audit hook (whatever it finds, opening,
starting and connecting are refused by the interpreter itself).
"""

from __future__ import annotations

import os
import sys

from convcalc.tensor.attributes import ATTRIBUTES_REFUSED, DUNDER_REFUSED, Refused, is_refused_attribute

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

__all__ = ["ATTRIBUTES_REFUSED", "DUNDER_REFUSED", "Lock", "Refused", "is_refused_attribute", "lock", "plain"]


def plain(method: Any) -> Any:
    """A bound method as a function: what a loaded file is handed leads to no object of this program."""

    def function(*args: Any, **kwargs: Any) -> Any:
        return method(*args, **kwargs)

    function.__name__ = function.__qualname__ = method.__name__
    return function


# Events of the interpreter that computing raises; every other event is refused while the lock is on.
HARMLESS_EVENTS = frozenset(
    "compile exec import marshal.loads sys._getframe object.__getattr__ object.__setattr__ object.__delattr__ builtins.id "
    "code.__new__ array.__new__ cpython._PySys_ClearAuditHooks cpython.PyInterpreterState_Clear sys._getframemodulename "
    "sys.excepthook sys.unraisablehook time.sleep gc.freeze setopencodehook cpython.run_command".split()
)

# The files of its project that a loaded file may read end so (see `configs`).
CONFIGURATIONS = (".json", ".yaml", ".yml", ".toml", ".ini", ".cfg", ".conf", ".txt")
WRITING = (
    0o3
    | getattr(os, "O_CREAT", 0)
    | getattr(os, "O_TRUNC", 0)
    | getattr(os, "O_TMPFILE", 0) & ~getattr(os, "O_DIRECTORY", 0)
)


# Builtins of which a loaded file has another, or none.
BUILTINS_REPLACED = frozenset(
    "getattr setattr delattr hasattr vars dir open eval exec compile globals locals input breakpoint help __import__".split()
)


def check_evaluated(code: Any, top: bool = True) -> None:
    """Refuses a text that the standard library evaluates on a file's behalf (an annotation) if it says what the file may not."""
    for name in code.co_names:
        refused = is_refused_attribute(name) and name[:12] != "__dataclass_" and name != "__create_fn__"
        if refused or name in BUILTINS_REPLACED or name in ("format", "format_map") or (top and name in MODULES_LED_TO):
            raise Refused(f"{name} is not allowed in a text that is evaluated")
    for constant in code.co_consts:
        if type(constant) is type(code):
            check_evaluated(constant, False)


# Names that a text by itself has no business with; a function that is written by one may have arguments so called.
MODULES_LED_TO = frozenset("sys modules os builtins importlib".split())


def trusted_folders() -> tuple[str, ...]:
    """Where Python may read while a file runs: this package, the standard library, and what writes the report."""
    packages = [path for path in sys.path if path.endswith(("site-packages", "dist-packages"))]
    return (os.path.dirname(os.path.dirname(os.path.abspath(__file__))), os.path.dirname(os.__file__), *packages)


# Modules of Python that make functions from code of their own: `typing.NamedTuple` does from Python 3.14 on.
MAKERS = ("typing", "annotationlib", "dataclasses", "functools", "enum", "collections")


def _makes_functions(names: dict[str, Any]) -> bool:
    """Whether the names of the code that makes a function are those of such a module."""
    return any(module is not None and vars(module) is names for module in map(sys.modules.get, MAKERS))


class Lock:
    """The audit hook: while on, a loaded file that reaches a system call anyway is refused by the interpreter.

    Reading is allowed below trusted folders only (this package and the standard library: modules are imported when first
    needed). An audit hook stays for the life of the process, so it is installed once, where a file is first loaded.

    In the process of its own that a file is loaded in (`shut_for_good`) a second hook is installed with the file's first statement, which
    has no state but the one path that the loader is opening, and that only in folders that were named before: nothing that Python can
    reach opens it again. Only the interpreter holds it.
    """

    def __init__(self) -> None:
        self.on = False
        self.readable: tuple[str, ...] | None = (
            None  # once shut for good: the folders in which one path may be permitted
        )
        self.is_shut = False
        self.installed = False
        self.writes_no_bytecode = sys.dont_write_bytecode  # as it was before the lock
        self.permitted: str | None = None  # the one path that the loader is opening right now

    def permitting(self, path: str) -> _Permitting:
        """A context in which that one path may be opened for reading, or listed: for the loader of modules."""
        return _Permitting(self, path)

    def shut_for_good(self, readable: Iterable[str]) -> None:
        """From the file's first statement on the lock stays on, in this process; the loader reads below those folders only."""
        self.readable = tuple(prefix for path in readable for prefix in _as_prefixes(path))

    def install(self) -> None:
        if self.installed:
            return
        self.installed = True
        self.writes_no_bytecode = sys.dont_write_bytecode
        refuse = _hook(self, None)

        def hook(event: str, args: tuple[Any, ...]) -> None:
            if self.on:
                refuse(event, args)

        sys.addaudithook(hook)

    def __enter__(self) -> Lock:
        if self.readable is None:
            self.install()
        elif not self.is_shut:
            self.is_shut = True
            sys.addaudithook(_hook(self, self.readable))
        self.on = True
        sys.dont_write_bytecode = (
            True  # a module of our own that is first needed under the lock would be refused its file
        )
        return self

    def __exit__(self, *exc: Any) -> None:
        self.on = self.is_shut
        sys.dont_write_bytecode = self.is_shut or self.writes_no_bytecode


def _as_prefixes(path: str) -> set[str]:
    """What the paths of the files in a folder begin with, as the folder is named and with its links followed."""
    named = os.path.abspath(path or os.curdir)
    return {one if os.path.isfile(one) else one.rstrip(os.sep) + os.sep for one in (named, os.path.realpath(named))}


def _hook(opening: Lock, readable: tuple[str, ...] | None) -> Callable[[str, tuple[Any, ...]], None]:
    """The function that the interpreter asks. All that it goes by are its own default values: no name that could be given another meaning."""
    trusted, listed = trusted_folders(), frozenset(sys.path)

    def hook(
        event: str, args: tuple[Any, ...], harmless: Any = HARMLESS_EVENTS, trusted: Any = trusted, listed: Any = listed,
        writing: int = WRITING, reading: Any = ("r", "rb", None), refused: Any = Refused, check: Any = check_evaluated, text: Any = str, kind: Any = type, slash: str = os.sep,
        makes: Any = _makes_functions, caller: Any = sys._getframe, opening: Any = opening, readable: Any = readable,
    ) -> None:  # fmt: skip
        if event in harmless:
            if event == "exec" and args[0].co_filename == "<string>":
                check(args[0])
            return
        if event == "open":
            path, mode, flags = args
            if kind(path) is text and mode in reading and not flags & writing:
                if path.startswith(trusted):
                    return
                if path == opening.permitted and (readable is None or path.startswith(readable)):
                    return
        elif event == "function.__new__":
            if makes(caller(1).f_globals):
                return
        elif (event == "os.listdir" or event == "os.scandir") and kind(args[0]) is text:
            path = args[0]
            if path in listed or path.startswith(
                trusted
            ):  # Python's own import lists a folder anew when it has changed
                return
            if path == opening.permitted and (readable is None or (path + slash).startswith(readable)):
                return
        raise refused(f"{event} is not allowed in a loaded file")

    return hook


class _Permitting:
    __slots__ = ("lock", "path")

    def __init__(self, lock: Lock, path: str) -> None:
        self.lock = lock
        self.path = path

    def __enter__(self) -> None:
        self.lock.permitted = self.path

    def __exit__(self, *exc: Any) -> None:
        self.lock.permitted = None


lock = Lock()
