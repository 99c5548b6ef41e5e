"""`Summary`: what `convcalc.summary` returns, and prints as the table."""

from __future__ import annotations

from convcalc.analysis.results import SummaryResult


class Summary(SummaryResult):
    """The models of a target: prints as the table; `.rows` and `.totals` are those of the first model."""

    def __str__(self) -> str:
        from .table import summary_table

        return summary_table(self.models)

    __repr__ = __str__
