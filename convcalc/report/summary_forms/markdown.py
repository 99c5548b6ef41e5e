"""A summary as Markdown: a table for each model, as GitHub renders it."""

from __future__ import annotations

from convcalc.report.table import _count, _grouped, _outputs, _shape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from convcalc.analysis.results import SummaryResult
    from convcalc.report.forms import Style


def draw(summary: SummaryResult, style: Style) -> str:
    """A table for each model, as GitHub renders it."""
    parts = []
    for model in summary.models:
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
