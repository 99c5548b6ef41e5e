"""IPython's additions to Python: what is no Python in a notebook's cell is skipped, the rest keeps its lines and columns.

A magic counts where IPython takes one: at the start of a statement. `% b` at the start of a line inside brackets is a remainder,
a `!` in a string is text.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

# Cell magics that run their cell as Python, in the notebook's own names; a cell under any other is left out.
PYTHON_CELLS = frozenset("capture debug heat memit mprun prun pyinstrument scalene snakeviz time timeit wandb".split())
# Line magics that run what stands behind them, with those of their options that take a value.
PYTHON_LINES = {"time": "", "timeit": "nrp", "prun": "lsTD", "memit": "rti", "mprun": "fT", "lprun": "fmTsuz"}
# Words that run a magic without a `%`, where they start a cell of one line.
AUTOMAGIC = frozenset(
    "alias autoreload bookmark cat cd clear conda cp env history less ls load_ext man matplotlib micromamba mkdir more mv notebook pip "
    "pwd pylab reset rm rmdir run store time timeit uv who whos".split()
)
_SUSPECT = re.compile(r"^\s*[%!?,;/]|\?[\s;]*(?:#.*)?$|=\s*[%!]", re.MULTILINE)
_CELL_MAGIC = re.compile(r"%%(\w[\w.]*)[ \t]*(.*)", re.DOTALL)
_LINE_MAGIC = re.compile(r"%(\w[\w.]*)([ \t]*)")
_ASSIGNED = re.compile(r"\s*(?:%\s*\w|!\s*\S)")
_HELP = re.compile(r"%{0,2}(?!\d)[\w*]+(?:\.\w+\**|\[\d+\]\**|\.\*+)*\s*\?{1,2}$")
_LONGEST_HELP = 1000  # characters; the pattern may start anywhere
_SKIPPED = "pass"


class Line:
    """A line of Python: from its column `start` on it is the cell's own line, `shift` columns further to the left."""

    __slots__ = ("shift", "start", "text")

    def __init__(self, text: str, start: int = 0, shift: int = 0) -> None:
        self.text = text
        self.start = start
        self.shift = shift


def python_lines(lines: list[str]) -> list[Line]:
    """The lines of a cell as Python, one for each."""
    head: list[Line] = []
    while (
        found := _python_lines(lines[len(head) :])
    ) is None:  # a magic that runs its cell, which may start with another
        head += _magic_head(lines[len(head) :])
    return head + found


def _python_lines(lines: list[str]) -> list[Line] | None:
    """The same; None where the first line that is not empty is a magic which runs the rest as Python."""
    if not any(map(_SUSPECT.search, lines)) and not (lines and lines[0][:1].isspace()) and not _is_automagic(lines):
        return [Line(text) for text in lines]
    first = next((i for i, text in enumerate(lines) if text.strip()), None)
    if first is None or _is_automagic(lines):
        return [Line("") for _ in lines]
    cell_magic = _CELL_MAGIC.match(lines[first])
    if cell_magic is None:
        return list(_dedented(lines))
    return None if cell_magic[1] in PYTHON_CELLS else [Line("") for _ in lines]


def _magic_head(lines: list[str]) -> list[Line]:
    """The lines up to the magic that runs the rest."""
    first = next(i for i, text in enumerate(lines) if text.strip())
    head = [Line("") for _ in lines[:first]]
    cell_magic: Any = _CELL_MAGIC.match(lines[first])
    name, rest = cell_magic.groups()
    head.append(_statement(lines[first], 0, cell_magic.start(2), name) if name == "timeit" and rest else Line(""))
    return head


def _is_automagic(lines: list[str]) -> bool:
    """Whether a cell is a magic without its `%`: one line that is no Python."""
    told = [text for text in lines if text.strip()]
    if len(told) != 1 or told[0].split(None, 1)[0] not in AUTOMAGIC:
        return False
    try:
        compile(told[0].strip(), "", "exec", 0x400, dont_inherit=True)
    except (SyntaxError, ValueError):
        return True
    return False


def _dedented(lines: list[str]) -> Iterator[Line]:
    """A cell that is indented as a whole is moved to the left, as IPython does it."""
    first = next(text for text in lines if text.strip())
    indent = first[: len(first) - len(first.lstrip(" \t"))]
    if not indent:
        yield from _statements(lines)
        return
    moved = [text.startswith(indent) for text in lines]
    for line, was_moved in zip(
        _statements([text[len(indent) :] if was else text for text, was in zip(lines, moved)]), moved
    ):
        if was_moved:
            line.shift += len(indent)
        yield line


