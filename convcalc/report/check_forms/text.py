"""A check as people read it: each finding with its place in the source, how it came about, and its fixes."""

from __future__ import annotations

from convcalc.analysis.results import is_of_call
from convcalc.report.check_text import closing_line, diagnoses_text, fits_paragraph
from convcalc.report.excerpt import Paint, Sources

TYPE_CHECKING = False
if TYPE_CHECKING:
    from convcalc.analysis.results import CheckResult
    from convcalc.report.forms import Style


def draw(report: CheckResult, style: Style) -> str:
    """A paragraph for each finding, one for each model of which it is known what fits, and what was found in all."""
    told = [d for d in report.diagnostics if style.calls or not is_of_call(d)]
    fits = [fits_paragraph(model) for file in report.files for model in file.models if model.fits]
    found = diagnoses_text(told, Sources(report.within), Paint(style.coloured), style.width or 0)
    paragraphs = [found, *fits, closing_line(report.files, report.passed_over)]
    return "\n\n".join(text for text in paragraphs if text) + "\n" if any(paragraphs) else ""
