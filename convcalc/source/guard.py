"""What a loaded file may not do, and the lock that holds it to that.

Three walls, each enough by itself for what it is meant for: names (a file cannot spell its way to Python's internals:
see `instrument`), builtins and imports (it is handed only what computes), and an audit hook (whatever it finds, opening,
starting and connecting are refused by the interpreter itself).
"""

from __future__ import annotations

import os
import sys

from convcalc.tensor.attributes import ATTRIBUTES_REFUSED, DUNDER_ALLOWED, Refused, is_refused_attribute

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["ATTRIBUTES_REFUSED", "DUNDER_ALLOWED", "Lock", "Refused", "is_refused_attribute", "lock", "plain"]


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

HOME = os.path.expanduser("~")  # while the environment still tells
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


def check_evaluated(code: Any) -> None:
    """Refuses a text that the standard library evaluates on a file's behalf (an annotation) if it says what the file may not."""
    for name in code.co_names:
        refused = is_refused_attribute(name) and name[:12] != "__dataclass_" and name != "__create_fn__"
        if refused or name in BUILTINS_REPLACED or name in ("format", "format_map"):
            raise Refused(f"{name} is not allowed in a text that is evaluated")
    for constant in code.co_consts:
        if type(constant) is type(code):
            check_evaluated(constant)


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

    Reading is allowed below `trusted` folders only (this package and the standard library: modules are imported when first
    needed). An audit hook stays for the life of the process, so it is installed once, where a file is first loaded.
    """

    def __init__(self) -> None:
        self.on = False
        self.held = False  # once on, it stays on: in the process of its own that a file is loaded in
        self.installed = False
        self.writes_no_bytecode = sys.dont_write_bytecode  # as it was before the lock
        self.trusted: tuple[str, ...] = ()
        self.listed: frozenset[str] = (
            frozenset()
        )  # folders that Python's own import may list anew, when they have changed
        self.permitted: str | None = None  # the one path that the loader is opening right now

    def permitting(self, path: str) -> _Permitting:
        """A context in which that one path may be opened for reading, or listed: for the loader of modules."""
        return _Permitting(self, path)

    def install(self) -> None:
        if self.installed:
            return
        self.trusted = trusted_folders()
        self.listed = frozenset(sys.path)
        sys.addaudithook(self._hook)
        self.writes_no_bytecode = sys.dont_write_bytecode
        self.installed = True

    def _hook(self, event: str, args: tuple[Any, ...]) -> None:
        if not self.on:
            return
        if event in HARMLESS_EVENTS:
            if event == "exec" and args[0].co_filename == "<string>":
                check_evaluated(args[0])
            return
        if event == "open":
            path, mode, flags = args
            if (
                isinstance(path, str)
                and (mode in ("r", "rb", None))
                and not flags & WRITING
                and (path == self.permitted or path.startswith(self.trusted))
            ):
                return
        elif event == "function.__new__" and _makes_functions(sys._getframe(1).f_globals):
            return
        elif event in ("os.listdir", "os.scandir") and isinstance(args[0], str):
            if args[0] == self.permitted or args[0] in self.listed or args[0].startswith(self.trusted):
                return
        raise Refused(f"{event} is not allowed in a loaded file")

    def __enter__(self) -> Lock:
        self.install()
        self.on = True
        sys.dont_write_bytecode = (
            True  # a module of our own that is first needed under the lock would be refused its file
        )
        return self

    def __exit__(self, *exc: Any) -> None:
        self.on = self.held
        sys.dont_write_bytecode = self.held or self.writes_no_bytecode


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
