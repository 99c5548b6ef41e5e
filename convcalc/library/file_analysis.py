"""`FileAnalysis`: what one run of a file tells, all of it."""

from __future__ import annotations

from convcalc.analysis.results import CALL_RULES, SCHEMA, FileReport, is_of_call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convcalc.analysis.results import Row
    from convcalc.check.diagnostic import Diagnostic


class FileAnalysis(FileReport):
    """What `convcalc.analyse` found in a file. Prints as tables, and below them what is wrong.

    `models` have `target`, `inputs` (each says where it comes from), `outputs`, `totals`, `rows`, and `fits` if that was asked for; `diagnostics` are those of all
    models, each with its place, its message and its `fixes`. `missing_locks` names the system's locks that the file's process had to do without.
    """

    __slots__ = ("file", "models", "diagnostics", "missing_locks")  # noqa: RUF023  # in the order of the JSON
    OPTIONAL = frozenset(("missing_locks",))
    PARTS = FileReport.PARTS

    missing_locks: tuple[str, ...] | None

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows of all models: calls of modules and operations, each with its place to the column."""
        return tuple([row for model in self.models for row in model.rows])

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """Of the diagnostics, what PyTorch would refuse."""
        return tuple([d for d in self.diagnostics if d.severity == "error" and not is_of_call(d)])

    @property
    def exit_code(self) -> int:
        """0: no error; 1: an error; 2: the file is no Python; 3: something is not known."""
        if self.errors:
            return 1
        if any(d.rule in CALL_RULES for d in self.diagnostics):
            return 2
        return 3 if any(d.severity == "unknown" for d in self.diagnostics) else 0

    @property
    def ok(self) -> bool:
        """Whether everything was analysed and nothing is wrong."""
        return self.exit_code == 0

    def to_dict(self) -> dict[str, Any]:
        """The analysis in the form of its JSON (schema 1; docs/schema/analyse.json)."""
        return {"schema": SCHEMA, **super().to_dict()}

    def __str__(self) -> str:
        from convcalc.report.table import diagnostics_text, summary_table

        reported = [d for d in self.diagnostics if d.severity != "note"]
        return "\n\n".join(text for text in (summary_table(self.models), diagnostics_text(reported)) if text)
