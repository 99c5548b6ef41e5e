"""The Python files and notebooks of a folder, as tools that check whole projects find them."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    # One line of a .gitignore: does it match this path (relative, with `/`), is it about folders only, does it take back.
    Rule = tuple[Callable[[str], object], bool, bool]

SUFFIXES = (".py", ".ipynb")
# folders that hold other people's code or generated files; hidden ones are passed over too
PASSED_OVER = frozenset(
    ("__pycache__", "__pypackages__", "_build", "buck-out", "build", "dist", "node_modules", "site-packages", "venv")
)


def python_files(folder: str, exclude: tuple[str, ...] = (), root: str = ".") -> Iterator[str]:
    """The Python files and notebooks under a folder, in the order of their names; links to folders are not followed.

    Passed over are what `.gitignore` names, hidden folders, environments, and what a pattern of `exclude` matches: the name of
    a file or folder, or its path from `root`.
    """
    excluded = matcher(exclude, root)
    yield from _walk(folder, excluded, _inherited(folder))


def matcher(patterns: tuple[str, ...], root: str) -> Callable[[str], bool]:
    """Whether a path, or a folder that it lies in, matches one of the patterns."""
    if not patterns:
        return lambda path: False
    from fnmatch import fnmatchcase

    wanted = [pattern.replace(os.sep, "/").rstrip("/").removeprefix("./") for pattern in patterns]

    def matches(path: str) -> bool:
        parts = os.path.relpath(path, root).replace(os.sep, "/").split("/")
        return any(
            fnmatchcase(part, pattern) or fnmatchcase("/".join(parts[: i + 1]), pattern)
            for pattern in wanted
            for i, part in enumerate(parts)
        )

    return matches


def _walk(folder: str, excluded: Callable[[str], bool], ignored: list[tuple[str, list[Rule]]]) -> Iterator[str]:
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError:
        return
    names = {entry.name for entry in entries}
    if ".gitignore" in names:
        ignored = [*ignored, (folder, _rules(os.path.join(folder, ".gitignore")))]
    for entry in entries:
        path = os.path.normpath(os.path.join(folder, entry.name))
        if entry.is_dir(follow_symlinks=False):
            if entry.name[0] == "." or entry.name in PASSED_OVER or excluded(path) or _is_environment(path):
                continue
            if not _is_ignored(path, True, ignored):
                yield from _walk(path, excluded, ignored)
        elif entry.name.endswith(SUFFIXES) and entry.is_file():
            if not excluded(path) and not _is_ignored(path, False, ignored):
                yield path


def _is_environment(path: str) -> bool:
    return os.path.exists(os.path.join(path, "pyvenv.cfg"))


# .gitignore


def _inherited(folder: str) -> list[tuple[str, list[Rule]]]:
    """The .gitignore files above a folder, up to its repository's root, the outermost first."""
    found: list[tuple[str, list[Rule]]] = []
    here = os.path.abspath(folder)
    while not os.path.exists(os.path.join(here, ".git")):
        above = os.path.dirname(here)
        if above == here:
            return []  # no repository
        here = above
        if os.path.exists(os.path.join(here, ".gitignore")):
            found.insert(0, (here, _rules(os.path.join(here, ".gitignore"))))
    return found


def _is_ignored(path: str, is_folder: bool, ignored: list[tuple[str, list[Rule]]]) -> bool:
    """What the last rule that matches says, as git has it."""
    for base, rules in reversed(ignored):
        relative = os.path.relpath(path, base).replace(os.sep, "/")
        for matches, folders_only, takes_back in reversed(rules):
            if (is_folder or not folders_only) and matches(relative):
                return not takes_back
    return False


def _rules(file: str) -> list[Rule]:
    import re

    try:
        with open(file, encoding="utf8", errors="replace") as stream:
            lines = stream.read().splitlines()
    except OSError:
        return []
    rules: list[Rule] = []
    for line in lines:
        pattern = line.rstrip() if not line.endswith("\\ ") else line
        if not pattern or pattern[0] == "#":
            continue
        takes_back = pattern[0] == "!"
        pattern = pattern.removeprefix("!").removeprefix("\\")
        folders_only = pattern.endswith("/")
        pattern = pattern.rstrip("/")
        anchored = "/" in pattern
        try:
            compiled = re.compile(("" if anchored else "(?:.*/)?") + _regex(pattern.lstrip("/")))
        except re.error:
            continue
        rules.append((compiled.fullmatch, folders_only, takes_back))
    return rules


def _regex(pattern: str) -> str:
    """A pattern of git as a regular expression."""
    parts = []
    i = 0
    while i < len(pattern):
        for text, regex in (("**/", "(?:.*/)?"), ("/**", "/.*"), ("*", "[^/]*"), ("?", "[^/]")):
            if pattern.startswith(text, i):
                parts.append(regex)
                i += len(text)
                break
        else:
            end = pattern.find("]", i + 2) if pattern[i] == "[" else -1
            if end > 0:
                inside = pattern[i + 1 : end].replace("\\", "\\\\")
                parts.append("[" + ("^" + inside[1:] if inside[0] == "!" else inside) + "]")
                i = end + 1
                continue
            if pattern[i] == "\\" and i + 1 < len(pattern):
                i += 1
            parts.append("\\" + pattern[i] if not pattern[i].isalnum() and pattern[i] != "_" else pattern[i])
            i += 1
    return "".join(parts)
