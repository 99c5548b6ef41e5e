"""A request for a check: what the options say, carried out; without click, which only reads them."""

from __future__ import annotations

import sys

from convcalc.source.prefetch import prefetch
from convcalc.source.sandbox import run_isolated
from convcalc.source.target import UsageError, parse_target, read_source

from .request import given_of, write_report, write_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from convcalc.report.checking import CheckSettings, FileReport
    from convcalc.source.discovery import Given
    from convcalc.source.sandbox import Answer


class CheckRequest:
    """`convcalc check` with its options."""

    def __init__(
        self,
        targets: tuple[str, ...],
        inputs: tuple[str, ...] = (),
        kwargs: tuple[str, ...] = (),
        batch: int | None = None,
        mode: str | None = None,
        form: str = "text",
        select: tuple[str, ...] = (),
        ignore: tuple[str, ...] = (),
        output: str | None = None,
        seconds: float = 10.0,
    ) -> None:
        self.targets = targets
        self.inputs = inputs
        self.kwargs = kwargs
        self.batch = batch
        self.mode = mode
        self.form = form
        self.select = select
        self.ignore = ignore
        self.output = output
        self.seconds = seconds

    def run(self) -> int:
        """Writes the report; the exit code."""
        import json

        from convcalc.report.checking import CheckSettings, check_text, exit_code

        settings = CheckSettings(self.select, self.ignore)
        reports: list[FileReport] = []
        worst = 0
        for target in self.targets:
            code, out, err = self._check(target, settings)
            write_text(sys.stderr, err)
            if out:
                reports.append(json.loads(out))
            worst = max(worst, code)
        if not write_report(check_text(reports, self.form), self.output):
            return 2
        return worst if worst == 2 else exit_code(reports)

    def _check(self, text: str, settings: CheckSettings) -> Answer:
        """One target, in a process of its own: the exit code, its entry of the report as JSON, messages."""
        try:
            target = parse_target(text)
            source = read_source(target.file)
            given = given_of(self.inputs, self.kwargs, self.batch, self.mode)
            prefetch(source)
        except UsageError as error:
            return 2, "", f"convcalc: {error}\n"
        return run_isolated(
            lambda: _answer(target.file, source, target.expression, given, settings), target.file, self.seconds
        )


def _answer(file: str, source: bytes, expression: str | None, given: Given, settings: CheckSettings) -> Answer:
    import json

    from convcalc.report.checking import check_source

    try:
        report = check_source(file, source, expression, given, settings)
    except UsageError as error:
        lines = [f"convcalc: {error}", *(f"note: {note}" for note in error.notes)]
        return 2, "", "\n".join(lines) + "\n"
    return 0, json.dumps(report, ensure_ascii=False), ""
