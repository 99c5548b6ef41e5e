"""A request for a summary: what the options say, carried out; without click, which only reads them."""

from __future__ import annotations

import errno
import os
import sys

from convcalc.analysis.printable import LONGEST, cut, printable
from convcalc.source.finding import readable
from convcalc.source.prefetch import prefetch
from convcalc.source.sandbox import Work, run_isolated
from convcalc.source.target import NOTEBOOK, UsageError, parse_shape, parse_target, read_source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convcalc.source.discovery import Given
    from convcalc.source.sandbox import Answer
    from convcalc.source.target import Target


BRIEF = 100  # characters of an option's value in a message


class SummaryRequest:
    """`convcalc summary` with its options."""

    def __init__(
        self,
        target: str,
        inputs: tuple[str, ...] = (),
        kwargs: tuple[str, ...] = (),
        batch: int | None = None,
        mode: str | None = None,
        form: str = "table",
        all_rows: bool = False,
        output: str | None = None,
        seconds: float = 10.0,
        quiet: bool = False,
    ) -> None:
        self.target = target
        self.inputs = inputs
        self.kwargs = kwargs
        self.batch = batch
        self.mode = mode
        self.form = form
        self.all_rows = all_rows
        self.output = output
        self.seconds = seconds
        self.quiet = quiet

    def run(self) -> int:
        """Writes the report; the exit code."""
        try:
            target = parse_target(self.target)
            source = read_source(target.file)  # a wrong path is told before anything starts
            given = given_of(self.inputs, self.kwargs, self.batch, self.mode)
            prefetch(source)
        except UsageError as error:
            complain(f"convcalc: {error}\n", self.target)
            return 2
        code, out, err = run_isolated(self.work(target, source, given))
        if not write_report(printable(out), self.output):
            return 2
        complain(err, self.target)
        return code

    def work(self, target: Target, source: bytes, given: Given) -> Work:
        """What a process of its own does for it."""
        arguments = (target, source, given)
        return Work(self.answer, target.file, readable(target.file, target.module), self.seconds, arguments)

    def answer(self, target: Target, source: bytes, given: Given) -> Answer:
        """Exit code, report and notes; in the isolated process."""
        from convcalc.analysis.subject import NotAnalysed, Subject
        from convcalc.analysis.summarising import summarise
        from convcalc.report.summary_text import notes_text, summary_text

        if target.file.endswith(NOTEBOOK):
            from convcalc.source.notebook import script_of

            source = script_of(target.file, source)
        try:
            summary = summarise(Subject(target.file, source, target.expression, given, target.module))
        except (UsageError, NotAnalysed) as error:
            lines = [f"convcalc: {error}", *(f"note: {note}" for note in error.notes)]
            return 2 if isinstance(error, UsageError) else 3, "", "\n".join(lines) + "\n"
        text = summary_text(summary, self.form, self.all_rows)
        return summary.exit_code, text, "" if self.quiet else notes_text(summary)


def complain(text: str, target: str = "") -> None:
    """Writes a message, about a target or in general, to standard error: fit to be shown, and of a notebook with cells and lines in them."""
    if len(text) > LONGEST:
        text = "\n".join(cut(line, LONGEST + len(target)) for line in text.split("\n"))
    file = target.partition("::")[0]
    if file.endswith(NOTEBOOK):
        from convcalc.source.notebook import localised_text

        text = localised_text(text, file)
    write_text(sys.stderr, printable(text))


def given_of(inputs: tuple[str, ...], kwargs: tuple[str, ...], batch: int | None, mode: str | None) -> Given:
    """What the options give a model; UsageError where one of them cannot be read."""
    from convcalc.source.discovery import Given

    tensors, named = [], {}
    for text in inputs:
        name, separator, shape = text.partition("=")
        if separator:
            named[name.strip()] = parse_shape(shape)
        else:
            tensors.append(parse_shape(text))
    return Given(tensors, named, literals(kwargs), batch, None if mode is None else mode == "train")


def literals(pairs: tuple[str, ...]) -> dict[str, Any]:
    """`name=LITERAL` pairs as arguments."""
    if not pairs:
        return {}
    from ast import literal_eval

    values = {}
    for pair in pairs:
        name, separator, text = pair.partition("=")
        if not separator or not name.strip().isidentifier():
            raise UsageError(f"--kwarg {cut(pair, BRIEF)!r}: write NAME=LITERAL, such as mask=None")
        try:
            values[name.strip()] = literal_eval(text.strip())
        except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
            raise UsageError(f"--kwarg {cut(pair, BRIEF)!r}: {cut(text, BRIEF)!r} is not a Python literal") from None
    return values


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
