"""`pathlib` for a loaded file: paths as texts, by a class of our own.

The classes of Python's own module hold the module `os.path` as an attribute, and a file that reads it has `os` and `sys`. These hold nothing.

Source: Lib/pathlib; its tests against Python's own are in tests/test_paths.py.
"""

from __future__ import annotations

import sys

from convcalc.tensor import Unknown, UnknownValue
from convcalc.tensor.unknown import lacks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class PurePosixPath:
    """A path that nobody looks up."""

    def __init__(self, *segments: Any) -> None:
        joined = ""
        for segment in segments:
            text = segment_text(segment)
            joined = text if text[:1] == "/" or not joined else f"{joined}{'' if joined[-1] == '/' else '/'}{text}"
        self._root = "" if joined[:1] != "/" else "//" if joined[:2] == "//" and joined[:3] != "///" else "/"
        self._tail = tuple(part for part in joined.split("/") if part and part != ".")

    def _made(self, root: str, tail: tuple[str, ...]) -> Any:
        """A path of the same class."""
        return self.with_segments(root + "/".join(tail))

    def with_segments(self, *segments: Any) -> Any:
        return type(self)(*segments)

    # texts

    def __str__(self) -> str:
        return self._root + "/".join(self._tail) or "."

    __fspath__ = as_posix = __str__

    def __bytes__(self) -> bytes:
        return str(self).encode("utf8", "surrogateescape")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    def as_uri(self) -> str:
        from urllib.parse import quote

        if not self._root:
            raise ValueError("relative path can't be expressed as a file URI")
        return "file://" + quote(str(self))

    # comparison

    def _key(self) -> tuple[str, tuple[str, ...]]:
        return self._root, self._tail

    def __hash__(self) -> int:
        return hash(self._key())

    def __eq__(self, other: object) -> Any:
        return self._key() == other._key() if isinstance(other, PurePosixPath) else NotImplemented

    def _parts(self) -> list[str]:
        return str(self).split("/")

    def __lt__(self, other: Any) -> Any:
        return self._parts() < other._parts() if isinstance(other, PurePosixPath) else NotImplemented

    def __le__(self, other: Any) -> Any:
        return self._parts() <= other._parts() if isinstance(other, PurePosixPath) else NotImplemented

    def __gt__(self, other: Any) -> Any:
        return self._parts() > other._parts() if isinstance(other, PurePosixPath) else NotImplemented

    def __ge__(self, other: Any) -> Any:
        return self._parts() >= other._parts() if isinstance(other, PurePosixPath) else NotImplemented

    # parts

    drive = ""

    @property
    def root(self) -> str:
        return self._root

    anchor = root

    @property
    def parts(self) -> tuple[str, ...]:
        return (self._root, *self._tail) if self._root else self._tail

    @property
    def name(self) -> str:
        return self._tail[-1] if self._tail else ""

    @property
    def suffix(self) -> str:
        name = self.name
        at = name.rfind(".")
        return name[at:] if 0 < at < len(name) - 1 else ""

    @property
    def suffixes(self) -> list[str]:
        name = self.name
        return [] if name.endswith(".") else ["." + part for part in name.lstrip(".").split(".")[1:]]

    @property
    def stem(self) -> str:
        name, suffix = self.name, self.suffix
        return name[: len(name) - len(suffix)]

    @property
    def parent(self) -> Any:
        return self._made(self._root, self._tail[:-1]) if self._tail else self

    @property
    def parents(self) -> tuple[Any, ...]:
        return tuple(self._made(self._root, self._tail[:count]) for count in reversed(range(len(self._tail))))

    def is_absolute(self) -> bool:
        return bool(self._root)

    def is_reserved(self) -> bool:
        return False

    # other paths

    def joinpath(self, *others: Any) -> Any:
        return self.with_segments(self, *others)

    def __truediv__(self, other: Any) -> Any:
        return self.with_segments(self, other) if _is_segment(other) else NotImplemented

    def __rtruediv__(self, other: Any) -> Any:
        return self.with_segments(other, self) if _is_segment(other) else NotImplemented

    def with_name(self, name: str) -> Any:
        if not self.name:
            raise ValueError(f"{self!r} has an empty name")
        if not name or "/" in name or name == ".":
            raise ValueError(f"Invalid name {name!r}")
        return self._made(self._root, (*self._tail[:-1], name))

    def with_stem(self, stem: str) -> Any:
        return self.with_name(stem + self.suffix)

    def with_suffix(self, suffix: str) -> Any:
        if "/" in suffix or (suffix and not suffix.startswith(".")) or suffix == ".":
            raise ValueError(f"Invalid suffix {suffix!r}")
        if not self.name:
            raise ValueError(f"{self!r} has an empty name")
        return self.with_name(self.stem + suffix)

    def relative_to(self, *other: Any, walk_up: bool = False) -> Any:
        if not other:
            raise TypeError("relative_to() missing 1 required positional argument: 'other'")
        base = self.with_segments(*other)
        common, up = len(base._tail), 0
        while self._tail[:common] != base._tail[:common]:
            common, up = common - 1, up + 1
        if self._root != base._root or (up and not walk_up):
            raise ValueError(f"{str(self)!r} is not in the subpath of {str(base)!r}")
        if ".." in base._tail[common:]:
            raise ValueError(f"'..' segment in {str(base)!r} cannot be walked")
        return self._made("", ("..",) * up + self._tail[common:])

    def is_relative_to(self, *other: Any) -> bool:
        if not other:
            raise TypeError("is_relative_to() missing 1 required positional argument: 'other'")
        base = self.with_segments(*other)
        return bool(self._root == base._root and self._tail[: len(base._tail)] == base._tail)

    def match(self, pattern: Any) -> bool:
        from fnmatch import fnmatchcase

        wanted = PurePosixPath(pattern)
        if not wanted.parts:
            raise ValueError("empty pattern")
        own, globs = self.parts, wanted.parts
        if len(own) < len(globs) or (wanted._root and len(own) != len(globs)):
            return False
        return all(map(fnmatchcase, reversed(own), reversed(globs)))

    @classmethod
    def __class_getitem__(cls, item: Any) -> Any:
        return cls


