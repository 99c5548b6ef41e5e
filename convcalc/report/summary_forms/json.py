"""A summary as JSON: docs/schema/summary.json."""

from __future__ import annotations

from convcalc.source.json_text import json_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from convcalc.analysis.results import SummaryResult
    from convcalc.report.forms import Style


def draw(summary: SummaryResult, style: Style) -> str:
    """The report in a line."""
    return json_of(summary.to_dict()) + "\n"
