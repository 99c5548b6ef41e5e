"""A file's text and edits of it: only the changed characters differ; encoding, line ends and byte order mark stay as they are."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

BOM = b"\xef\xbb\xbf"


class SourceText:
    """The text of a file, with the places of syntax nodes as offsets of characters."""

    def __init__(self, source: bytes) -> None:
        self.source = source
        self._bom = BOM if source.startswith(BOM) else b""
        self._encoding = _encoding(source)
        self.text = source[len(self._bom) :].decode(self._encoding)
        self._starts = _line_starts(self.text)

    def offset(self, line: int, column: int) -> int:
        """Of a line (from 1) and a column as syntax nodes have it: in bytes of UTF-8, from 0."""
        start = self._starts[line - 1]
        end = self._starts[line] if line < len(self._starts) else len(self.text)
        row = self.text[start:end]
        return start + (column if row.isascii() else len(row.encode("utf8")[:column].decode("utf8", "replace")))

    def offset_of(self, line: int, column: int) -> int:
        """Of a line and a column as reports have them: from 1, in characters."""
        return self._starts[line - 1] + column - 1

    def span(self, node: Any) -> tuple[int, int]:
        return self.offset(node.lineno, node.col_offset), self.offset(node.end_lineno, node.end_col_offset)

    def of(self, node: Any) -> str:
        """Return the text of a node."""
        start, end = self.span(node)
        return self.text[start:end]

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column (both from 1, in characters) of an offset."""
        low, high = 0, len(self._starts) - 1
        while low < high:
            middle = (low + high + 1) // 2
            if self._starts[middle] <= offset:
                low = middle
            else:
                high = middle - 1
        return low + 1, offset - self._starts[low] + 1

    def edited(self, edit: Edit) -> bytes:
        """Return the file's bytes with one edit made."""
        return self._bom + edit.apply(self.text).encode(self._encoding)


class Edit:
    """A stretch of characters and what shall stand there instead."""

    __slots__ = ("end", "new", "start")

    def __init__(self, start: int, end: int, new: str) -> None:
        self.start = start
        self.end = end
        self.new = new

    def apply(self, text: str) -> str:
        return text[: self.start] + self.new + text[self.end :]

    def key(self) -> tuple[int, int, str]:
        return self.start, self.end, self.new


def _encoding(source: bytes) -> str:
    """Return the encoding that Python reads a source in: its cookie in one of the first two lines, else UTF-8."""
    if b"coding" not in source[:400]:
        return "utf8"
    import io
    from tokenize import detect_encoding

    try:
        name = detect_encoding(io.BytesIO(source).readline)[0]
    except SyntaxError:
        return "utf8"
    return "utf8" if name == "utf-8-sig" else name


def _line_starts(text: str) -> list[int]:
    """Return where lines start, as Python counts them: after \\n, \\r\\n or \\r."""
    starts = [0]
    plain = "\r" not in text
    at = text.find("\n") if plain else _line_end(text, 0)
    while at != -1:
        starts.append(at + 1)
        at = text.find("\n", at + 1) if plain else _line_end(text, at + 1)
    return starts


def _line_end(text: str, since: int) -> int:
    """Return the last character of the next line end."""
    feed, back = text.find("\n", since), text.find("\r", since)
    if back == -1 or (feed != -1 and feed < back):
        return feed
    return back + 1 if text[back + 1 : back + 2] == "\n" else back
