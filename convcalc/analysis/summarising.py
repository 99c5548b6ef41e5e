"""From a subject to the summary of its models."""

from __future__ import annotations

from .drafts import drafts
from .execution import analyse
from .results import ModelReport, SummaryResult

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .subject import Subject


def summarise(subject: Subject) -> SummaryResult:
    """The summary of the models of a file; raises what `analyse` raises."""
    analysis = analyse(subject)
    if analysis.program.is_undecided:
        from .beside import Beside

        with Beside():
            from .branch_explorer import BranchExplorer

            analysis = BranchExplorer(subject, analysis).find_running().analysis
    models = [draft.report(with_rows=True) for draft in drafts(analysis)]
    if analysis.program.is_notebook:
        from convcalc.source.notebook import localised

        models = [ModelReport.from_dict(localised(model.to_dict(), subject.file)) for model in models]
    return SummaryResult(models)
