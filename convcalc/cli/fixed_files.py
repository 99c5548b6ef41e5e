"""`convcalc check --fix` and `--diff`: the fixed texts that the checking processes answered, written or shown as a patch."""

from __future__ import annotations

import os
import sys

from convcalc.analysis.printable import printable
from convcalc.source.bounded import Unreadable, read_bounded
from convcalc.source.target import LARGEST_NOTEBOOK, NOTEBOOK, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from convcalc.analysis.check_run import Outcome
    from convcalc.source.notebook import Notebook


def write_fixes(outcomes: list[Outcome]) -> bool:
    """Write each fixed file and say so on standard error; False where one could not be written."""
    written = True
    for file, before, after, count in _fixed(outcomes):
        try:
            _write(file, before, after)
        except OSError as error:
            sys.stderr.write(f"convcalc: {file}: cannot be written: {error.strerror or error}\n")
            written = False
            continue
        sys.stderr.write(f"Fixed {count} {'error' if count == 1 else 'errors'} in {file}\n")
    return written


def patch(outcomes: list[Outcome]) -> tuple[str, bool]:
    """Return the fixes as a unified diff that `patch -p0` and `git apply -p0` take, and whether there are any."""
    text = "".join(_diff(file, before, after) for file, before, after, _ in _fixed(outcomes))
    return text, bool(text)


def _fixed(outcomes: list[Outcome]) -> Iterator[tuple[str, bytes, bytes, int]]:
    """Yield file, text before, text after and number of fixes; a file that was changed meanwhile is left alone."""
    import zlib

    seen = set()
    for outcome in outcomes:
        fixed, file = outcome.fixed, outcome.job.file
        if fixed is None or os.path.realpath(file) in seen:
            continue
        seen.add(os.path.realpath(file))
        try:
            before = read_bounded(file, LARGEST_NOTEBOOK, outcome.job.inside)
        except (OSError, Unreadable):
            continue
        after = fixed.text.encode("latin1")
        notebook = _notebook(file, before) if file.endswith(NOTEBOOK) else None
        if zlib.crc32(before if notebook is None else notebook.source) != fixed.of:
            sys.stderr.write(f"convcalc: {file}: was changed while it was checked, and is left as it is\n")
            continue
        if notebook is not None:
            from convcalc.source.notebook_text import NotebookText, NotMended

            try:
                after = NotebookText(notebook).mended(after)
            except NotMended:
                sys.stderr.write(f"convcalc: {file}: the fix is in a line that is not Python, and is left to you\n")
                continue
        yield file, before, after, fixed.count


def _notebook(file: str, data: bytes) -> Notebook | None:
    from convcalc.source.notebook import Notebook

    try:
        return Notebook(file, data)
    except UsageError:
        return None  # it was one when it was checked


def _write(file: str, before: bytes, after: bytes) -> None:
    """Replaces a file in one step; its mode stays, a link stays a link."""
    path = os.path.realpath(file)
    temporary = f"{path}.convcalc-{os.getpid()}"
    mode = os.stat(path).st_mode
    try:
        with open(temporary, "xb") as stream:
            stream.write(after)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, mode & 0o7777)
        os.replace(temporary, path)
    except OSError:
        if os.path.exists(temporary):
            os.unlink(temporary)
        raise


def _diff(file: str, before: bytes, after: bytes) -> str:
    from convcalc.source.line_changes import unified_diff

    old, new = (_lines(text) for text in (before, after))
    lines = unified_diff(old, new, printable(file).replace("\n", "\\n"))
    return "".join(line if line.endswith("\n") else line + "\n\\ No newline at end of file\n" for line in lines)


def _lines(source: bytes) -> list[str]:
    """Lines of a file for a patch: split at line feeds only, as patch does."""
    from convcalc.check.text import SourceText

    text = source.decode("utf8", "surrogateescape") if not source.isascii() else SourceText(source).text
    parts = text.split("\n")
    return [part + "\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])
