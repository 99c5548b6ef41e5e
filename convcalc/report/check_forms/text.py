"""A check as people read it: each finding with its place in the source, how it came about, and its fixes."""

from __future__ import annotations

from convcalc.analysis.results import is_of_call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from convcalc.analysis.results import CheckResult, FileReport, ModelReport
    from convcalc.report.forms import Style


SEVERITIES = ("error", "warning", "unknown")  # that are counted


def draw(report: CheckResult, style: Style) -> str:
    """A paragraph for each finding, one for each model of which it is known what fits, and what was found in all."""
    reported = [d for d in report.diagnostics if d.severity in SEVERITIES and (style.calls or not is_of_call(d))]
    fits = [fits_paragraph(model) for file in report.files for model in file.models if model.fits]
    found = ""
    if reported:  # a check that finds nothing imports nothing for it
        from convcalc.report.check_text import diagnoses_text
        from convcalc.report.excerpt import Paint, Sources

        found = diagnoses_text(reported, Sources(report.within), Paint(style.coloured), style.width or 0)
    paragraphs = [found, *fits, closing_line(report.files, report.passed_over)]
    return "\n\n".join(text for text in paragraphs if text) + "\n" if any(paragraphs) else ""


def closing_line(files: list[FileReport], passed_over: int) -> str:
    """What was found in all, in a line."""
    refused = sum(any(map(is_of_call, report.diagnostics)) for report in files)
    diagnostics = [d for report in files for d in report.diagnostics if not is_of_call(d)]
    numbers = {severity: sum(d.severity == severity for d in diagnostics) for severity in SEVERITIES}
    aside = []
    certain = sum(any(fix.is_safe for fix in d.fixes[:1]) for d in diagnostics)
    if certain:
        aside.append(f"{certain} can be fixed with --fix")
    if refused:
        aside.append(f"{refused} could not be checked")
    if passed_over:
        aside.append(f"{passed_over} without a model skipped")
    tail = f" ({', '.join(aside)})" if aside else ""
    found = [counted(numbers["error"], "error"), counted(numbers["warning"], "warning")]
    found = [text for text in found if text[0] != "0"]
    unknown = f"; {counted(numbers['unknown'], 'thing')} not known{_in_files(files)}" if numbers["unknown"] else ""
    analysed = len(files) - refused
    if refused and not analysed and not passed_over:
        return ""  # the call was wrong
    if not found:
        return f"No shape errors in {counted(analysed, 'file')}{tail}{unknown}"
    holding = sum(any(d.severity in ("error", "warning") for d in report.diagnostics) for report in files) - refused
    where = counted(holding, "file") if holding == analysed else f"{holding:,} of {counted(analysed, 'file')}"
    return f"Found {' and '.join(found)} in {where}{tail}{unknown}"


def _in_files(files: list[FileReport]) -> str:
    """In which of many files something is not known, by name as far as a line has room."""
    names = [f.file for f in files if any(d.severity == "unknown" and not is_of_call(d) for d in f.diagnostics)]
    if len(files) < 2:
        return ""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f", in {', '.join(names[:NAMED])}{more}"


NAMED = 3  # files that the closing line names


def counted(number: int, word: str) -> str:
    """A number and its noun: 1 file, 1,000 files."""
    return f"{number:,} {word if number == 1 else word + 's'}"


def fits_paragraph(model: ModelReport) -> str:
    """Which sizes a model accepts: its inputs with letters, and a line for each letter."""
    from convcalc.report.table import model_title

    lines = [model_title(model)]
    fits = model.fits
    assert fits is not None
    for name, shape in fits.inputs.items():
        lines.append(f"  {name}: ({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})")
    lines += [f"  {', '.join(sizes.letters)}: {sizes.words}" for sizes in fits.sizes]
    return "\n".join(lines)
