"""The table: one row for each call of a layer, as a tree, with output shape and parameters."""

from __future__ import annotations

from .grid import draw, total_width
from .place import shown_place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from convcalc.analysis.results import ModelReport, Row, Totals
    from convcalc.check.diagnostic import Diagnostic

SHOWN = 3  # tensors that a call returns; of more the first ones and their number
LONGEST_COUNT = 24
COLUMNS = 80  # of a terminal; a wider table gets narrower branches
WIDE, NARROW = ("├─ ", "└─ ", "│  ", "   "), ("├ ", "└ ", "│ ", "  ")
REFUSED, WITHIN_REFUSED = "✗ refused", "✗"


def summary_table(
    models: Iterable[ModelReport], *, all_rows: bool = False, width: int | None = None, coloured: bool = False
) -> str:
    """All models of a summary as text for a terminal: `width` columns wide at the most, or as wide as they are.

    With `coloured` there are marks in it, of which `grid.coloured` makes colours.
    """
    return "\n\n".join(_model(model, all_rows, width, coloured) for model in models)


def _model(model: ModelReport, all_rows: bool, width: int | None, coloured: bool) -> str:
    parts = [_title(model)]
    own_macs = _own_macs(model.rows)
    shown = [(row, macs) for row, macs in zip(model.rows, own_macs) if all_rows or _is_shown(row, model)]
    if shown:
        rows = [row for row, _ in shown]
        with_macs = any(macs is not None and (type(macs) is not int or macs) for _, macs in shown)
        following = [*rows[1:], None]
        headers = ["Layer", "Type", "Output shape", "Params"]
        align = ["left", "left", "left", "right"]
        if with_macs:
            headers.append("MACs")
            align.append("right")
        cells = [_cells(*around, model) for around in zip(rows, following)]
        if with_macs:
            for cell, (row, macs) in zip(cells, shown):
                cell.append(_macs(row, macs))
        for branches in (WIDE, NARROW):
            tree = _tree(rows, branches)
            if total_width(cells, headers, tree) <= (width or COLUMNS):
                break
        if width is not None and total_width(cells, headers, tree) > width:
            for cell, row in zip(cells, rows):
                if row.kind == "op" and row.outputs is not None:
                    cell[1] = ""  # the name says it
        parts.append(draw(cells, headers, align, tree=tree, width=width, coloured=coloured))
    if model.target.class_name is not None:
        parts.append(_totals(model.totals, _uncalled_params(model)))
    return "\n\n".join(parts)


def _own_macs(rows: Sequence[Row]) -> list[Any]:
    """What each row multiplies itself, without the rows below it: the column that sums to the total."""
    inclusive = [number(row.macs) for row in rows]
    own = list(inclusive)
    path: list[int] = []  # the rows that the current one lies in
    for i, row in enumerate(rows):
        while path and rows[path[-1]].depth >= row.depth:
            path.pop()
        if path:
            above = own[path[-1]]
            macs = inclusive[i]
            own[path[-1]] = None if above is None or macs is None else above - macs
        path.append(i)
    return own


def number(count: Any) -> Any:
    """A count of the report to calculate with: an expression in symbols is text there."""
    if type(count) is not str:
        return count
    from convcalc.dim import read

    return read(count)


def _macs(row: Row, own: Any) -> str:
    if row.kind == "module" and not row.leaf and (own is None or (type(own) is int and not own)):
        return ""
    return "?" if own is None else _count(own) if type(own) is not int or own else "-"


def _uncalled_params(model: ModelReport) -> int:
    """Parameters of modules that no row stands for: they are held but never called as modules."""
    total: Any = model.totals.params
    if (
        not model.rows
        or type(total) is not int
        or any(row.outputs is None or type(row.own_params) is not int for row in model.rows)
    ):
        return 0
    seen: dict[str, Any] = {
        row.path: row.own_params for row in model.rows if row.kind == "module" and row.path is not None
    }
    called: int = sum(seen.values())
    return max(0, total - called)


