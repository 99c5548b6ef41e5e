"""The report of a check as commands of a GitHub workflow: each finding becomes an annotation of its line."""

from __future__ import annotations

from .annotation import annotation
from .place import in_file, shown_place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

COMMANDS = {"error": "error", "warning": "warning", "unknown": "notice"}


def github_commands(diagnostics: list[dict[str, Any]]) -> str:
    """One command a line; notes are left out."""
    return "".join(_command(d) + "\n" for d in diagnostics if d["severity"] in COMMANDS)


def _command(d: dict[str, Any]) -> str:
    told = annotation(d)
    if d.get("cell"):
        told = f"{shown_place(d)}: {told}"
        d = in_file(d)
    properties: dict[str, Any] = {"file": d["file"]}
    if d["line"]:
        end_line = d.get("end_line") or d["line"]
        properties.update(line=d["line"], endLine=end_line)
        if d["column"] and end_line == d["line"]:  # columns are only allowed where it is one line
            properties.update(col=d["column"], endColumn=d.get("end_column") or d["column"])
    properties["title"] = f"convcalc {d['rule']}"
    named = ",".join(f"{name}={_property(value)}" for name, value in properties.items() if value is not None)
    return f"::{COMMANDS[d['severity']]} {named}::{_data(told)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: Any) -> str:
    return _data(str(value)).replace(":", "%3A").replace(",", "%2C")