def _statements(lines: list[str]) -> Iterator[Line]:
    """Each statement as Python: a magic as `pass`, what it would assign as unknown."""
    i = 0
    while i < len(lines):
        text = lines[i]
        stripped = text.lstrip()
        indent = text[: len(text) - len(stripped)]
        if stripped[:1] in tuple("%!?,;/"):
            count = _continued(lines, i)
            yield _escaped(text, indent)
            yield from (Line("") for _ in range(count - 1))
            i += count
            continue
        count, assigned, end = _extent(lines, i)
        if assigned is not None:
            head = text[: assigned + 1]
            yield Line(f"{head} get_ipython().getoutput()")
            count = _continued(lines, i)
            yield from (Line("") for _ in range(count - 1))
        elif count == 1 and _HELP.search(text[:end].rstrip(" ;")[-_LONGEST_HELP:]):
            yield Line(indent + _SKIPPED)
        else:
            yield from (Line(line) for line in lines[i : i + count])
        i += count


def _continued(lines: list[str], i: int) -> int:
    """How many lines a magic takes: it goes on after a backslash."""
    count = 1
    while lines[i + count - 1].endswith("\\") and i + count < len(lines):
        count += 1
    return count


def _escaped(text: str, indent: str) -> Line:
    """A line that starts with one of IPython's signs."""
    magic = _LINE_MAGIC.match(text, len(indent))
    if magic is None or magic[1] not in PYTHON_LINES:
        ran = magic is not None and magic[1] == "run" and _module_of(text[magic.end() :])
        return Line(f"{indent}from {ran} import *") if ran else Line(indent + _SKIPPED)
    return _statement(text, len(indent), magic.end(), magic[1])


def _statement(text: str, indent: int, at: int, magic: str) -> Line:
    """What a magic such as `%time` runs: the rest of the line after its options."""
    with_value = PYTHON_LINES[magic]
    while option := re.compile(r"-(-?\w[\w-]*)(\s*)").match(text, at):
        at = option.end()
        if option[1] in with_value:
            value = re.compile(r"\S+\s*").match(text, at)
            at = value.end() if value else at
    if not text[at:].strip():
        return Line(text[:indent] + _SKIPPED)
    return Line(text[:indent] + text[at:], indent, at - indent)


def _module_of(argument: str) -> str | None:
    """The module that `%run folder/model.py` runs, as an import names it."""
    words = argument.split()
    path = words[0].strip("'\"") if words else ""
    name = path.removeprefix("./").removesuffix(".py").replace("/", ".")
    return name if path.endswith(".py") and all(part.isidentifier() for part in name.split(".")) else None


def _extent(lines: list[str], i: int) -> tuple[int, int | None, int]:
    """How many lines a statement takes, where in its first line an `=` stands before a magic or a shell command, and where
    the code of its last line ends."""
    depth = 0
    quote = ""
    for count in range(1, len(lines) - i + 1):
        text = lines[i + count - 1]
        at = 0
        goes_on = False
        while at < len(text):
            c = text[at]
            if quote:
                if c == "\\":
                    goes_on = at + 1 == len(text)
                    at += 2
                    continue
                if text.startswith(quote, at):
                    at += len(quote)
                    quote = ""
                    continue
            elif c in "\"'":
                quote = c * 3 if text.startswith(c * 3, at) else c
                at += len(quote)
                continue
            elif c == "#":
                break
            elif c in "([{":
                depth += 1
            elif c in ")]}":
                depth = max(depth - 1, 0)
            elif c == "=" and depth == 0 and count == 1 and _is_assignment(text, at) and _ASSIGNED.match(text, at + 1):
                return 1, at, at
            elif c == "\\" and at + 1 == len(text):
                goes_on = True
            at += 1
        if len(quote) == 1 and not goes_on:
            quote = ""  # the string is not closed: Python will say so
        if not (depth or quote or goes_on):
            return count, None, min(at, len(text))
    return len(lines) - i, None, 0


def _is_assignment(text: str, at: int) -> bool:
    return text[at - 1 : at] not in tuple("=!<>:") and text[at + 1 : at + 2] != "="
