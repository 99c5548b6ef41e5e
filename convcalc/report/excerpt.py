"""Source lines with places underlined, as modern compilers show them."""

from __future__ import annotations

import os

from convcalc.analysis.printable import printable
from convcalc.source.bounded import Unreadable, read_bounded

from .terminal import WIDTH, width_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

LARGEST = 10_000_000  # bytes of a file that is still read to be shown
TAB = 4
NEAR = 1000  # characters beside a stretch, of which some may be shown

RED, YELLOW, BLUE, GREEN, BOLD = "31;1", "33;1", "34;1", "32;1", "1"


class Paint:
    """Text in colour, or as it is."""

    __slots__ = ("colour",)

    def __init__(self, colour: bool) -> None:
        self.colour = colour

    def __call__(self, text: str, code: str) -> str:
        return f"\033[{code}m{text}\033[0m" if self.colour and code and text else text


class Place:
    """A stretch of a source line with a word beside it. Columns count characters from 1, the end is exclusive; None: unknown."""

    __slots__ = ("code", "column", "end_column", "label", "line", "mark")

    def __init__(
        self, line: int, column: int | None, end_column: int | None, mark: str, code: str, label: str = ""
    ) -> None:
        self.line = line
        self.column = column
        self.end_column = end_column
        self.mark = mark
        self.code = code
        self.label = label


class Sources:
    """The lines of source files, each read once; a notebook's by cell (`train.ipynb:cell 3`)."""

    def __init__(self, within: dict[str, Iterable[str] | None] | None = None) -> None:
        """`within` has, by their names, the folders that files must lie in."""
        self._within = within or {}
        self._lines: dict[str, list[str]] = {}

    def line(self, file: str, number: int) -> str | None:
        """A line without its end; None where there is none to show."""
        if file not in self._lines:
            self._lines[file] = _read(file, self._within.get(file))
        lines = self._lines[file]
        return lines[number - 1] if 0 < number <= len(lines) else None


def _read(file: str, inside: Iterable[str] | None) -> list[str]:
    notebook, mark, cell = file.rpartition(":cell ")
    if mark and cell.isdigit():
        return _read_cell(notebook, int(cell))
    if not os.path.isfile(file):
        expression = file.partition("::")[2]  # a place in the expression of a target
        return [expression] if expression else []
    try:
        data = read_bounded(file, LARGEST, inside)
    except (OSError, Unreadable):
        return []
    if len(data) > LARGEST:
        return []
    text = data.removeprefix(b"\xef\xbb\xbf").decode(_encoding(data), "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", " ").split("\n")


def _read_cell(file: str, number: int) -> list[str]:
    from convcalc.source.notebook import notebook_of, split_lines

    notebook = notebook_of(file)
    cell = None if notebook is None else notebook.cell(number)
    return [] if cell is None else [line.replace("\f", " ") for line in split_lines(cell.text)]


def _encoding(data: bytes) -> str:
    """The encoding that a source declares in its first two lines."""
    head = b"\n".join(data.split(b"\n", 2)[:2])
    if b"coding" not in head:
        return "utf8"
    from io import BytesIO
    from tokenize import detect_encoding

    try:
        return detect_encoding(BytesIO(data).readline)[0]
    except SyntaxError:
        return "utf8"


def excerpt(file: str, places: list[Place], sources: Sources, paint: Paint) -> list[str]:
    """The lines of the places in their order, each with its places underlined; empty where the file cannot be shown."""
    shown = [(number, sources.line(file, number)) for number in sorted({place.line for place in places})]
    found = [(number, text) for number, text in shown if text is not None]
    if not found:
        return []
    margin = len(str(found[-1][0]))
    bar = paint(" " * margin + " |", BLUE)
    lines = [bar]
    last = None
    for number, text in found:
        if last is not None and number > last + 1:
            lines.append(paint("...", BLUE))
        last = number
        room = WIDTH - margin - 3
        on_line = sorted((p for p in places if p.line == number), key=lambda p: p.mark != "^")
        start, end = _span(on_line[0], text)
        before, inside, after = _cut(text, start, end, room)
        lines.append(paint(f"{number:>{margin}} |", BLUE) + printable(f" {before}{inside}{after}".rstrip()))
        label = f" {on_line[0].label}" if on_line[0].label else ""
        marks = on_line[0].mark * max(1, width_of(inside))
        lines.append(f"{bar} {' ' * width_of(before)}{paint(marks + label, on_line[0].code)}")
    return lines


def _span(place: Place, text: str) -> tuple[int, int]:
    """The stretch of a line to underline: all of its code where no column is known."""
    first = len(text) - len(text.lstrip())
    last = max(len(text.rstrip()), first)
    if place.column is None:
        return first, last
    start = min(place.column - 1, last)
    end = start + 1 if place.end_column is None else min(place.end_column - 1, last)
    return start, max(start, end)


def _cut(text: str, start: int, end: int, room: int) -> tuple[str, str, str]:
    """What stands before, in and after a stretch, tabs spread, cut to what the width has room for."""
    first, last = max(start - NEAR, 0), end + NEAR
    if first or end - start > 2 * NEAR:
        end = min(end, start + 2 * NEAR)
        before, inside, after = _cut(text[first:last], start - first, end - first, room)
        return before if before.startswith("…") or not first else "…" + before[1:], inside, after
    before, inside, after = spread(text[:start]), spread(text[start:end]), spread(text[end:last].rstrip())
    if width_of(before) + width_of(inside) > room:
        most = max(room // 4, room - width_of(inside))
        if width_of(before) > most:
            while width_of(before) > most - 1:
                before = before[1:]
            before = "…" + before
        inside = _first(inside, room - width_of(before))
        after = "" if not after else _first(after, room - width_of(before) - width_of(inside))
    else:
        after = _first(after, room - width_of(before) - width_of(inside))
    return before, inside, after


def _first(text: str, room: int) -> str:
    if width_of(text) <= room:
        return text
    while text and width_of(text) > room - 1:
        text = text[:-1]
    return text + "…" if room > 0 else ""


def spread(text: str) -> str:
    """Tabs as spaces, and what would move the cursor as its picture."""
    if text.isprintable():
        return text
    return "".join(" " * TAB if c == "\t" else c if c.isprintable() or _is_mark(c) else "\ufffd" for c in text)


def _is_mark(character: str) -> bool:
    from unicodedata import category

    return category(character) in ("Mn", "Me", "Zs")
