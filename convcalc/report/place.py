"""Where something stands, in the form of the reports: `model.py:22`, of a notebook `train.ipynb:cell 3:12`.

A place is a result that has one (a diagnostic, a fix, a target, a condition), or the dict of a step by which a shape came about.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def shown_file(place: Any) -> str:
    """The file of a place, with the cell where it is a notebook."""
    file, cell = _part(place, "file") or "", _part(place, "cell")
    return f"{file}:cell {cell}" if cell else file


def shown_place(place: Any) -> str:
    """File and line, as far as they are known."""
    line = _part(place, "line")
    return f"{shown_file(place)}:{line}" if line else shown_file(place)


def region(place: Any) -> dict[str, int | None]:
    """Line, column and end of a place; in a notebook those of its own file, as those show them that know no cells."""
    line, column, end_line, end_column = (_part(place, name) for name in ("line", "column", "end_line", "end_column"))
    cell = _part(place, "cell")
    text = _text_of(place) if cell else None
    if text is not None:
        line, in_line = text.place(cell, line, column or 1)
        column = in_line if column else column
        if end_line:
            end_line, in_line = text.place(cell, end_line, end_column or 1)
            end_column = in_line if end_column else end_column
    return {"line": line, "column": column, "end_line": end_line, "end_column": end_column}


def _text_of(place: Any) -> Any:
    """The text of a notebook's file; None where it is gone."""
    from convcalc.source.notebook import notebook_of
    from convcalc.source.notebook_text import text_of

    notebook = notebook_of(_part(place, "file"))
    return None if notebook is None else text_of(notebook)


def _part(place: Any, name: str) -> Any:
    return place.get(name) if type(place) is dict else getattr(place, name, None)
