"""Where the modules that a loaded file imports are found: folders of the user's project, then Python's import path.

A module is found by its source and by nothing else: no import hook, no archive, no compiled code. Every read of a source goes
through `read_module`, the one opening that the lock lets through, and that one checks that the file lies (links followed) in
a folder where modules may be found.
"""

from __future__ import annotations

import os
import stat
import sys

from .guard import Refused, lock
from .overlay import NOTHING_LAID, Overlay
from .project import current_folders, package_around, project_folders
from .target import LARGEST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

COMPILED = (".so", ".pyd", ".dylib")
# Pure Python that only reaches for what a loaded file is refused: running it would bring nothing.
OUTSIDE = frozenset(
    "aiohttp anyio boto3 botocore certifi convcalc datasets fsspec httpcore httpx httpx2 httpcore2 idna ipykernel IPython jupyter kagglehub loguru "
    "mlflow pip pkg_resources pytest requests rich s3fs setuptools socketserver tensorboard urllib3 wheel".split()
)


# Compiled for speed only: their Python does the same.
PURE_TOO = frozenset(("yaml",))
DEEPEST = 100  # dots in a module's name
DATA = (".txt", ".json", ".yaml", ".yml", ".toml", ".csv", ".cfg", ".ini")  # what a package may carry for its code


class Location:
    """Where a module is: its file (None for a folder without `__init__.py`) and the folders of its submodules."""

    __slots__ = ("folders", "kind", "name", "path")

    def __init__(self, name: str, path: str | None, folders: tuple[str, ...], kind: str) -> None:
        self.name = name
        self.path = path
        self.folders = folders
        self.kind = kind  # "project": the user's own; "foreign": of the import path; "opaque": not to be read

    @property
    def is_package(self) -> bool:
        return bool(self.folders)


