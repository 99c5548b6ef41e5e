"""The report of a check for people: each finding with its place in the source, how it came about, and its fixes."""

from __future__ import annotations

from .excerpt import BLUE, BOLD, GREEN, RED, YELLOW, Paint, Place, Sources, excerpt, spread
from .place import shown_file, shown_place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convcalc.check.diagnostic import Diagnostic

COLOURS = {"error": RED, "warning": YELLOW, "unknown": BLUE}
IN_A_LINE = "no-input"  # of many files of a folder, where there is nothing to see in the source
LONGEST = 120  # columns of a line with place and message, where no terminal says otherwise
STEPS = 6  # of how a shape came about


def diagnoses_text(diagnostics: list[Diagnostic], sources: Sources, paint: Paint, width: int = 0) -> str:
    """One paragraph each; notes are left out. Prose is broken at `width`, if it is not 0."""
    reported = [d for d in diagnostics if d.severity in COLOURS]
    paragraphs = ["\n".join(_diagnosis(d, sources, paint, width)) for d in reported if d.rule != IN_A_LINE]
    lines = ["\n".join(_head(d, paint, width)) for d in reported if d.rule == IN_A_LINE]
    return "\n\n".join([*paragraphs, "\n".join(lines)] if lines else paragraphs)


def _head(d: Diagnostic, paint: Paint, width: int) -> list[str]:
    """Place, rule and message, the message in lines of its own where it is long."""
    place = ":".join(str(part) for part in (shown_file(d), d.line, d.column if d.line else None) if part)
    first, *rest = d.message.splitlines() or [""]
    head = f"{paint(place, BOLD)}: " if place else ""
    kind = paint(f"{d.severity}[{d.rule}]", COLOURS[d.severity])
    first = spread(first)
    if len(f"{place}: {d.severity}[{d.rule}]: {first}") <= (width or LONGEST):
        lines = [f"{head}{kind}: {paint(first, BOLD)}"]
    else:
        broken = wrapped(first, width, 4, "    ")
        lines = [f"{head}{kind}:", paint(f"    {broken[0]}", BOLD), *(paint(line, BOLD) for line in broken[1:])]
    return lines + [f"    {spread(line)}" for line in rest]


def _diagnosis(d: Diagnostic, sources: Sources, paint: Paint, width: int) -> list[str]:
    lines = _head(d, paint, width) + _excerpts(d, sources, paint, COLOURS[d.severity])
    for word, text, code in _remarks(d):
        label = f"  {word:<5} "
        body = wrapped(text, width, len(label), " " * len(label)) if "\n" not in text else text.split("\n")
        lines.append(f"  {paint(f'{word:<5}', code)} {body[0]}")
        lines += body[1:]
    return lines


def _excerpts(d: Diagnostic, sources: Sources, paint: Paint, colour: str) -> list[str]:
    """The place of the finding, and where the layer was built: in one piece where both are in one file."""
    if not d.file or not d.line:
        return []
    last = d.end_line in (None, d.line)
    main = Place(d.line, d.column, d.end_column if last else None, "^", colour)
    built = d.constructor
    if not built or not built.get("line") or shown_place(built) == shown_place(d):
        return excerpt(shown_file(d), [main], sources, paint)
    whole = built.get("end_line") in (None, built["line"])
    second = Place(
        built["line"], built.get("column"), built.get("end_column") if whole else None, "-", BLUE, "built here"
    )
    if shown_file(built) == shown_file(d):
        return excerpt(shown_file(d), [main, second], sources, paint)
    elsewhere = f"{paint('-->', BLUE)} {shown_place(built)}"
    return [
        *excerpt(shown_file(d), [main], sources, paint),
        elsewhere,
        *excerpt(shown_file(built), [second], sources, paint),
    ]


def _remarks(d: Diagnostic) -> list[tuple[str, str, str]]:
    """What stands under the source lines: (word, text, colour)."""
    found = []
    steps = d.provenance or ([d.origin] if d.origin else [])
    if steps:
        rows = [_step(step, d) for step in steps[:STEPS]]
        wide = [max(len(row[i]) for row in rows) for i in range(2)]
        lines = [f"{change:<{wide[0]}}  {name:<{wide[1]}}  {where}".rstrip() for change, name, where in rows]
        if len(steps) > STEPS:
            more = len(steps) - STEPS
            lines.append(f"and {more:,} step{'s' if more > 1 else ''} before")
        found.append(("from", ("\n" + " " * 8).join(lines), BLUE))
    if d.torch and d.message not in d.torch:
        found.append(("torch", spread(" ".join(d.torch.split())), BLUE))
    for i, fix in enumerate(d.fixes):
        reason = f" ({fix.reason})" if fix.reason else ""
        found.append(("fix" if i == 0 else "or", spread(fix.text) + reason, GREEN))
    return found


def _step(step: dict[str, Any], d: Diagnostic) -> tuple[str, str, str]:
    """An operation that a shape came through: the shapes, its name, where it stands."""
    before = f"{shape_text(step['from'])} -> " if step.get("from") is not None else ""
    where = ""
    if step.get("line"):
        if step.get("file") not in (None, d.file):
            where = shown_place(step)
        else:
            cell = step.get("cell")
            where = f"line {step['line']}" if cell == d.cell else f"cell {cell}, line {step['line']}"
    return before + shape_text(step.get("to")), str(step["operation"]).rpartition(".")[2], where


def shape_text(shape: Any) -> str:
    """A shape as Python writes it; what of it is not known is a question mark."""
    if shape is None:
        return "?"
    sizes = ["?" if size is None else str(size) for size in shape]
    return f"({sizes[0]},)" if len(sizes) == 1 else f"({', '.join(sizes)})"


def wrapped(text: str, width: int, first: int, indent: str) -> list[str]:
    """Words in lines of at most `width`; the first line has `first` columns less. Width 0: one line."""
    if not width:
        return [text]
    lines = [""]
    room = max(width - first, 20)
    for word in text.split(" "):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > room:
            lines.append(word)
            room = max(width - len(indent), 20)
        else:
            lines[-1] += (" " if lines[-1] else "") + word
    return [lines[0], *(indent + line for line in lines[1:])]
