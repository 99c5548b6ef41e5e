"""Where something stands, in the form of the reports: `model.py:22`, of a notebook `train.ipynb:cell 3:12`."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def shown_file(d: dict[str, Any]) -> str:
    """The file of a place, with the cell where it is a notebook."""
    file = str(d["file"] or "")
    return f"{file}:cell {d['cell']}" if d.get("cell") else file


def shown_place(d: dict[str, Any]) -> str:
    """File and line, as far as they are known."""
    return f"{shown_file(d)}:{d['line']}" if d.get("line") else shown_file(d)


def in_file(d: dict[str, Any]) -> dict[str, Any]:
    """The same place (also of a suggestion, also with its end) in the notebook's own file, as those show it that know no cells."""
    if not d.get("cell"):
        return d
    from convcalc.source.notebook import notebook_of
    from convcalc.source.notebook_text import text_of

    notebook = notebook_of(d["file"])
    if notebook is None:
        return d
    text = text_of(notebook)
    placed = dict(d)
    placed["line"], column = text.place(d["cell"], d["line"], d.get("column") or 1)
    if d.get("column"):
        placed["column"] = column
    if d.get("end_line"):
        placed["end_line"], column = text.place(d["cell"], d["end_line"], d.get("end_column") or 1)
        if d.get("end_column"):
            placed["end_column"] = column
    return placed
