"""From a target to what is wrong with it: the report of `convcalc check`.

A file is run as for a summary. Where that finds an error, a second run goes on after each refusal and finds further ones;
where it finds none, the models are asked for what PyTorch accepts and is surely meant otherwise.
"""

from __future__ import annotations

from .analysis import NotAnalysed, analyse, entries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convcalc.source.discovery import Given

    FileReport = dict[str, Any]

SCHEMA = 1


class CheckSettings:
    """Which rules a check tells of."""

    __slots__ = ("ignore", "select")

    def __init__(self, select: tuple[str, ...] = (), ignore: tuple[str, ...] = ()) -> None:
        self.select = select
        self.ignore = ignore


def check_source(file: str, source: bytes, expression: str | None, given: Given, settings: CheckSettings) -> FileReport:
    """The entry of a file in the JSON report of `check`.

    Raises `UsageError` where the call is wrong. A file that cannot be analysed has no models and one diagnostic of
    severity "unknown".
    """
    try:
        analysis = analyse(file, source, expression, given)
    except NotAnalysed as error:
        return {"file": file, "models": [], "diagnostics": [not_analysed(file, str(error))]}
    models = []
    diagnostics = []
    for entry, _model in entries(analysis):
        del entry["rows"]
        models.append(entry)
        diagnostics += entry["diagnostics"]
    return {"file": file, "models": models, "diagnostics": diagnostics}


def not_analysed(file: str, message: str) -> dict[str, Any]:
    """A file that could not be analysed, as a diagnostic."""
    return {
        "rule": "not-analysed", "severity": "unknown", "file": file, "line": None, "column": None, "path": None, "message": message,
        "expected": None, "actual": None, "shape": None, "suggestions": [],
    }  # fmt: skip


def exit_code(files: list[FileReport]) -> int:
    """0: no error; 1: an error; 3: something is not known."""
    severities = {d["severity"] for report in files for d in report["diagnostics"]}
    return 1 if "error" in severities else 3 if "unknown" in severities else 0


def to_dict(files: list[FileReport]) -> dict[str, Any]:
    """The report in the form of the JSON (schema 1)."""
    return {"schema": SCHEMA, "files": files}


def check_text(files: list[FileReport], form: str) -> str:
    """The report as `text`, `json`, `github` or `sarif`."""
    if form == "json":
        import json

        return json.dumps(to_dict(files), ensure_ascii=False) + "\n"
    from .table import diagnostics_text

    return "".join(diagnostics_text(report["diagnostics"]) + "\n" for report in files if report["diagnostics"])