def _title(model: ModelReport) -> str:
    target = model.target
    place = shown_place(target)
    if target.class_name is None:
        return f"{place}: no model; its tensor operations"
    lines = [model_title(model)]
    for fed in model.inputs:
        origin = {"script": "as the script feeds it", "given": "as given", "inferred": "inferred"}[fed.source]
        lines.append(f"  {fed.name}: {_shape(fed.shape)}{' ' + fed.dtype if fed.dtype else ''}, {origin}")
    for condition in model.conditions or ():
        at = f" ({shown_place(condition)})" if condition.line else ""
        lines.append(f"  for {condition.text}{at}")
    return "\n".join(lines + fits_text(model))


def model_title(model: ModelReport) -> str:
    """A model's construction and its place."""
    target = model.target
    place = shown_place(target)
    return f"{target.call}" + (f"  {place}" if place else "")


def fits_text(model: ModelReport) -> list[str]:
    """Which sizes a model accepts, in a line; a batch that may be any goes without saying."""
    reported = []
    for sizes in () if model.fits is None else model.fits.sizes:
        if sizes.words == "none":
            reported.append(f"no {_named(sizes.letters)}")
        elif sizes.letters != ("N",) or sizes.words != "any":
            reported.append(f"{_named(sizes.letters)} {sizes.words}")
    return [f"  fits: {'; '.join(reported)}"] if reported else []


def _named(letters: Sequence[str]) -> str:
    return " and ".join(LETTERS.get(letter, letter) for letter in letters)


LETTERS = {"N": "batch", "H": "height", "W": "width", "D": "depth", "L": "length", "C": "channels"}


def _is_shown(row: Row, model: ModelReport) -> bool:
    """Modules, and of the operations those that change a shape, multiply, fail or are unknown."""
    if row.kind == "module" or model.target.class_name is None:
        return True
    outputs = row.outputs
    if outputs is None or row.macs or None in outputs:
        return True
    return len(outputs) > 0 and not any(outputs[0] == shape for shape in row.inputs) and outputs[0] != ()


def _tree(rows: Sequence[Row], branches: tuple[str, str, str, str]) -> list[str]:
    """The branches in front of each row, from the depths alone."""
    prefixes: list[str] = []
    going_on: list[
        int
    ] = []  # the depths, ascending, at which a branch goes on below the row, which is the next that has no greater depth
    for row in reversed(rows):
        depth = row.depth
        prefix = [branches[2] if level in going_on else branches[3] for level in range(1, depth)]
        if depth:
            prefix.append(branches[0] if depth in going_on else branches[1])
        prefixes.append("".join(prefix))
        while going_on and going_on[-1] >= depth:
            going_on.pop()
        going_on.append(depth)
    return prefixes[::-1]


def _cells(row: Row, following: Row | None, model: ModelReport) -> list[str]:
    if row.kind == "op":
        name = f"({row.type.rpartition('.')[2]})"
    elif row.path == "" and row.depth == 0:
        name = model.target.class_name or row.type
    elif row.path is None:
        name = "(unnamed)"
    else:
        name = row.path.rpartition(".")[2]
    if row.call:
        name += f" (call {row.call + 1})"
    kind = row.type if row.depth or row.kind == "op" or row.path != "" or name != row.type else ""
    cells_params = ""
    if row.kind == "module":
        count = row.params if row.leaf else row.own_params
        cells_params = "?" if count is None else _grouped(count) if count else "-"
        if row.call and count:
            cells_params = "(shared)"
    return [name, kind, _outputs(row, following), cells_params]


def _outputs(row: Row, following: Row | None = None) -> str:
    if row.outputs is None:
        return WITHIN_REFUSED if following is not None and following.depth > row.depth else REFUSED
    shapes = row.outputs
    reported = ", ".join(_shape(shape) for shape in (shapes if len(shapes) <= SHOWN else shapes[: SHOWN - 1]))
    return (reported if len(shapes) <= SHOWN else f"{reported}, … {len(shapes)} in all") or "-"


