"""A request for a summary: what the options say, carried out; without click, which only reads them."""

from __future__ import annotations

import gc
import sys

from convcalc.analysis.printable import LONGEST, cut, printable
from convcalc.report.grid import coloured
from convcalc.source.reading import parse_target, read_source
from convcalc.source.sandbox import run_isolated
from convcalc.source.target import NOTEBOOK, UsageError, parse_shape
from convcalc.source.work import Work

from .output import write_report, write_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convcalc.source.found import Given
    from convcalc.source.target import Target
    from convcalc.source.work import Answer


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
        self.width, self.colour = terminal() if output is None and form == "table" else (None, False)

    def run(self) -> int:
        """Writes the report; the exit code."""
        try:
            target = parse_target(self.target)
            source = read_source(target.file)  # a wrong path is reported before anything starts
            given = given_of(self.inputs, self.kwargs, self.batch, self.mode)
        except UsageError as error:
            complain(f"convcalc: {error}\n", self.target)
            return 2
        code, out, err = run_isolated(self.work(target, source, given))
        text = printable(out)
        if self.form == "table":
            text = coloured(text, self.colour)
        if not write_report(text, self.output):
            return 2
        complain(err, self.target)
        return code

    def work(self, target: Target, source: bytes, given: Given) -> Work:
        """What a process of its own does for it."""
        return Work(self.answer, target.file, (), self.seconds, (target, source, given), prepare=self.prepare)

    def prepare(self, target: Target, source: bytes, given: Given) -> list[str]:
        """Imports what the file needs; the folders that it may read."""
        from convcalc.analysis import summarising  # noqa: F401
        from convcalc.report import notes  # noqa: F401 (what `answer` needs)
        from convcalc.report.forms import drawer
        from convcalc.source.prefetch import prepared

        drawer("summary", self.form)
        return prepared(target.file, target.module, source)

    def answer(self, target: Target, source: bytes, given: Given) -> Answer:
        """Exit code, report and notes; in the isolated process."""
        from convcalc.analysis.subject import NotAnalysed, Subject
        from convcalc.analysis.summarising import summarise
        from convcalc.report.forms import Style, drawer
        from convcalc.report.notes import notes_text

        if target.file.endswith(NOTEBOOK):
            from convcalc.source.notebook import script_of

            source = script_of(target.file, source)
        try:
            summary = summarise(Subject(target.file, source, target.expression, given, target.module))
        except (UsageError, NotAnalysed) as error:
            lines = [f"convcalc: {error}", *(f"note: {note}" for note in error.notes)]
            return 2 if isinstance(error, UsageError) else 3, "", "\n".join(lines) + "\n"
        gc.disable()  # a report of many rows is many objects, and none of them is garbage
        style = Style(self.form, all_rows=self.all_rows, width=self.width, coloured=self.colour)
        text = drawer("summary", self.form)(summary, style)
        return summary.exit_code, text, "" if self.quiet else notes_text(summary)


def terminal() -> tuple[int | None, bool]:
    """How many columns the terminal has that standard output is, if it is one, and whether colours are wanted there."""
    from convcalc.report.terminal import terminal_width, wants_colour

    return terminal_width() or None, wants_colour(sys.stdout)


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
    from convcalc.source.found import Given

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
