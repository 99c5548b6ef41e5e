"""`CheckReport`: what `convcalc.check` returns, in any form."""

from __future__ import annotations

from convcalc.analysis.results import CheckResult, is_of_call


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
        from .check_text import closing_line, diagnoses_text, fits_paragraph
        from .excerpt import Paint, Sources

        told = self.diagnostics
        if not calls:
            told = [d for d in told if not is_of_call(d)]
        fits = [fits_paragraph(m) for report in self.files for m in report.models if m.fits]
        found = diagnoses_text(told, Sources(self.within), Paint(colour), width)
        paragraphs = [found, *fits, closing_line(self.files, self.passed_over)]
        return "\n\n".join(text for text in paragraphs if text) + "\n" if any(paragraphs) else ""

    def form(self, form: str) -> str:
        """The report as `text`, `json`, `github` or `sarif`."""
        if form == "text":
            return self.text()
        if form == "github":
            from .github import github_commands

            return github_commands(self.diagnostics)
        from convcalc.source.json_text import json_of

        if form == "sarif":
            import json

            from .sarif import sarif_log

            return json.dumps(sarif_log(self.files, self.within), ensure_ascii=False, indent=2) + "\n"
        return json_of(self.to_dict()) + "\n"
