"""A summary as people read it: its tables, and what is wrong."""

from __future__ import annotations

from convcalc.report.table import diagnostics_text, summary_table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from convcalc.analysis.results import SummaryResult
    from convcalc.report.forms import Style


def draw(summary: SummaryResult, style: Style) -> str:
    """A table for each model; where it is coloured there are marks in it, of which `grid.coloured` makes colours."""
    text = summary_table(summary.models, all_rows=style.all_rows, width=style.width, coloured=style.coloured) + "\n"
    reported = [d for d in summary.diagnostics if d.severity != "note"]
    return text + ("\n" + diagnostics_text(reported) + "\n" if reported else "")