class Finder:
    """Finds modules by name: below the project's folders first, as Python does for the file that it runs."""

    def __init__(
        self, project: list[str], around: tuple[str, str] | None = None, overlay: Overlay = NOTHING_LAID
    ) -> None:
        """`around` is the package that the project lies in, if it does (`package_around`): of the folder above, it alone is found.

        What is laid over a file is its source, except over those of installed packages.
        """
        self.overlay = overlay
        self.path = import_path()
        own = [] if around is None else [os.path.join(*around)]
        self.roots = tuple(os.path.realpath(folder or ".") + os.sep for folder in (*project, *own, *self.path))
        self.installed = _installed(self.path, project)
        self._found: dict[str, Location | None] = {}
        self._kinds: dict[str, str] = {}  # of the folders without `__init__.py` that are packages
        self._kept: dict[str, bool] = {}
        self._listings: dict[str, frozenset[str]] = {}
        self._distributions: dict[str, str] | None = None
        if around is not None:
            above, name = around
            self._listings[above] = frozenset([name])
            project = [*project[:1], above, *project[1:]]
        self.project = project

    def locate(self, name: str) -> Location | None:
        """The location of a module, or None; a name below a plain module has none."""
        if name not in self._found:
            self._found[name] = self._locate(name)
        return self._found[name]

    def located(self) -> list[Location]:
        """The modules that have been found so far."""
        return [location for location in self._found.values() if location is not None]

    def _locate(self, name: str) -> Location | None:
        parent, _, last = name.rpartition(".")
        if not last.isidentifier() or name.count(".") > DEEPEST:
            return None
        if parent:
            above = self.locate(parent)
            if above is None or above.kind == "opaque":
                return above if above is None else Location(name, None, (), "opaque")
            return self._search(name, last, [(folder, self._kinds.get(folder, above.kind)) for folder in above.folders])
        places = [(folder, "project") for folder in self.project] + [(folder, "foreign") for folder in self.path]
        return self._search(name, last, places)

    def _search(self, name: str, last: str, places: list[tuple[str, str]]) -> Location | None:
        """As Python's path finder: a module or a package of the first folder that has one; else all folders of the name together."""
        spaces = []
        for folder, kind in places:
            if last not in self._stems(folder):
                continue
            below = os.path.join(folder, last)
            package = os.path.join(below, "__init__.py")
            if self._is_file(package):
                found = Location(name, package, (below,), kind)
            elif self._is_file(below + ".py"):
                found = Location(name, below + ".py", (), kind)
            elif os.path.isdir(below) or self.overlay.has_folder(below):
                self._kinds[below] = kind
                spaces.append(below)
                continue
            else:
                return Location(name, None, (), "opaque")  # compiled
            if "." not in name and kind == "foreign" and self._is_opaque(found, folder):
                return Location(name, None, (), "opaque")
            return found
        return self._space(name, spaces) if spaces else None

    def _is_file(self, path: str) -> bool:
        return os.path.isfile(path) or (self._laid(path) is not None)

    def _laid(self, path: str) -> bytes | None:
        """The text that is laid over a file of the project."""
        real = os.path.realpath(path) if self.overlay else ""
        return (
            self.overlay.text_of(real) if real.startswith(self.roots) and not real.startswith(self.installed) else None
        )

    def _space(self, name: str, folders: list[str]) -> Location | None:
        """A package without `__init__.py`, whose parts may lie in several folders; None where no Python is in them."""
        folders = [folder for folder in folders if self._has_source(folder)]
        if not folders:
            return None
        kind = self._kinds[folders[0]]
        found = Location(name, None, tuple(folders), kind)
        if "." not in name and kind == "foreign" and self._is_opaque(found, os.path.dirname(folders[0])):
            return Location(name, None, (), "opaque")
        return found

    def _has_source(self, folder: str, depth: int = 2) -> bool:
        """Whether there is a module in a folder, or in one below it: a folder of data or of logs is no package."""
        entries = self._list(folder)
        return any(e.endswith((".py", *COMPILED)) for e in entries) or (
            depth > 0 and any(self._has_source(os.path.join(folder, e), depth - 1) for e in entries if "." not in e)
        )

    def names_below(self, location: Location) -> list[str]:
        """The last names of what may be modules below a package, in order."""
        return sorted(
            stem
            for folder in location.folders
            for stem in self._stems(folder)
            if stem.isidentifier() and stem != "__init__"
        )

    def _stems(self, folder: str) -> frozenset[str]:
        """The names that may be modules or packages in a folder."""
        stems = self._listings.get(folder)
        if stems is None:
            stems = self._listings[folder] = frozenset([entry.partition(".")[0] for entry in self._list(folder)])
        return stems

    def _list(self, folder: str) -> list[str]:
        real = os.path.realpath(folder or ".")
        if not (real + os.sep).startswith(self.roots):
            return []  # a link that leads elsewhere
        laid = [] if not self.overlay or real.startswith(self.installed) else self.overlay.names_in(real)
        try:
            with lock.permitting(real):
                entries = [*os.listdir(real), *laid]
        except OSError:
            entries = laid
        return [e for e in entries if e.partition(".")[2] in ("", "py") or e.endswith(COMPILED)]

    def entries(self, folder: str) -> list[str]:
        """What lies in a folder of an installed package, without what is hidden."""
        real = os.path.realpath(folder)
        if not (real + os.sep).startswith(self.roots):
            return []
        try:
            with lock.permitting(real):
                return [entry for entry in os.listdir(real) if entry[:1] not in (".", "_") or entry == "__init__.py"]
        except OSError:
            return []

    def _is_opaque(self, found: Location, folder: str) -> bool:
        """Whether a package of the import path is one that running its source would tell nothing about: compiled, without torch."""
        if found.name in OUTSIDE:
            return True
        if found.name in PURE_TOO:
            return False
        compiled = os.path.isdir(os.path.join(folder, found.name + ".libs")) or any(
            entry.endswith(COMPILED) for below in found.folders for entry in self._list(below)
        )
        return compiled and not self._needs_torch(found.name, folder)

    def _needs_torch(self, name: str, folder: str) -> bool:
        """Whether the package's metadata asks for torch."""
        real = os.path.realpath(folder)
        try:
            with lock.permitting(real):
                entries = os.listdir(real)
            wanted = normalised(name)
            for entry in entries:
                if entry.endswith(".dist-info") and normalised(entry.partition("-")[0]) == wanted:
                    metadata = self._read(os.path.join(real, entry, "METADATA"))
                    return any(
                        line.startswith(b"Requires-Dist: torch") and not line[20:21].isalnum()
                        for line in metadata.splitlines()
                    )
        except (OSError, Refused):
            pass
        return False

    def distributions(self) -> dict[str, str]:
        """The versions of the installed distributions by their normalised names: as the folders of their metadata are called."""
        if self._distributions is None:
            self._distributions = {}
            for folder in reversed(self.path):
                real = os.path.realpath(folder)
                try:
                    with lock.permitting(real):
                        entries = os.listdir(real)
                except OSError:
                    continue
                for entry in entries:
                    if entry.endswith(".dist-info"):
                        name, _, version = entry[: -len(".dist-info")].partition("-")
                        self._distributions[normalised(name)] = version
        return self._distributions

    # reading

    def read_module(self, path: str) -> bytes:
        """The source of a module; `Refused` where the path, links followed, leads out of the folders of modules."""
        if not path.endswith(".py"):
            raise Refused(f"{path} is not a Python source")
        return self._read(path)

    def read_compiled(self, path: str) -> bytes:
        """What Python has compiled of an installed module; nothing where the file is not one that Python itself would execute.

        Bytecode is read from memory by a reader that trusts it. So it may not come from the project, in whose folders a
        stranger's files lie, nor from a folder that anybody may write to.
        """
        real = os.path.realpath(path)
        folder = os.path.dirname(real)
        if not real.endswith(".pyc") or not real.startswith(self.installed) or not self._is_kept(folder):
            return b""
        try:
            found = os.lstat(real)
            if stat.S_ISREG(found.st_mode) and _is_safe(found) and found.st_size <= LARGEST:
                return self._content(real)
        except OSError:
            pass
        return b""

    def _is_kept(self, folder: str) -> bool:
        """Whether only this user and the system's owner write to a folder."""
        kept = self._kept.get(folder)
        if kept is None:
            try:
                kept = _is_safe(os.lstat(folder))
            except OSError:
                kept = False
            self._kept[folder] = kept
        return kept

    def read_data(self, location: Location, name: str) -> bytes:
        """A file of text that an installed package carries, by its path from the folder of one of its modules."""
        parts = name.split("/")
        if location.kind != "foreign" or location.path is None or not (location.is_package or "." in location.name):
            raise Refused(f"{location.name} is not part of an installed package")
        if not name.endswith(DATA) or any(part[:1] in ("", ".") for part in parts):
            raise Refused(f"{name} is not a file of text of {location.name}")
        path = os.path.join(os.path.realpath(os.path.dirname(location.path)), *parts)
        if os.path.realpath(path) != path:
            raise Refused(f"{name} is a link")
        return self._read(path)

    def _read(self, path: str) -> bytes:
        real = os.path.realpath(path)
        if not real.startswith(self.roots) or (path.endswith(".py") and not real.endswith(".py")):
            raise Refused(f"{path} leads out of the project and the import path")
        laid = self._laid(real)
        if laid is None:
            found = os.stat(real)
            if not stat.S_ISREG(found.st_mode) or found.st_size > LARGEST:
                raise Refused(f"{path} is not a source file of ordinary size")
            return self._content(real)
        if len(laid) > LARGEST:
            raise Refused(f"{path} is not a source file of ordinary size")
        return laid

    @staticmethod
    def _content(real: str) -> bytes:
        with lock.permitting(real):
            descriptor = os.open(real, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0))
        try:
            chunks = []
            while chunk := os.read(descriptor, 1 << 20):
                chunks.append(chunk)
            return b"".join(chunks)
        finally:
            os.close(descriptor)


