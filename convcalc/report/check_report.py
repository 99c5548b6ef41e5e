"""The report of a check: of one file or of many, in any form."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from .checking import FileReport

SCHEMA = 1
# Of these rules is what keeps a file from being checked: the command tells of it on standard error and exits with 2.
CALL_RULES = ("syntax-error", "usage")


def is_of_call(diagnosis: dict[str, Any]) -> bool:
    """Whether a diagnosis says that the call was wrong, not the model."""
    return diagnosis["rule"] in CALL_RULES


class CheckReport:
    """What a check found. Prints as the command's text; `exit_code` is the command's.

    `files` holds an entry for each file, in their order: `file`, `models`, `diagnostics`. `passed_over` counts
    the files of folders that have no model. `missing_locks` names the system's locks (landlock, seccomp) that the processes
    of the files had to do without; there are none where all hold, which is what one expects.
    """

    __slots__ = ("exit_code", "files", "missing_locks", "passed_over", "within")

    def __init__(
        self,
        files: list[FileReport],
        passed_over: int,
        exit_code: int,
        missing_locks: Iterable[str] = (),
        within: dict[str, Iterable[str] | None] | None = None,
    ) -> None:
        self.within = within  # by files that are shown, the folders that they must lie in then
        self.files = files
        self.passed_over = passed_over
        self.exit_code = exit_code
        self.missing_locks = tuple(missing_locks)

    @property
    def diagnostics(self) -> list[dict[str, Any]]:
        """What was found in all files; each says its `file`, `line`, `rule`, `severity`, `message` and `suggestions`."""
        return [d for report in self.files for d in report["diagnostics"]]

    @property
    def errors(self) -> list[dict[str, Any]]:
        """Of the diagnostics, what PyTorch would refuse, and models over their budget."""
        return [d for d in self.diagnostics if d["severity"] == "error" and not is_of_call(d)]

    @property
    def ok(self) -> bool:
        """Whether everything was analysed and nothing is wrong."""
        return self.exit_code == 0

    def to_dict(self) -> dict[str, Any]:
        """The report in the form of the JSON (schema 1)."""
        report = {"schema": SCHEMA, "files": self.files, "passed_over": self.passed_over}
        return {**report, "missing_locks": [*self.missing_locks]} if self.missing_locks else report

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
        fits = [fits_paragraph(m) for report in self.files for m in report["models"] if m.get("fits")]
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
            from .sarif import sarif_log

            import json

            return json.dumps(sarif_log(self.files, self.within), ensure_ascii=False, indent=2) + "\n"
        return json_of(self.to_dict()) + "\n"