def _is_segment(value: Any) -> bool:
    return isinstance(value, (str, PurePosixPath)) or type(value) is Unknown or hasattr(type(value), "__fspath__")


def segment_text(segment: Any) -> str:
    """A part of a path as a plain text."""
    if isinstance(segment, PurePosixPath):
        return PurePosixPath.__str__(segment)
    if type(segment) is Unknown:
        raise UnknownValue(segment.reason)
    if not isinstance(segment, str):
        try:
            segment = type(segment).__fspath__(segment)
        except AttributeError:
            segment = None
        if not isinstance(segment, str):
            raise TypeError("argument should be a str or an os.PathLike object where __fspath__ returns a str")
    return segment if type(segment) is str else "".join(list(str.__iter__(segment)))


def path_names(run: Any) -> dict[str, Any]:
    """The names of the module: what reads does so by way of the run, which decides."""
    refused: Callable[..., Any] = run.refusing("open")

    class Path(PurePosixPath):
        """A path: names are computed, and only a configuration of the project is looked up."""

        def __repr__(self) -> str:
            return f"{'PosixPath' if type(self) is Path else type(self).__name__}({str(self)!r})"

        def exists(self, *, follow_symlinks: bool = True) -> bool:
            return bool(run.has_file(self))

        is_file = exists

        def is_dir(self, *, follow_symlinks: bool = True) -> bool:
            return not run.has_file(self, told=False)

        def open(self, *args: Any, **kwargs: Any) -> Any:
            return run.open(self, *args, **kwargs)

        def read_text(self, encoding: Any = None, errors: Any = None, newline: Any = None) -> Any:
            return run.open(self, "r", -1, encoding, errors, newline).read()

        def read_bytes(self) -> Any:
            return run.open(self, "rb").read()

        mkdir = touch = lambda self, *args, **kwargs: None
        cwd = classmethod(lambda cls: cls(run.folder))
        home = classmethod(lambda cls: cls("/"))
        resolve = absolute = lambda self, *a, **k: type(self)(run.absolute(self))
        expanduser = lambda self, *a, **k: self  # noqa: E731
        write_text = write_bytes = unlink = rename = lambda self, *a, **k: refused(str(self))
        stat = lambda self, *a, **k: Unknown(f"what is known of {self}")  # noqa: E731

        def iterdir(self) -> Any:
            return self._below("*")

        def glob(self, pattern: Any, **options: Any) -> Any:
            return self._below(pattern)

        def rglob(self, pattern: Any, **options: Any) -> Any:
            return self._below(f"**/{pattern}")

        def _below(self, pattern: Any) -> Any:
            from .unknown_texts import listing

            found = run.package_listing(str(self), pattern)
            if found is not None:
                return iter([type(self)(path) for path in found])
            return listing(f"the files of {self}", Unknown(f"a file of {self}"))

    return {"Path": Path, "PurePath": PurePosixPath, "PosixPath": Path, "PurePosixPath": PurePosixPath}


if sys.version_info >= (3, 13):

    def full_match(self: PurePosixPath, pattern: Any) -> bool:
        from fnmatch import fnmatchcase

        wanted = PurePosixPath(pattern)
        reached = {0}  # how many parts of the pattern may have been used
        globs = wanted.parts

        def onward(places: set[int]) -> set[int]:
            for place in sorted(places):
                while place < len(globs) and globs[place] == "**":
                    place += 1
                    places.add(place)
            return places

        reached = onward(reached)
        for part in self.parts:
            reached = onward(
                {
                    place + (globs[place] != "**")
                    for place in reached
                    if place < len(globs) and (globs[place] == "**" or fnmatchcase(part, globs[place]))
                }
            )
        return len(globs) in reached

    PurePosixPath.full_match = full_match  # type: ignore[attr-defined]


# What Python's own classes keep for themselves, in one version or another; tests/test_paths.py looks for all of it.
lacks(
    PurePosixPath,
    "PurePath",
    "_cached_cparts _cparts _drv _flavour _format_parsed_parts _from_parsed_parts _from_parsed_string _from_parts _globber _hash _lines _lines_cached "
    "_load_parts _make_child _parse_args _parse_path _parts_normcase _parts_normcase_cached _pattern_str _pparts _raw_path _raw_paths _resolving "
    "_root _stack _str _str_normcase _str_normcase_cached _tail _tail_cached parser",
)