def normalised(distribution: str) -> str:
    """The name of a distribution as all its spellings are compared (PEP 503)."""
    return distribution.lower().replace("_", "-").replace(".", "-")


def readable(file: str, module: str | None = None) -> list[str]:
    """The folders that the process of a file may read: its project's and those of the import path."""
    around = package_around(file)
    project = project_folders(file) + (current_folders() if module is not None else [])
    project += [] if around is None else [os.path.join(*around)]
    return [*(os.path.realpath(folder or ".") for folder in project), *import_path()]


def find_target(module: str) -> str | None:
    """The file of a module that a target names: from the current folder and its `src`, then on the import path."""
    found = Finder(current_folders()).locate(module)
    return None if found is None else found.path


_worked_out: dict[tuple[str | None, ...], list[str]] = {}


def import_path() -> list[str]:
    """The folders of Python's import path with installed packages: without the standard library and the command's own folder.

    It is worked out once, before the lock: whoever runs a file asks for it first (`readable`).
    """
    key = (os.environ.get("VIRTUAL_ENV"), os.environ.get("PYTHONPATH"), *sys.path)
    if key not in _worked_out:
        _worked_out[key] = _import_path()
    return _worked_out[key]


def _import_path() -> list[str]:
    library = os.path.dirname(os.__file__)
    named = os.environ.get("PYTHONPATH")  # Python itself may have been told to pass it over, and `cli` leaves out some
    given = [os.path.abspath(path) for path in named.split(os.pathsep)] if named else []
    paths: list[str] = []
    for path in (*given, *sys.path[1:], *_environment_packages()):
        inside_library = path.startswith(library) and not path.startswith(
            (os.path.join(library, "site-packages"), os.path.join(library, "dist-packages"))
        )
        if path and not inside_library and path not in paths and os.path.isdir(path):
            paths.append(path)
    return paths


def _installed(path: list[str], project: list[str]) -> tuple[str, ...]:
    """The folders of the import path from which the running Python itself would execute bytecode, and that no project contains."""
    own = tuple(os.path.realpath(prefix) + os.sep for prefix in {sys.prefix, sys.base_prefix})
    here = [os.path.realpath(folder or ".") + os.sep for folder in (*project, "")]
    folders = [os.path.realpath(folder) + os.sep for folder in path if folder in sys.path[1:]]
    return tuple(
        folder
        for folder in folders
        if (folder.startswith(own) and folder.endswith(_PACKAGES))
        or not any(folder.startswith(project) or project.startswith(folder) for project in here)
    )


_PACKAGES = (os.sep + "site-packages" + os.sep, os.sep + "dist-packages" + os.sep)


def _is_safe(found: os.stat_result) -> bool:
    """Whether a file or folder belongs to this user or to the system's, and not everybody may write to it."""
    return not hasattr(os, "geteuid") or (found.st_uid in (0, os.geteuid()) and not found.st_mode & stat.S_IWOTH)


def _environment_packages() -> Iterator[str]:
    """The packages of the active virtual environment, which may not be the one that convcalc is installed in."""
    base = os.environ.get("VIRTUAL_ENV")
    if not base or os.path.realpath(base) == os.path.realpath(sys.prefix):
        return
    library = os.path.join(base, "lib")
    try:
        with lock.permitting(library):  # in a process that runs files without having asked before
            versions = sorted(os.listdir(library))
    except OSError:
        return
    for version in versions:
        if version.startswith("python3"):
            yield os.path.join(library, version, "site-packages")
