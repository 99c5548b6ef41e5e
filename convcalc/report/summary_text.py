"""A summary in each of its forms, and what the reader should know beside it."""

from __future__ import annotations

from convcalc.analysis.printable import cut
from convcalc.source.json_text import json_of

from .place import shown_place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convcalc.analysis.results import SummaryResult


def as_json(summary: SummaryResult) -> str:
    """The report as JSON text."""
    return json_of(summary.to_dict()) + "\n"


def summary_text(
    summary: SummaryResult, form: str, all_rows: bool = False, width: int | None = None, coloured: bool = False
) -> str:
    """The summary in a form; a table for a terminal of that width, with marks for colours."""
    if form == "json":
        return as_json(summary)
    if form == "table":
        from .table import diagnostics_text, summary_table

        text = summary_table(summary.models, all_rows=all_rows, width=width, coloured=coloured) + "\n"
        told = [d for d in summary.diagnostics if d.severity != "note"]
        return text + ("\n" + diagnostics_text(told) + "\n" if told else "")
    if form in ("csv", "markdown"):
        from .flat import as_csv, as_markdown

        return as_csv(summary.models) if form == "csv" else as_markdown(summary.models)
    from .tabulated import as_tabulated

    return as_tabulated(summary.models, form)


def notes_text(summary: SummaryResult) -> str:
    """What the reader should know beside the report, for standard error."""
    lines: list[Any] = []
    for d in summary.diagnostics:
        if d.severity == "note":
            place = f"{shown_place(d)}: " if d.line else ""
            lines.append(f"note: {place}{cut(d.message)}")
    return "".join(line + "\n" for line in lines)
