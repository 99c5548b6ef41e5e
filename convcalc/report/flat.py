"""Flat views of a summary: Markdown and CSV, one line a row."""

from __future__ import annotations

from .table import _count, _grouped, _outputs, _shape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from convcalc.analysis.results import ModelReport

COLUMNS = ("path", "type", "kind", "depth", "call", "inputs", "outputs", "params", "own_params", "macs", "file", "line")

FORMULA = ("=", "+", "-", "@")  # with which a formula starts in spreadsheets, and no name does


def as_csv(models: Sequence[ModelReport]) -> str:
    """Every row of every model; shapes as `2x3x224x224`, several separated by a space, an unknown one as `?`."""
    import csv
    import io

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


def as_markdown(models: Sequence[ModelReport]) -> str:
    """A table for each model, as GitHub renders it."""
    parts = []
    for model in models:
        lines = [f"### {_inline(model.target.call or model.target.file or '')}", ""]
        lines += [f"- {_code(i.name)}: {_shape(i.shape)} {i.dtype} ({i.source})" for i in model.inputs]
        lines += ["", "| Layer | Type | Output shape | Params | MACs |", "| --- | --- | --- | ---: | ---: |"]
        for row in model.rows:
            macs = "" if not row.macs else _count(row.macs)
            path = _code(row.path) if row.path else ""
            lines.append(f"| {path} | {_inline(row.type)} | {_outputs(row)} | {row.params or ''} | {macs} |")
        totals = model.totals
        params = "?" if totals.params is None else _grouped(totals.params)
        lines += ["", f"{params} parameters; MACs {_count(totals.macs)} ({totals.macs_status})"]
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def _inline(text: str) -> str:
    """A name within a line of Markdown, in which it is no HTML, link, column or mention of somebody."""
    text = " ".join(text.split("\n"))
    for sign, spelled in (
        ("&", "&amp;"),
        ("<", "&lt;"),
        ("|", "\\|"),
        ("`", "\\`"),
        ("](", "]\\("),
        ("][", "]\\["),
        ("@", "&#64;"),
    ):
        text = text.replace(sign, spelled)
    return text


def _code(text: str) -> str:
    """A name as code."""
    return f"`{' '.join(str(text).split()).replace('`', chr(39)).replace('|', chr(92) + '|')}`"
