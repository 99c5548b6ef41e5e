"""From a subject to the summary of its models."""

from __future__ import annotations

from .drafts import drafts
from .execution import analyse
from .results import ModelReport, SummaryResult

TYPE_CHECKING = False
if TYPE_CHECKING:
    from convcalc.check.diagnostic import Diagnostic

    from .execution import Analysis
    from .subject import Subject


def summarise(subject: Subject) -> SummaryResult:
    """The summary of the models of a file; raises what `analyse` raises."""
    analysis = analyse(subject)
    if analysis.program.is_undecided:
        from .beside import Beside

        with Beside():
            from .branch_explorer import BranchExplorer

            analysis = BranchExplorer(subject, analysis).find_running().analysis
    models = drafts(analysis)
    if any(draft.has_error for draft in models):
        _add_fixes(subject, analysis, [d for draft in models for d in draft.diagnostics])
    reports = [draft.report(with_rows=True) for draft in models]
    if analysis.program.is_notebook:
        from convcalc.source.notebook import localised

        reports = [ModelReport.from_dict(localised(report.to_dict(), subject.file)) for report in reports]
    return SummaryResult(reports)


def _add_fixes(subject: Subject, analysis: Analysis, diagnostics: list[Diagnostic]) -> None:
    """Give the error that a summary shows the first fix that was seen to help."""
    from .beside import Beside

    with Beside():
        from .fix_search import SUMMARY, FixSearch, attach_fixes

        attach_fixes(FixSearch(subject, SUMMARY, checking=False).run(analysis), diagnostics)
