"""`.gitignore` files: which paths they name, in time that grows with their size and no faster, whatever they hold.

No pattern becomes a regular expression. A name or a path without wildcards is looked up in a table; the others are compared one by one, each
from left to right with one place to go back to, and all of them together have a budget.

Source: gitignore(5); wildmatch.c of git
"""

from __future__ import annotations

import os

from .bounded import Unreadable, read_bounded
from .target import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

LARGEST = 16 << 20  # bytes of a .gitignore
LONGEST = 4096  # characters of a pattern that is still read
COMPARISONS = 3_000_000  # of patterns with wildcards, for all files
STEPS = 4  # of one comparison, beside the first, that count as much as another one
STAR, ANY, DEEP = object(), object(), object()  # `*`, `?`, and `**` between slashes


class Budget:
    """How many comparisons are left for one walk over folders."""

    def __init__(self, left: int = COMPARISONS) -> None:
        self.left = float(left)

    def check(self, file: str) -> None:
        """Raises where the patterns of a file have taken more than there was."""
        if self.left < 0:
            raise UsageError("has too many patterns with wildcards for the files that there are", file)


class Ignored:
    """The rules of one .gitignore, whose paths are relative to its folder."""

    def __init__(self, folder: str, lines: list[str], budget: Budget) -> None:
        self.file = os.path.join(folder, ".gitignore")
        self.lead = os.path.abspath(folder).rstrip(os.sep) + os.sep
        self.budget = budget
        self.takes_back: list[bool] = []
        # the last rule that names it, by whether folders only are meant
        self.names: tuple[dict[str, int], dict[str, int]] = ({}, {})
        self.paths: tuple[dict[str, int], dict[str, int]] = ({}, {})
        self.wild: list[tuple[int, bool, bool, Any]] = []  # number, folders only, of the name alone, pattern
        for line in lines:
            if len(line) <= LONGEST:
                self._add(line)
        self.wild.reverse()

    def _add(self, line: str) -> None:
        pattern = line.rstrip() if not line.endswith("\\ ") else line
        if not pattern or pattern[0] == "#":
            return
        takes_back = pattern[0] == "!"
        pattern = pattern.removeprefix("!")
        pattern = pattern[1:] if pattern[:2] in ("\\!", "\\#") else pattern
        folders_only = pattern.endswith("/")
        pattern = pattern.rstrip("/")
        if not pattern:
            return
        number = len(self.takes_back)
        self.takes_back.append(takes_back)
        anchored = "/" in pattern
        pattern = pattern.lstrip("/")
        if not any(character in pattern for character in "*?[\\"):
            (self.paths if anchored else self.names)[folders_only][pattern] = number
        elif not anchored:
            self.wild.append((number, folders_only, True, _segment(pattern)))
        else:
            self.wild.append((number, folders_only, False, _segments(pattern)))

    def says(self, path: str, is_folder: bool) -> bool | None:
        """Whether a path below the folder is ignored; None where no rule is about it."""
        absolute = os.path.abspath(path)
        if not absolute.startswith(self.lead):
            return None
        relative = absolute[len(self.lead) :].replace(os.sep, "/")
        name = relative.rpartition("/")[2]
        last = -1
        for only in (False, True) if is_folder else (False,):
            last = max(last, self.names[only].get(name, -1), self.paths[only].get(relative, -1))
        parts: list[str] | None = None
        for number, folders_only, of_name, pattern in self.wild:
            if number < last:
                break
            if folders_only and not is_folder:
                continue
            if of_name:
                found = matches(pattern, name, self.budget)
            else:
                parts = parts or relative.split("/")
                found = _match_path(pattern, parts, self.budget)
            if found:
                last = number
                break
        self.budget.check(self.file)
        return None if last < 0 else not self.takes_back[last]


def read_ignored(folder: str, budget: Budget) -> Ignored | None:
    """The rules of a folder's .gitignore; None where there is none to read. As in git, a link is none."""
    file = os.path.join(folder, ".gitignore")
    if os.path.islink(file):
        return None
    try:
        data = read_bounded(file, LARGEST)
    except (OSError, Unreadable):
        return None
    if len(data) > LARGEST:
        raise UsageError(f"is larger than the {LARGEST >> 20} MB that a .gitignore may have", file)
    return Ignored(folder, data.decode("utf8", "replace").splitlines(), budget)


