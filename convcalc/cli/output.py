"""Where reports and messages go: a file, or a standard stream that may not be able to show them, or that nobody reads any more."""

from __future__ import annotations

import errno
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def write_report(text: str, output: str | None) -> bool:
    """Writes a report to a file or to standard output; False, with a message, where the file cannot be written."""
    if output is None:
        write_text(sys.stdout, text)
        return True
    try:
        with open(output, "w", encoding="utf8", errors="replace") as stream:
            stream.write(text)
    except OSError as error:
        sys.stderr.write(f"convcalc: {output}: cannot be written: {error.strerror}\n")
        return False
    return True


def write_text(stream: Any, text: str) -> None:
    """Writes text to a stream that may not be able to show all of it, or that nobody reads any more."""
    if not text:
        return
    try:
        try:
            stream.write(text)
        except UnicodeEncodeError:
            table = str.maketrans("├└│─✗×", "|||-xx")
            stream.write(
                text.translate(table).encode(stream.encoding or "ascii", "replace").decode(stream.encoding or "ascii")
            )
        stream.flush()
    except OSError as error:
        if stream is sys.stdout and not isinstance(error, BrokenPipeError):
            raise  # the report is lost
        silence(stream)


UNWRITABLE = (errno.ENOSPC, errno.EFBIG, errno.EIO, errno.EBADF, errno.EPIPE, getattr(errno, "EDQUOT", errno.ENOSPC))


def silence(stream: Any) -> None:
    """Leads a stream nowhere that nobody can read: what is left in it would be written, in vain, when the process ends."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
    except (OSError, ValueError):  # no file of the system's
        pass
