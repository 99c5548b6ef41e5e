"""What `open` answers a loaded file: the content of a configuration as a stream in memory, read-only."""

from __future__ import annotations

import io

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class _ReadOnly:
    """What is refused of a file that was opened for reading."""

    name = ""

    def writable(self) -> bool:
        return False

    def write(self, data: Any) -> int:
        raise io.UnsupportedOperation("not writable")

    def writelines(self, lines: Any) -> None:
        raise io.UnsupportedOperation("not writable")

    def truncate(self, size: int | None = None) -> int:
        raise io.UnsupportedOperation("not writable")


class TextFile(_ReadOnly, io.StringIO):
    """A file opened as text."""

    mode = "r"
    encoding = "utf-8"


class BinaryFile(_ReadOnly, io.BytesIO):
    """A file opened as bytes."""

    mode = "rb"


def stream(content: bytes, name: str, mode: str, encoding: str | None, errors: str | None, newline: str | None) -> Any:
    """The content as `open` would give it."""
    opened: Any
    if "b" in mode:
        opened = BinaryFile(content)
    else:
        opened = TextFile(content.decode(encoding or "utf-8", errors or "strict"), newline)
    opened.name, opened.mode = name, mode
    return opened