# patterns


def _segments(pattern: str) -> list[Any]:
    """A pattern with slashes: a list of patterns of names, and `DEEP` for `**`."""
    parts = _split(pattern)
    found: list[Any] = []
    for part in parts:
        if part == "**":
            if not found or found[-1] is not DEEP:
                found.append(DEEP)
        else:
            found.append(_segment(part))
    if found and found[-1] is DEEP:
        found.append([STAR])  # `a/**` is what lies in it, not the folder itself
    return found


def _split(pattern: str) -> list[str]:
    """The parts between slashes, of which none is in brackets or behind a backslash."""
    parts, start, i = [], 0, 0
    while i < len(pattern):
        if pattern[i] == "\\":
            i += 1
        elif pattern[i] == "[":
            end = pattern.find("]", i + 2)
            i = end if end > 0 and "/" not in pattern[i:end] else i
        elif pattern[i] == "/":
            parts.append(pattern[start:i])
            start = i + 1
        i += 1
    return [*parts, pattern[start:]]


def _segment(pattern: str) -> Any:
    """A pattern of one name: a list of characters, `STAR`, `ANY` and sets of characters; of `*.pyc` the text that a name must end with."""
    tokens: list[Any] = []
    i = 0
    while i < len(pattern):
        character = pattern[i]
        if character == "*":
            if not tokens or tokens[-1] is not STAR:
                tokens.append(STAR)
        elif character == "?":
            tokens.append(ANY)
        elif character == "[" and (end := pattern.find("]", i + 2)) > 0:
            tokens.append(_set(pattern[i + 1 : end]))
            i = end
        else:
            if character == "\\" and i + 1 < len(pattern):
                i += 1
                character = pattern[i]
            tokens.append(character)
        i += 1
    if tokens[:1] == [STAR] and all(type(token) is str for token in tokens[1:]):
        return "".join(tokens[1:])
    return tokens


def _set(inside: str) -> tuple[bool, list[tuple[str, str]]]:
    """What stands in brackets: whether it is meant that the character is none of them, and ranges."""
    negated = inside[:1] in ("!", "^")
    inside = inside[1:] if negated else inside
    ranges = []
    i = 0
    while i < len(inside):
        if inside[i] == "\\" and i + 1 < len(inside):
            i += 1
        first = last = inside[i]
        if inside[i + 1 : i + 2] == "-" and i + 2 < len(inside):
            last = inside[i + 2]
            i += 2
        ranges.append((first, last))
        i += 1
    return negated, ranges


def _is(token: Any, character: str) -> bool:
    if token is ANY:
        return True
    if type(token) is str:
        return token == character
    negated, ranges = token
    return any(first <= character <= last for first, last in ranges) is not negated


def glob(pattern: str) -> Any:
    """A pattern as `fnmatch` has it, for `matches`: it knows no backslash, and a star takes slashes too."""
    return _segment(pattern.replace("\\", "\\\\"))


def matches(pattern: Any, name: str, budget: Budget) -> bool:
    """Whether a name is like a pattern."""
    budget.left -= 1
    return name.endswith(pattern) if type(pattern) is str else _fits(pattern, name, STAR, _is, budget)


def _match_path(pattern: list[Any], parts: list[str], budget: Budget) -> bool:
    """The same for the names of a path, of which `**` takes any number."""
    budget.left -= 1
    return _fits(pattern, parts, DEEP, lambda part, name: matches(part, name, budget), budget)


def _fits(
    pattern: Sequence[Any],
    items: Sequence[Any],
    any_number: object,
    is_like: Callable[[Any, Any], bool],
    budget: Budget,
) -> bool:
    """Whether items are like the parts of a pattern, in which `any_number` takes as many as it likes.

    After one of these failed, only the last is tried with an item more: what the earlier ones took does not matter.
    """
    at, place = 0, 0
    back: tuple[int, int] | None = None
    while place < len(items):
        budget.left -= 1 / STEPS
        if at < len(pattern) and pattern[at] is any_number:
            back = at, place
            at += 1
        elif at < len(pattern) and is_like(pattern[at], items[place]):
            at += 1
            place += 1
        elif back is not None:
            back = back[0], back[1] + 1
            at, place = back[0] + 1, back[1]
        else:
            return False
    return all(token is any_number for token in pattern[at:])
