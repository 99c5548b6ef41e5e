"""What the reader of a summary should know beside it."""

from __future__ import annotations

from convcalc.analysis.printable import cut

from .place import shown_place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convcalc.analysis.results import SummaryResult


def notes_text(summary: SummaryResult) -> str:
    """What the reader should know beside the report, for standard error."""
    lines: list[Any] = []
    for d in summary.diagnostics:
        if d.severity == "note":
            place = f"{shown_place(d)}: " if d.line else ""
            lines.append(f"note: {place}{cut(d.message)}")
    return "".join(line + "\n" for line in lines)
