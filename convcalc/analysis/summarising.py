"""From a subject to the summary of its models."""

from __future__ import annotations

from .entries import entries
from .execution import analyse
from .results import SummaryResult

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
    models = [entry for entry, _ in entries(analysis)]
    diagnostics = [d for entry in models for d in entry["diagnostics"]]
    if any(d.severity == "error" for d in diagnostics):
        _add_fixes(subject, analysis, diagnostics)
    for entry in models:
        entry["diagnostics"] = [d.to_dict() for d in entry["diagnostics"]]
    if analysis.program.is_notebook:
        from convcalc.source.notebook import localised

        localised(models, subject.file)
    return SummaryResult(models)


def _add_fixes(subject: Subject, analysis: Analysis, diagnostics: list[Diagnostic]) -> None:
    """Give the error that a summary shows the first fix that was seen to help."""
    from .beside import Beside

    with Beside():
        from .fix_search import SUMMARY, FixSearch, attach_fixes

        attach_fixes(FixSearch(subject, SUMMARY, checking=False).run(analysis), diagnostics)
