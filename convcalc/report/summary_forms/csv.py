"""A summary as CSV: one line a row, of all models."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convcalc.analysis.results import SummaryResult
    from convcalc.report.forms import Style

COLUMNS = ("path", "type", "kind", "depth", "call", "inputs", "outputs", "params", "own_params", "macs", "file", "line")

FORMULA = ("=", "+", "-", "@")  # with which a formula starts in spreadsheets, and no name does


def draw(summary: SummaryResult, style: Style) -> str:
    """Every row of every model; shapes as `2x3x224x224`, several separated by a space, an unknown one as `?`."""
    import csv
    import io

    models = summary.models
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    columns = (*COLUMNS, "cell") if any(row.cell is not None for model in models for row in model.rows) else COLUMNS
    writer.writerow(("model", *columns))
    for model in models:
        for row in model.rows:
            writer.writerow([_csv_cell(model.target.call), *(_csv_cell(getattr(row, column)) for column in columns)])
    return text.getvalue()


def _csv_cell(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in FORMULA:
        return f"'{value}"
    if not isinstance(value, tuple):
        return "" if value is None else value
    return " ".join("?" if s is None else "x".join(map(_csv_size, s)) or "()" for s in value)


def _csv_size(size: Any) -> str:
    if type(size) is not str:
        return "?" if size is None else str(size)
    return size if size.isidentifier() else f"({size.replace(' ', '')})"
