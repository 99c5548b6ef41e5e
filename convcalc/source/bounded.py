"""The one way in which the command itself reads files that somebody else may have made: sources, notebooks, settings, lists of what to ignore.

It reads regular files only (a pipe would hang it, /dev/zero never end), as many bytes as that kind of file may have, and, where it is told of a
project, nothing that links lead to outside of it.
"""

from __future__ import annotations

import os
import stat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


class Unreadable(Exception):
    """A file is there and is not read; the text says why, in words that follow its name."""


def read_bounded(file: str, most: int, inside: Iterable[str] | None = None) -> bytes:
    """The bytes of a file, one more than `most` at the most. Raises OSError where it cannot be opened, `Unreadable` where it must not be read.

    `inside` are folders of which one must hold the file, links followed, and whatever happens to these meanwhile.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)  # fmt: skip
    if inside is not None:
        inside = tuple(inside)
        file = check_inside(file, inside)
        flags |= getattr(os, "O_NOFOLLOW", 0)
    descriptor = os.open(file, flags)
    try:
        if inside is not None:
            check_inside(_opened(descriptor, file), inside)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise Unreadable("is no regular file")
        chunks: list[bytes] = []
        length = 0
        while length <= most and (chunk := os.read(descriptor, min(most + 1 - length, 1 << 24))):
            chunks.append(chunk)
            length += len(chunk)
        return b"".join(chunks)
    finally:
        os.close(descriptor)


def _opened(descriptor: int, file: str) -> str:
    """The path of what is open, as the kernel knows it; where it does not tell, the one that was opened."""
    try:
        return os.readlink(f"/proc/self/fd/{descriptor}")
    except OSError:
        return file


def check_inside(file: str, folders: Iterable[str]) -> str:
    """The path of a file, links followed. Raises `Unreadable` where that lies in none of the folders."""
    try:
        real = os.path.realpath(file)
        if any(_holds(os.path.realpath(folder), real) for folder in folders):
            return real
    except (OSError, ValueError):
        raise Unreadable("is a path that cannot be followed") from None
    how = "is a link that leads" if os.path.islink(file) else "lies"
    raise Unreadable(f"{how} out of the project, and is not read")


def _holds(folder: str, path: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
