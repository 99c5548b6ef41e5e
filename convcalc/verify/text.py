"""The table of agreement."""

from __future__ import annotations

from convcalc.report.grid import draw

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .target import Comparison


def comparison_table(compared: list[tuple[str, list[Comparison]]], all_rows: bool, judge: str) -> str:
    """For each model how many rows agree; the rows that differ, or all of them."""
    parts = []
    for name, rows in compared:
        agree = sum(row.agrees for row in rows)
        lines = [f"{name} beside {judge}: {agree} of {len(rows)} agree"]
        shown = [row for row in rows if all_rows or not row.agrees]
        if shown:
            cells = [
                [row.name or name.partition("(")[0], row.type, row.predicted, row.actual, "yes" if row.agrees else "NO"]
                for row in shown
            ]
            lines.append(draw(cells, ["Row", "Type", "convcalc", "PyTorch", "Agree"], ["left"] * 5))
        parts.append("\n\n".join(lines))
    return "\n\n".join(parts) + "\n"
