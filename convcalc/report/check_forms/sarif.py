"""The report of a check as SARIF 2.1.0 (Static Analysis Results Interchange Format, OASIS, 2020), which code hosts show."""

from __future__ import annotations

import json
import os
from hashlib import sha256

from convcalc import __version__
from convcalc.check.rules import RULES, page
from convcalc.report.annotation import annotation
from convcalc.report.check_text import shape_text
from convcalc.report.excerpt import Sources
from convcalc.report.place import region, shown_file, shown_place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from convcalc.analysis.results import CheckResult, FileReport
    from convcalc.check.diagnostic import Diagnostic, Fix
    from convcalc.report.forms import Style

    Log = dict[str, Any]

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
REGION = (("startLine", "line"), ("startColumn", "column"), ("endLine", "end_line"), ("endColumn", "end_column"))
LEVELS = {"error": "error", "warning": "warning", "unknown": "note"}
PAGES = ""  # the address under which docs/rules is published: SARIF takes no relative one


def draw(report: CheckResult, style: Style) -> str:
    """The log, as people can read it too."""
    return json.dumps(sarif_log(report.files, report.within), ensure_ascii=False, indent=2) + "\n"


def sarif_log(files: Sequence[FileReport], within: dict[str, Iterable[str] | None] | None = None) -> Log:
    """One run with the results of all files; notes are left out."""
    sources = Sources(within)
    reported = [d for report in files for d in report.diagnostics if d.severity in LEVELS]
    names = sorted({d.rule for d in reported})
    seen: dict[str, int] = {}
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "convcalc",
                        "version": __version__,
                        "semanticVersion": __version__,
                        "rules": [_rule(name, reported) for name in names],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The folder in which convcalc was run."}}},
                "results": [_result(d, names.index(d.rule), sources, seen) for d in reported],
            }
        ],
    }


def _rule(name: str, reported: list[Diagnostic]) -> Log:
    known = RULES.get(name)
    severity = next(d.severity for d in reported if d.rule == name) if known is None else known.severity
    summary = name.replace("-", " ") if known is None else known.summary
    rule: Log = {
        "id": name,
        "name": "".join(part.capitalize() for part in name.split("-")),
        "shortDescription": {"text": summary[:1].upper() + summary[1:]},
        "defaultConfiguration": {"level": LEVELS.get(severity, "note")},
    }
    text = page(name)
    if text is not None:
        rule["help"] = {"text": text, "markdown": text}
    if PAGES:
        rule["helpUri"] = f"{PAGES}/{name}.md"
    return rule


def _result(d: Diagnostic, index: int, sources: Sources, seen: dict[str, int]) -> Log:
    result: Log = {
        "ruleId": d.rule,
        "ruleIndex": index,
        "level": LEVELS[d.severity],
        "message": {"text": f"{shown_place(d)}: {annotation(d)}" if d.cell else annotation(d)},
        "locations": [_location(d.file, d)] if d.file else [],
        "partialFingerprints": {"convcalc/v1": _fingerprint(d, sources, seen)},
    }
    related = _related(d)
    if related:
        result["relatedLocations"] = related
    fixes = [fix for fix in (_fix(one, sources) for one in d.fixes) if fix is not None]
    if fixes:
        result["fixes"] = fixes
    return result


def _location(file: Any, place: Any) -> Log:
    """Where something is: a diagnostic, or a part of one."""
    found: Log = {"artifactLocation": artifact(file)}
    at = region(place)
    if at["line"]:
        found["region"] = {key: at[name] for key, name in REGION if at[name]}
    return {"physicalLocation": found}


def artifact(file: str) -> Log:
    """Where a file is: relative to the folder of the run, where it is in it."""
    from urllib.parse import quote

    absolute = os.path.abspath(file)
    relative = os.path.relpath(absolute)
    if relative.startswith(os.pardir + os.sep):
        return {"uri": "file://" + quote(absolute.replace(os.sep, "/"))}
    return {"uri": quote(relative.replace(os.sep, "/")), "uriBaseId": "SRCROOT"}


def _related(d: Diagnostic) -> list[Log]:
    """The constructor's call, and the lines that made the shape."""
    found = []
    built = d.constructor
    if built and built.get("line"):
        found.append({**_location(built.get("file") or d.file, built), "message": {"text": "the layer is built here"}})
    for step in d.provenance or ([d.origin] if d.origin else []):
        if step.get("line"):
            name = str(step["operation"]).rpartition(".")[2]
            before = f"{shape_text(step['from'])} -> " if step.get("from") is not None else ""
            place = {"file": step.get("file") or d.file, "line": step["line"], "cell": step.get("cell")}
            text = f"{before}{shape_text(step.get('to'))} by {name}"
            found.append({**_location(place["file"], place), "message": {"text": text}})
    return [{"id": number, **place} for number, place in enumerate(found)]


def _fix(fix: Fix, sources: Sources) -> Log | None:
    """A fix whose stretch of the source is known, as an edit."""
    if fix.new is None or not fix.line:
        return None
    column, end_column = fix.column, fix.end_column
    if column is None:
        line = sources.line(shown_file(fix), fix.line)
        if line is None or line.count(fix.old) != 1:
            return None
        column = line.index(fix.old) + 1
        end_column = column + len(fix.old)
    ends = {"line": fix.line, "column": column, "end_line": fix.end_line or fix.line, "end_column": end_column}
    at = region({"file": fix.file, "cell": fix.cell, **ends})
    new = json.dumps(fix.new, ensure_ascii=False)[1:-1] if fix.cell else fix.new
    change = {"deletedRegion": {key: at[name] for key, name in REGION}, "insertedContent": {"text": new}}
    return {
        "description": {"text": fix.text},
        "artifactChanges": [{"artifactLocation": artifact(fix.file), "replacements": [change]}],
    }


def _fingerprint(d: Diagnostic, sources: Sources, seen: dict[str, int]) -> str:
    """Stays the same while the line and the rule do, wherever the line moves to in its file."""
    line = sources.line(shown_file(d), d.line) if d.file and d.line else None
    key = "\0".join((artifact(d.file)["uri"] if d.file else "", d.rule, (line or d.message).strip()))
    seen[key] = seen.get(key, 0) + 1
    return sha256(f"{key}\0{seen[key]}".encode("utf8", "replace")).hexdigest()[:16]