def _shape(shape: Sequence[Any] | None) -> str:
    if shape is None:
        return "?"
    sizes = ["?" if size is None else str(size) for size in shape]
    return f"({sizes[0]},)" if len(sizes) == 1 else f"({', '.join(sizes)})"


def _count(number: Any) -> str:
    """A large count with three digits and a unit: 31.4 M; one with symbols likewise where it is a product, else as a formula."""
    if number is None:
        return "?"
    if type(number) is not int:
        return _symbolic_count(str(number))
    value = float(number)
    for unit in ("", " k", " M", " G", " T"):
        if value < 1000 or unit == " T":
            return f"{number:,}" if not unit else f"{value:.1f}{unit}" if value >= 10 else f"{value:.2f}{unit}"
        value /= 1000
    return str(number)


def _symbolic_count(text: str) -> str:
    """`86704128*N` as `86.7 M * N`; a formula that is long, by the symbols that it depends on."""
    whole = text
    number, star, rest = text.partition("*")
    if number.isdigit() and star and rest[:1] != "*" and not _is_sum(rest):
        text = f"{_count(int(number))} * {rest}"
    if len(text) <= LONGEST_COUNT:
        return text
    return f"f({', '.join(sorted(_symbols_in(whole)))})"


def _symbols_in(text: str) -> set[str]:
    """The names in a formula."""
    words = "".join([c if c.isalnum() or c == "_" else " " for c in text]).split()
    return {word for word in words if not word[0].isdigit() and word not in ("min", "max")}


def _grouped(count: Any) -> str:
    """1234567 as 1,234,567; a formula as it is."""
    return f"{count:,}" if type(count) is int else str(count)


def _is_sum(text: str) -> bool:
    depth = 0
    for letter in text:
        depth += (letter == "(") - (letter == ")")
        if letter == " " and not depth:
            return True
    return False


def _totals(totals: Totals, uncalled: int) -> str:
    if totals.params is None:
        return "Parameters  ?\nMACs        ?"
    frozen = totals.params != totals.trainable_params
    trained = "all trainable" if not frozen else f"{_grouped(totals.trainable_params)} trainable"
    lines = [f"Parameters  {_grouped(totals.params)}" + (f" ({trained})" if totals.params else "")]
    if uncalled:
        lines.append(f"  of them   {uncalled:,} in modules that are not called themselves")
    if totals.buffers:
        lines.append(f"Buffers     {_grouped(totals.buffers)}")
    if totals.macs is not None:
        least = "at least " if totals.macs_status == "lower-bound" else ""
        macs = totals.macs
        lines.append(f"MACs        {least}{_count(macs) if type(macs) is int else _formula(macs)}")
    else:
        lines.append("MACs        ?")
    return "\n".join(lines)


def _formula(formula: Any) -> str:
    text, short = str(formula), _count(formula)
    return text if short.startswith("f(") else short


def diagnostics_text(diagnostics: list[Diagnostic]) -> str:
    """Errors and what is not known, one paragraph each, in the way of a compiler."""
    return "\n".join(_diagnostic(d) for d in diagnostics)


def _diagnostic(d: Diagnostic) -> str:
    place = shown_place(d)
    lines = [f"{place}: {d.message}" if place else d.message]
    origin = d.origin
    if origin:
        flat = origin["from"] and origin["to"] and len(origin["to"]) < len(origin["from"])
        verb = "flattened" if flat and origin["operation"].rpartition(".")[2] in ("view", "reshape", "flatten") else ""
        made = f"{_shape(origin['from'])} {verb or 'by ' + origin['operation']}"
        lines.append(f"  from   {made}" + (f" at {shown_place(origin)}" if origin["line"] else ""))
    if d.torch and d.message not in d.torch:
        lines.append(f"  torch  {d.torch}")
    lines += [f"  fix    {fix.text}" for fix in d.fixes]
    return "\n".join(lines)
