"""Where the text of a notebook's cells stands in its file, and edits of it: of the file only the changed characters differ.

A cell's text is one JSON string or a list of them, in each of which a character may be written in several ways.
"""

from __future__ import annotations

import json
from json.decoder import scanstring  # type: ignore[attr-defined]

from .line_changes import LineMatcher
from .magics import Line
from .notebook import Cell, Notebook

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Span = tuple[int, int]
    Change = tuple[int, int, list[str]]  # of lines: the first, the end, the new ones

BOM = b"\xef\xbb\xbf"
_SPACE = " \t\r\n"
_decoder = json.JSONDecoder()


class NotMended(Exception):
    """A change of the script that no change of the notebook's cells makes."""


def text_of(notebook: Notebook) -> NotebookText:
    """The text of a notebook, which is looked through once."""
    if notebook.places is None:
        notebook.places = NotebookText(notebook)
    return notebook.places


class NotebookText:
    """The file of a notebook as text, and the JSON strings of each cell in it."""

    def __init__(self, notebook: Notebook) -> None:
        self.notebook = notebook
        self.text = notebook.data.decode("utf-8-sig")
        self.strings: dict[int, list[Span]] = {}
        self._number = 0
        self._has_cells = False
        try:
            _members(self.text, _after_space(self.text, 0), self._of_notebook)
        except RecursionError:  # as deep as can be read, and that from less deep a place
            self.strings = {}

    # places

    def place(self, number: int, line: int, column: int = 1) -> tuple[int, int]:
        """Line and column in the file (both from 1, in characters) of a place in a cell."""
        cell = self.notebook.cell(number)
        offset = 0 if cell is None else self._offset(cell, line, column)
        before = self.text[:offset]
        return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1

    def _offset(self, cell: Cell, line: int, column: int) -> int:
        starts = _line_starts(cell.text)
        at = starts[min(line, len(starts)) - 1] + column - 1
        strings = self.strings.get(cell.number, [])
        for start, end in strings:
            offsets = _written(self.text, start, end)
            if at < len(offsets) - 1 or (start, end) == strings[-1]:
                return offsets[min(at, len(offsets) - 1)]
            at -= len(offsets) - 1
        return 0

    # edits

    def mended(self, script: bytes) -> bytes:
        """The file with its cells changed so that their script is this one; `NotMended` where it is no change of Python lines."""
        new = script.decode("utf8").split("\n")
        old = self.notebook.source.decode("utf8").split("\n")
        changes = _changes(old, new)
        text = self.text
        for cell in reversed(self.notebook.cells):
            first, last = cell.lead - 1, cell.lead - 1 + len(cell.lines)
            within = [c for c in changes if first <= c[0] and c[1] <= last and (c[0] < last or c[0] == c[1] > first)]
            changes = [c for c in changes if not any(c is other for other in within)]
            if within:
                text = self._edited(
                    text, cell, _changed(cell, [(a - first, b - first, lines) for a, b, lines in within])
                )
        if changes:
            raise NotMended
        head = BOM if self.notebook.data.startswith(BOM) else b""
        return head + text.encode("utf8")

    def _edited(self, text: str, cell: Cell, new: str) -> str:
        """The file's text with another text of one cell; what follows the cell in it has been edited before."""
        old = cell.text
        start = _common(old, new)
        end = _common(old[start:][::-1], new[start:][::-1])
        spans = self.strings.get(cell.number, [])
        if not spans:
            raise NotMended
        parts = [scanstring(self.text, first + 1, False)[0] for first, _ in spans]
        at = 0
        touched: list[tuple[int, int]] = []
        for i, part in enumerate(parts):
            if at <= start <= at + len(part) or start < at < len(old) - end or (i + 1 == len(parts) and not touched):
                touched.append((i, at))
            at += len(part)
        if len(touched) > 1 and start == touched[1][1]:
            del touched[0]  # the change starts with the second
        (i, offset), (j, _) = touched[0], touched[-1]
        whole = "".join(parts[i : j + 1])
        changed = whole[: start - offset] + new[start : len(new) - end] + whole[len(old) - end - offset :]
        if i == j and (len(parts) == 1 or changed.count("\n") <= 1):
            written = self._rewritten(spans[i], whole, changed)
        else:
            between = self.text[spans[0][1] : spans[1][0]] if len(spans) > 1 else ", "
            written = between.join(self._as_json(line) for line in changed.splitlines(keepends=True))
        return text[: spans[i][0]] + written + text[spans[j][1] :]

    def _rewritten(self, span: Span, old: str, new: str) -> str:
        """One JSON string with another value; what is the same in both stays as it is written."""
        offsets = _written(self.text, *span)
        start = _common(old, new)
        end = _common(old[start:][::-1], new[start:][::-1])
        inside = self._as_json(new[start : len(new) - end])[1:-1]
        return self.text[span[0] : offsets[start]] + inside + self.text[offsets[len(old) - end] : span[1]]

    def _as_json(self, text: str) -> str:
        return json.dumps(text, ensure_ascii=self.text.isascii() and "\\u" in self.text)

    # finding the strings

    def _of_notebook(self, key: str, at: int) -> int:
        """Of a key that stands there twice the last one counts, as in JSON; of the formats before 4 the worksheets do."""
        if key == "cells":
            self._has_cells = self.text[at] == "["
        elif key != "worksheets" or self._has_cells:
            return _end(self.text, at)
        self._number, self.strings = 0, {}
        return _items(self.text, at, self._of_cell if key == "cells" else self._of_sheet)

    def _of_sheet(self, at: int) -> int:
        before = self._number

        def member(key: str, at: int) -> int:
            if key != "cells":
                return _end(self.text, at)
            self._number = before
            return _items(self.text, at, self._of_cell)

        return _members(self.text, at, member)

    def _of_cell(self, at: int) -> int:
        self._number += 1
        self._key = ""
        return _members(self.text, at, self._of_member)

    def _of_member(self, key: str, at: int) -> int:
        if key not in ("source", "input") or (key == "input" and self._key == "source"):
            return _end(self.text, at)
        self._key = key
        spans: list[Span] = []

        def string(start: int) -> int:
            end = _end(self.text, start)
            spans.append((start, end))
            return end

        end = _items(self.text, at, string) if self.text[at] == "[" else string(at)
        self.strings[self._number] = spans
        return end


