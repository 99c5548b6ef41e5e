"""A check as JSON: docs/schema/check.json."""

from __future__ import annotations

from convcalc.source.json_text import json_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from convcalc.analysis.results import CheckResult
    from convcalc.report.forms import Style


def draw(report: CheckResult, style: Style) -> str:
    """The report in a line."""
    return json_of(report.to_dict()) + "\n"
