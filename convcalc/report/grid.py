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
    `width`, it loses the room beside its headers first; then cells are folded, after commas and dots as long as that suffices.
    """
    leads = tree if tree is not None else [""] * len(rows)
    widths = _widths(rows, headers, leads)
    folded = False
    if width is not None and _total(widths) > width:
        widths = _widths(rows, headers, leads, beside=0)
        folded = _total(widths) > width
        if folded:
            for least in (
                _unbroken(rows, leads),
                [LEAST + (0 if place else _longest(leads)) for place in range(len(widths))],
            ):
                widths = _narrowed(widths, align, width, least)
    bold = (BOLD, PLAIN) if coloured else None
    lines = [_line(cells, widths, align, bold) for cells in _header_lines(headers, widths)]
    lines.append(BETWEEN.join(["-" * size for size in widths]))
    for lead, row in zip(leads, rows):
        if folded:
            lines += _folded(lead, row, widths, align, coloured)
        else:
            lines.append(_drawn(lead, row, widths, align, coloured))
    return "\n".join(lines)


def total_width(rows: Sequence[Sequence[str]], headers: Sequence[str], tree: Sequence[str]) -> int:
    """The columns that `draw` takes for a table that is not folded."""
    return _total(_widths(rows, headers, tree))


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + len(BETWEEN) * (len(widths) - 1)


def _longest(texts: Sequence[str]) -> int:
    return max(map(len, texts), default=0)


def coloured(text: str, colour: bool) -> str:
    """A text with its marks made colours, or without them."""
    if text.isascii():
        return text
    return text.translate({ord(mark): code if colour else None for mark, code in _CODES.items()})


def _widths(rows: Sequence[Sequence[str]], headers: Sequence[str], leads: Sequence[str], beside: int = 2) -> list[int]:
    """How wide each column is: two more than its header at the least."""
    widths = [width_of(header) + beside for header in headers]
    for lead, row in zip(leads, rows):
        for place, cell in enumerate(row):
            size = width_of(cell) if place else width_of(cell) + len(lead)
            if size > widths[place]:
                widths[place] = size
    return widths


def _unbroken(rows: Sequence[Sequence[str]], leads: Sequence[str]) -> list[int]:
    """How wide each column has to be so that no cell is broken but after a sign of `BREAKS`."""
    found = [LEAST + (0 if place else _longest(leads)) for place in range(len(rows[0]) if rows else 0)]
    for lead, row in zip(leads, rows):
        for place, cell in enumerate(row):
            text = cell
            for sign in BREAKS:
                text = text.replace(sign, sign.rstrip() + "\n")
            widest = max(map(width_of, text.split("\n"))) + (0 if place else len(lead))
            found[place] = max(found[place], widest)
    return found


def _header_lines(headers: Sequence[str], widths: Sequence[int]) -> list[list[str]]:
    """Headers, on two lines where one is wider than its column."""
    pieces = [_pieces(header, size, wraps=True) for header, size in zip(headers, widths)]
    return [[part[number] if number < len(part) else "" for part in pieces] for number in range(max(map(len, pieces)))]


def _narrowed(widths: list[int], align: Sequence[str], width: int, least: list[int]) -> list[int]:
    """Narrower columns of text, the widest first; numbers are left whole."""
    widths = list(widths)
    least = [size if side == "left" else widths[place] for place, (size, side) in enumerate(zip(least, align))]
    over = _total(widths) - width
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