def _after_space(text: str, at: int) -> int:
    while text[at] in _SPACE:
        at += 1
    return at


def _end(text: str, at: int) -> int:
    """The end of the JSON value that starts there."""
    return _decoder.raw_decode(text, at)[1]


def _items(text: str, at: int, visit: Callable[[int], int]) -> int:
    """Visits where each item of a JSON list starts (`visit` tells where it ends); the end of the list. What is none is skipped."""
    if text[at] != "[":
        return _end(text, at)
    at = _after_space(text, at + 1)
    while text[at] != "]":
        at = _after_space(text, visit(at))
        if text[at] == ",":
            at = _after_space(text, at + 1)
    return at + 1


def _members(text: str, at: int, visit: Callable[[str, int], int]) -> int:
    """The same of a JSON object, with the keys."""
    if text[at] != "{":
        return _end(text, at)
    at = _after_space(text, at + 1)
    while text[at] != "}":
        key, at = scanstring(text, at + 1, True)
        at = _after_space(text, _after_space(text, at) + 1)  # the colon
        at = _after_space(text, visit(key, at))
        if text[at] == ",":
            at = _after_space(text, at + 1)
    return at + 1


def _written(text: str, start: int, end: int) -> list[int]:
    """Where each character of a JSON string is written, and where its closing quote is."""
    offsets = []
    at = start + 1
    while at < end - 1:
        offsets.append(at)
        if text[at] != "\\":
            at += 1
        elif text[at + 1] != "u":
            at += 2
        else:
            pair = text[at : at + 4].lower() in ("\\ud8", "\\ud9", "\\uda", "\\udb") and text[at + 6 : at + 8] == "\\u"
            at += 12 if pair else 6
    return [*offsets, end - 1]


def _line_starts(text: str) -> list[int]:
    starts = [0]
    for i, c in enumerate(text):
        if c == "\n" or (c == "\r" and text[i + 1 : i + 2] != "\n"):
            starts.append(i + 1)
    return starts


def _common(one: str, other: str) -> int:
    """How many characters two texts have in common at their start."""
    most = min(len(one), len(other))
    return next((i for i in range(most) if one[i] != other[i]), most)


def _changes(old: list[str], new: list[str]) -> list[Change]:
    """What is different between two scripts, line by line where their numbers are the same."""
    found: list[Change] = []
    for kind, a, b, c, d in LineMatcher(old, new).get_opcodes():
        if kind == "replace" and b - a == d - c:
            found += [(a + i, a + i + 1, [new[c + i]]) for i in range(b - a)]
        elif kind != "equal":
            found.append((a, b, new[c:d]))
    return found


def _changed(cell: Cell, changes: list[Change]) -> str:
    """The cell's text with lines of its script exchanged: for each change the first, the end, and the new ones."""
    starts = _line_starts(cell.text)
    lines = [cell.text[start:end] for start, end in zip(starts, [*starts[1:], len(cell.text)])]
    for first, end, new in reversed(changes):
        if end - first != len(new):
            if any(
                line.shift or not _is_own(text, line) for text, line in zip(lines[first:end], cell.lines[first:end])
            ):
                raise NotMended
            tail = "\n" if end < len(lines) or cell.text.endswith("\n") else ""
            lines[first:end] = ["\n".join(new) + tail] if new else []
            continue
        for i, text in enumerate(new, first):
            line = cell.lines[i]
            if line.text[: line.start] != text[: line.start] or not _is_own(lines[i], line):
                raise NotMended
            at = line.start + line.shift
            body = lines[i].rstrip("\r\n")
            lines[i] = body[:at] + text[line.start :] + lines[i][len(body) :]
    return "".join(lines)


def _is_own(text: str, line: Line) -> bool:
    """Whether a line of the script is the cell's own line, from where it should be."""
    return bool(text.rstrip("\r\n")[line.start + line.shift :] == line.text[line.start :])
