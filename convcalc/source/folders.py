"""The Python files and notebooks of a folder, as tools that check whole projects find them."""

from __future__ import annotations

import os

from .ignoring import LONGEST, Budget, Ignored, glob, matches, read_ignored

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

SUFFIXES = (".py", ".ipynb")
# folders that hold other people's code or generated files; hidden ones are skipped too
PASSED_OVER = frozenset(
    ("__pycache__", "__pypackages__", "_build", "buck-out", "build", "dist", "node_modules", "site-packages", "venv")
)


def python_files(folder: str, exclude: tuple[str, ...] = (), root: str = ".") -> Iterator[str]:
    """The Python files and notebooks under a folder, in the order of their names; links to folders are not followed.

    Passed over are what `.gitignore` names, hidden folders, environments, and what a pattern of `exclude` matches: the name of
    a file or folder, or its path from `root`.
    """
    excluded = matcher(exclude, root)
    budget = Budget()
    yield from _walk(folder, excluded, _inherited(folder, budget), budget)


def matcher(patterns: tuple[str, ...], root: str) -> Callable[[str], bool]:
    """Whether a path, or a folder that it lies in, matches one of the patterns, in time that grows with their size and no faster."""
    if not patterns:
        return lambda path: False
    is_wanted = _matcher(patterns, Budget())
    return lambda path: is_wanted(relative_to(path, root))


def values_of(table: dict[str, Any]) -> Callable[[str], Iterator[Any]]:
    """Of a path from the root, what stands beside each of the patterns in a table that it matches."""
    budget = Budget()
    rows = [(_matcher((pattern,), budget), value) for pattern, value in table.items()]

    return lambda path: (value for is_meant, value in rows if is_meant(path))


def relative_to(path: str, root: str) -> str:
    """A path from a folder, with slashes."""
    return os.path.relpath(path, root).replace(os.sep, "/")


def _matcher(patterns: tuple[str, ...], budget: Budget) -> Callable[[str], bool]:
    wanted = [pattern.replace(os.sep, "/").rstrip("/").removeprefix("./") for pattern in patterns]
    plain = frozenset(pattern for pattern in wanted if not any(sign in pattern for sign in "*?["))
    wild = [glob(pattern) for pattern in wanted if pattern not in plain and len(pattern) <= LONGEST]
    others = {""}  # folders that do not match, nor what they lie in

    def is_like(path: str, name: str) -> bool:
        if path in plain or name in plain:
            return True
        found = any(matches(pattern, name, budget) or matches(pattern, path, budget) for pattern in wild)
        budget.check("exclude and per-file-ignores")
        return found

    def is_wanted(relative: str) -> bool:
        budget.left -= 1
        above, _, name = relative.rpartition("/")
        if above not in others:
            parts = above.split("/")
            if any(is_like("/".join(parts[: i + 1]), part) for i, part in enumerate(parts)):
                return True
            others.add(above)
        return is_like(relative, name)

    return is_wanted


def _walk(folder: str, excluded: Callable[[str], bool], ignored: list[Ignored], budget: Budget) -> Iterator[str]:
    pending: list[tuple[str, list[Ignored] | None]] = [(folder, ignored)]  # folders with their rules, and files
    while pending:
        here, rules = pending.pop()
        if rules is None:
            yield here
            continue
        try:
            with os.scandir(here) as found:
                entries = sorted(found, key=lambda entry: entry.name, reverse=True)
        except OSError:
            continue
        if any(entry.name == ".gitignore" for entry in entries):
            own = read_ignored(here, budget)
            rules = [*rules, own] if own is not None else rules
        for entry in entries:
            path = os.path.normpath(os.path.join(here, entry.name))
            if entry.is_dir(follow_symlinks=False):
                if entry.name[0] == "." or entry.name in PASSED_OVER or excluded(path) or _is_environment(path):
                    continue
                if not _is_ignored(path, True, rules):
                    pending.append((path, rules))
            elif entry.name.endswith(SUFFIXES) and _is_file(entry):
                if not excluded(path) and not _is_ignored(path, False, rules):
                    pending.append((path, None))


def _is_file(entry: os.DirEntry[str]) -> bool:
    """Whether it is a file, links followed; what cannot be followed (a link to itself) is none."""
    try:
        return entry.is_file()
    except OSError:
        return False


def _is_environment(path: str) -> bool:
    return os.path.exists(os.path.join(path, "pyvenv.cfg"))


def _inherited(folder: str, budget: Budget) -> list[Ignored]:
    """The .gitignore files above a folder, up to its repository's root, the outermost first."""
    found: list[Ignored] = []
    here = os.path.abspath(folder)
    while not os.path.exists(os.path.join(here, ".git")):
        above = os.path.dirname(here)
        if above == here:
            return []  # no repository
        here = above
        rules = read_ignored(here, budget)
        if rules is not None:
            found.insert(0, rules)
    return found


def _is_ignored(path: str, is_folder: bool, ignored: list[Ignored]) -> bool:
    """What the last rule that matches says, as git has it."""
    for rules in reversed(ignored):
        said = rules.says(path, is_folder)
        if said is not None:
            return said
    return False
