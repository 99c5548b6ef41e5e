"""`CheckReport`: what `convcalc.check` returns, in any form."""

from __future__ import annotations

from convcalc.analysis.results import CheckResult

from .forms import Style, drawer


class CheckReport(CheckResult):
    """What a check found. Prints as the command's text; `exit_code` is the command's.

    `files` holds an entry for each file, in their order: `file`, `models`, `diagnostics`. `passed_over` counts
    the files of folders that have no model. `missing_locks` names the system's locks (landlock, seccomp) that the processes
    of the files had to do without; there are none where all hold, which is what one expects.
    """

    __slots__ = ()

    @classmethod
    def of(cls, result: CheckResult) -> CheckReport:
        """The same result, to be shown."""
        return cls(result.files, result.passed_over, result.exit_code, result.missing_locks, result.within)

    def __str__(self) -> str:
        return self.text().rstrip("\n")

    def __repr__(self) -> str:
        return f"<CheckReport: {len(self.files)} files, {len(self.errors)} errors>"

    def text(self, *, colour: bool = False, width: int = 0, calls: bool = True) -> str:
        """The report for people. Without `calls`, files that could not be checked are only counted."""
        return drawer("check", "text")(self, Style("text", coloured=colour, width=width, calls=calls))

    def form(self, form: str) -> str:
        """The report in a form of `convcalc check --format`: `text`, `json`, `github`, `sarif`. Raises ValueError where there is none of that name."""
        return drawer("check", form)(self, Style(form))
