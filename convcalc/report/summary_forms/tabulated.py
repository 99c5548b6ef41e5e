"""The rows of a summary in the forms that the package tabulate draws: for GitHub, LaTeX, HTML, reStructuredText, a spreadsheet ..."""

from __future__ import annotations

from convcalc.report.table import _count, _grouped, _outputs, _own_macs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convcalc.analysis.results import Row, SummaryResult
    from convcalc.report.forms import Style

HEADERS = ("Layer", "Type", "Output shape", "Params", "MACs")


def draw(summary: SummaryResult, style: Style) -> str:
    """A table for each model, one row for each call, in that form of tabulate's."""
    from tabulate import tabulate

    parts = []
    for model in summary.models:
        cells = [
            [_escaped(cell, style.name) for cell in _cells(row, macs)]
            for row, macs in zip(model.rows, _own_macs(model.rows))
        ]
        align = ("left", "left", "left", "right", "right")
        parts.append(
            tabulate(
                cells, headers=HEADERS, tablefmt=style.name, colalign=align if cells else None, disable_numparse=True
            )
        )
    return "\n\n".join(parts) + "\n"


# What a text may not say in a cell; the forms that are not here escape it themselves, or have no marks.
MARKS = {
    "github": (("&", "&amp;"), ("<", "&lt;"), ("|", "\\|"), ("`", "\\`")), "mediawiki": (("&", "&amp;"), ("<", "&lt;"), ("|", "&#124;")),
    "jira": (("|", "\\|"),), "orgtbl": (("|", "\\vert{}"),), "textile": (("|", "&#124;"), ("<", "&lt;")), "asciidoc": (("|", "\\|"),),
}  # fmt: skip


def _escaped(text: str, form: str) -> str:
    text = " ".join(text.split("\n"))
    for sign, spelled in MARKS.get(form, ()):
        text = text.replace(sign, spelled)
    return text


def _cells(row: Row, macs: Any) -> list[str]:
    params = row.own_params if row.kind == "module" else 0
    name = row.path if row.path is not None else "(unnamed)" if row.kind == "module" else ""
    counted = "?" if macs is None else "" if type(macs) is int and not macs else _count(macs)
    return [name, row.type, _outputs(row), "?" if params is None else _grouped(params) if params else "", counted]
