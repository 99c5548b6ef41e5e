"""From a subject to the summary of its models."""

from __future__ import annotations

from .entries import entries
from .execution import analyse
from .results import SummaryResult

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
    models = [entry for entry, _ in entries(analysis)]
    if analysis.program.is_notebook:
        from convcalc.source.notebook import localised

        localised(models, subject.file)
    return SummaryResult(models)
