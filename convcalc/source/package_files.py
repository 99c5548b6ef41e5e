"""What installed packages carry for their own code: files of text below the folder of a package that the run has imported, read and listed.

As `pkgutil.get_data`, but by path, as most packages do it: `open(Path(__file__).parent / "cfg" / "default.yaml")`.
"""

from __future__ import annotations

import os

from .finding import DATA
from .guard import Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from .finding import Finder, Location

MOST = 20_000  # entries of a package that are looked at for one pattern
DEEPEST = 12  # folders below a package


class PackageFiles:
    """The files of the packages of one run."""

    def __init__(self, finder: Finder) -> None:
        self.finder = finder

    def read(self, path: str) -> bytes | None:
        """The content of a package's own file of text; None where the path is no such file's. `Refused` says why one is not read."""
        found = self._package_of(path)
        if found is None:
            return None
        location, name = found
        if not name.endswith(DATA):
            return None
        try:
            return self.finder.read_data(location, name)
        except OSError:
            raise Refused("there is no such file in the package") from None

    def kind(self, path: str) -> str | None:
        """Whether a path of a package is a "file", a "folder" or "absent"; None where it lies in no package."""
        found = self._package_of(path)
        if found is None:
            return None
        real = os.path.join(_folder(found[0]), *found[1].split("/")) if found[1] else _folder(found[0])
        return "folder" if os.path.isdir(real) else "file" if os.path.isfile(real) else "absent"

    def names(self, folder: str) -> list[str] | None:
        """What `os.listdir` answers for a folder of a package, in order and without what is hidden; None for any other."""
        found = self._package_of(folder)
        if found is None or self.kind(folder) != "folder":
            return None
        return sorted(self.finder.entries(os.path.join(_folder(found[0]), *filter(None, found[1].split("/")))))

    def matching(self, folder: str, pattern: str) -> list[str] | None:
        """The paths below a folder of a package that a pattern of `glob` matches, `**` among it; None for any other folder."""
        if self.names(folder) is None:
            return None
        left = [MOST]
        return [os.path.join(folder, *parts) for parts in self._matching(folder, pattern.split("/"), left, 0)]

    def _matching(self, folder: str, pattern: list[str], left: list[int], depth: int) -> Iterator[tuple[str, ...]]:
        from fnmatch import fnmatchcase

        first, rest = pattern[0], pattern[1:]
        if first == "**" and rest:
            yield from self._matching(folder, rest, left, depth)
        for name in self.names(folder) or ():
            left[0] -= 1
            if left[0] < 0 or depth > DEEPEST:
                return
            below = os.path.join(folder, name)
            if first == "**":
                if self.kind(below) == "folder":
                    yield from ((name, *parts) for parts in self._matching(below, pattern, left, depth + 1))
                if not rest:
                    yield (name,)
            elif fnmatchcase(name, first):
                if not rest:
                    yield (name,)
                elif self.kind(below) == "folder":
                    yield from ((name, *parts) for parts in self._matching(below, rest, left, depth + 1))

    def _package_of(self, path: str) -> tuple[Location, str] | None:
        """The package that a path lies in, the nearest above it, and its path from there."""
        if not os.path.isabs(path):
            return None
        path = os.path.normpath(path)
        best: tuple[Location, str] | None = None
        for location in self.finder.located():
            if location.kind == "foreign" and location.path is not None and location.is_package:
                folder = os.path.dirname(location.path)
                if (path + os.sep).startswith(folder + os.sep):
                    name = path[len(folder) + 1 :].replace(os.sep, "/")
                    if best is None or len(name) < len(best[1]):
                        best = location, name
        return best


def _folder(location: Location) -> str:
    assert location.path is not None
    return os.path.realpath(os.path.dirname(location.path))
