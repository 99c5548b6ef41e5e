"""The report of a check as commands of a GitHub workflow: each finding becomes an annotation of its line."""

from __future__ import annotations

from convcalc.report.annotation import annotation
from convcalc.report.place import region, shown_place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from convcalc.analysis.results import CheckResult
    from convcalc.check.diagnostic import Diagnostic
    from convcalc.report.forms import Style

COMMANDS = {"error": "error", "warning": "warning", "unknown": "notice"}


def draw(report: CheckResult, style: Style) -> str:
    """One command a line; notes are left out."""
    return github_commands(report.diagnostics)


def github_commands(diagnostics: Sequence[Diagnostic]) -> str:
    """One command a line; notes are left out."""
    return "".join(_command(d) + "\n" for d in diagnostics if d.severity in COMMANDS)


def _command(d: Diagnostic) -> str:
    reported = f"{shown_place(d)}: {annotation(d)}" if d.cell else annotation(d)
    properties: dict[str, Any] = {"file": d.file}
    if d.line:
        at = region(d)
        line, column = at["line"], at["column"]
        end_line = at["end_line"] or line
        properties.update(line=line, endLine=end_line)
        if column and end_line == line:  # columns are only allowed where it is one line
            properties.update(col=column, endColumn=at["end_column"] or column)
    properties["title"] = f"convcalc {d.rule}"
    named = ",".join(f"{name}={_property(value)}" for name, value in properties.items() if value is not None)
    return f"::{COMMANDS[d.severity]} {named}::{_data(reported)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: Any) -> str:
    return _data(str(value)).replace(":", "%3A").replace(",", "%2C")
