"""`Summary`: what `convcalc.summary` returns, and prints as the table."""

from __future__ import annotations

from convcalc.analysis.results import SummaryResult

from .forms import Style, drawer


class Summary(SummaryResult):
    """The models of a target: prints as the table; `.rows` and `.totals` are those of the first model."""

    def form(self, form: str) -> str:
        """The summary in a form of `convcalc summary --format`: `table`, `json`, `markdown`, `csv` ... Raises ValueError where there is none of that name."""
        return drawer("summary", form)(self, Style(form))

    def __str__(self) -> str:
        from .table import summary_table

        return summary_table(self.models)

    __repr__ = __str__
