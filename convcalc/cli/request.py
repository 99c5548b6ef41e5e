"""A request for a summary: what the options say, carried out; without click, which only reads them."""

from __future__ import annotations

import sys

from convcalc.source.prefetch import prefetch
from convcalc.source.sandbox import run_isolated
from convcalc.source.target import UsageError, parse_shape, parse_target, read_source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convcalc.source.discovery import Given
    from convcalc.source.sandbox import Answer
    from convcalc.source.target import Target


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
            given = self.given()
            prefetch(source)
        except UsageError as error:
            sys.stderr.write(f"convcalc: {error}\n")
            return 2
        code, out, err = run_isolated(lambda: self.answer(target, source, given), target.file, self.seconds)
        if self.output is not None:
            try:
                with open(self.output, "w", encoding="utf8") as stream:
                    stream.write(out)
            except OSError as error:
                sys.stderr.write(f"convcalc: {self.output}: cannot be written: {error.strerror}\n")
                return 2
        else:
            write_text(sys.stdout, out)
        write_text(sys.stderr, err)
        return code

    def given(self) -> Given:
        from convcalc.source.discovery import Given

        inputs, named = [], {}
        for text in self.inputs:
            name, separator, shape = text.partition("=")
            if separator:
                named[name.strip()] = parse_shape(shape)
            else:
                inputs.append(parse_shape(text))
        return Given(
            inputs, named, literals(self.kwargs), self.batch, None if self.mode is None else self.mode == "train"
        )

    def answer(self, target: Target, source: bytes, given: Given) -> Answer:
        """Exit code, report and notes; in the isolated process."""
        from convcalc.report.analysis import NotAnalysed, notes_text, summarise, summary_text

        try:
            summary = summarise(target.file, source, target.expression, given, target.module)
        except (UsageError, NotAnalysed) as error:
            lines = [f"convcalc: {error}", *(f"note: {note}" for note in error.notes)]
            return 2 if isinstance(error, UsageError) else 3, "", "\n".join(lines) + "\n"
        text = summary_text(summary, self.form, self.all_rows)
        return summary.exit_code, text, "" if self.quiet else notes_text(summary)


def literals(pairs: tuple[str, ...]) -> dict[str, Any]:
    """`name=LITERAL` pairs as arguments."""
    if not pairs:
        return {}
    from ast import literal_eval

    values = {}
    for pair in pairs:
        name, separator, text = pair.partition("=")
        if not separator or not name.strip().isidentifier():
            raise UsageError(f"--kwarg {pair!r}: write NAME=LITERAL, such as mask=None")
        try:
            values[name.strip()] = literal_eval(text.strip())
        except (ValueError, SyntaxError):
            raise UsageError(f"--kwarg {pair!r}: {text!r} is not a Python literal") from None
    return values


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
    except BrokenPipeError:
        sys.stderr.close()
