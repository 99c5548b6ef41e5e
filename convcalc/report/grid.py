"""Rows of text under headers, drawn for a terminal: as wide as they are, or folded to the width that there is.

A wide character (CJK, emoji) takes two columns and a combining one none. Colours are asked for by marks, characters of the private use
area that `coloured` turns into escape sequences: what draws runs in the process of a loaded file, and nothing of what comes from
there is sent to a terminal as it is.
"""

from __future__ import annotations

from .terminal import width_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

BETWEEN = "  "
LEAST = 8  # columns that a cell is folded to at the least
BREAKS = ", ", ".", "_", "-", " "  # after which a cell is folded, the best first

BOLD, DIM, RED, YELLOW, PLAIN = "\ue000", "\ue001", "\ue002", "\ue003", "\ue004"
MARKS = BOLD + DIM + RED + YELLOW + PLAIN
_CODES = {BOLD: "\033[1m", DIM: "\033[2m", RED: "\033[31;1m", YELLOW: "\033[33;1m", PLAIN: "\033[0m"}


def draw(
    rows: Sequence[Sequence[str]],
    headers: Sequence[str],
    align: Sequence[str],
    *,
    tree: Sequence[str] | None = None,
    width: int | None = None,
    coloured: bool = False,
) -> str:
    """The lines of a table, without spaces at their ends: headers, a rule, and a line for each row.

    `align` is "left" or "right" for each column, `tree` what stands before the first cell of each row. Where the table is wider than
    `width`, its widest cells are folded.
    """
    leads = tree if tree is not None else [""] * len(rows)
    widths = _widths(rows, headers, leads)
    folded = width is not None and sum(widths) + len(BETWEEN) * (len(widths) - 1) > width
    if folded and width is not None:
        widths = _narrowed(widths, align, width, max(map(len, leads), default=0))
    lines = [_line(headers, widths, align, (BOLD, PLAIN) if coloured else None)]
    lines.append(BETWEEN.join(["-" * size for size in widths]))
    for lead, row in zip(leads, rows):
        if folded:
            lines += _folded(lead, row, widths, align, coloured)
        else:
            lines.append(_drawn(lead, row, widths, align, coloured))
    return "\n".join(lines)


def total_width(rows: Sequence[Sequence[str]], headers: Sequence[str], tree: Sequence[str]) -> int:
    """The columns that `draw` takes for a table that is not folded."""
    widths = _widths(rows, headers, tree)
    return sum(widths) + len(BETWEEN) * (len(widths) - 1)


def coloured(text: str, colour: bool) -> str:
    """A text with its marks made colours, or without them."""
    if text.isascii():
        return text
    return text.translate({ord(mark): code if colour else None for mark, code in _CODES.items()})


def _widths(rows: Sequence[Sequence[str]], headers: Sequence[str], leads: Sequence[str]) -> list[int]:
    """How wide each column is: two more than its header at the least."""
    widths = [width_of(header) + 2 for header in headers]
    for lead, row in zip(leads, rows):
        for place, cell in enumerate(row):
            size = width_of(cell) if place else width_of(cell) + len(lead)
            if size > widths[place]:
                widths[place] = size
    return widths


def _narrowed(widths: list[int], align: Sequence[str], width: int, lead: int) -> list[int]:
    """Narrower columns of text, the widest first; numbers are left whole."""
    widths = list(widths)
    least = [LEAST + (0 if place else lead) if side == "left" else widths[place] for place, side in enumerate(align)]
    over = sum(widths) + len(BETWEEN) * (len(widths) - 1) - width
    while over > 0:
        spare = max(range(len(widths)), key=lambda place: widths[place] if widths[place] > least[place] else -1)
        if widths[spare] <= least[spare]:
            break
        widths[spare] -= 1
        over -= 1
    return widths


def _line(cells: Sequence[str], widths: list[int], align: Sequence[str], mark: tuple[str, str] | None = None) -> str:
    parts = []
    for cell, size, side in zip(cells, widths, align):
        space = " " * (size - width_of(cell))
        text = f"{mark[0]}{cell}{mark[1]}" if mark and cell else cell
        parts.append(text + space if side == "left" else space + text)
    return BETWEEN.join(parts).rstrip()


def _drawn(lead: str, row: Sequence[str], widths: list[int], align: Sequence[str], is_coloured: bool) -> str:
    line = _line((lead + row[0], *row[1:]), widths, align)
    return _painted(lead, line) if is_coloured else line


def _painted(lead: str, line: str) -> str:
    """A row's line with its branches dim, and what was refused or is not known in colours."""
    rest = line[len(lead) :]
    if "✗" in rest:
        before, _, after = rest.rpartition("✗")
        word = "✗ refused" if after.startswith(" refused") else "✗"
        rest = f"{before}{RED}{word}{PLAIN}{after[len(word) - 1 :]}"
    elif "?" in rest:
        rest = rest.replace("?", f"{YELLOW}?{PLAIN}")
    return f"{DIM}{lead}{PLAIN}{rest}" if lead else rest


def _folded(lead: str, row: Sequence[str], widths: list[int], align: Sequence[str], is_coloured: bool) -> list[str]:
    """A row on as many lines as its longest cell needs; the branches go on beside them."""
    below = "".join("│" if sign in "├│" else " " for sign in lead)
    parts = [
        _pieces(cell, size - (0 if place else len(lead)), wraps=side == "left")
        for place, (cell, size, side) in enumerate(zip(row, widths, align))
    ]
    lines = []
    for number in range(max(map(len, parts))):
        cells = [part[number] if number < len(part) else "" for part in parts]
        lines.append(_drawn(below if number else lead, cells, widths, align, is_coloured))
    return lines


def _pieces(text: str, size: int, wraps: bool) -> list[str]:
    """A cell in pieces of at most `size` columns, broken after a comma, a dot or a space where there is one."""
    if not wraps or width_of(text) <= size:
        return [text]
    pieces = []
    while width_of(text) > size:
        end = fits = _fitting(text, size)
        for sign in BREAKS:
            place = text.rfind(sign, 0, fits)
            if place > 0 and place + len(sign.rstrip()) > fits // 3:
                end = place + len(sign)
                break
        pieces.append(text[:end].rstrip())
        text = text[end:]
    return [*pieces, text] if text else pieces


def _fitting(text: str, size: int) -> int:
    """How many characters of a text fit into so many columns: one at the least."""
    end = min(len(text), max(size, 1))
    while end > 1 and width_of(text[:end]) > size:
        end -= 1
    return end
