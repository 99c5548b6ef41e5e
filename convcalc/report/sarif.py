"""The report of a check as SARIF 2.1.0 (Static Analysis Results Interchange Format, OASIS, 2020), which code hosts show."""

from __future__ import annotations

import json
import os
from hashlib import sha256

from convcalc import __version__
from convcalc.check.rules import RULES, page

from .annotation import annotation
from .check_text import shape_text
from .excerpt import Sources
from .place import in_file, shown_file, shown_place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from convcalc.analysis.results import FileReport

    Log = dict[str, Any]

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {"error": "error", "warning": "warning", "unknown": "note"}
PAGES = ""  # the address under which docs/rules is published: SARIF takes no relative one


def sarif_log(files: Sequence[FileReport], within: dict[str, Iterable[str] | None] | None = None) -> Log:
    """One run with the results of all files; notes are left out."""
    sources = Sources(within)
    told = [d for report in files for d in report.diagnostics if d["severity"] in LEVELS]
    names = sorted({d["rule"] for d in told})
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
                        "rules": [_rule(name, told) for name in names],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The folder in which convcalc was run."}}},
                "results": [_result(d, names.index(d["rule"]), sources, seen) for d in told],
            }
        ],
    }


def _rule(name: str, told: list[dict[str, Any]]) -> Log:
    known = RULES.get(name)
    severity = next(d["severity"] for d in told if d["rule"] == name) if known is None else known.severity
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


def _result(d: dict[str, Any], index: int, sources: Sources, seen: dict[str, int]) -> Log:
    result: Log = {
        "ruleId": d["rule"],
        "ruleIndex": index,
        "level": LEVELS[d["severity"]],
        "message": {"text": f"{shown_place(d)}: {annotation(d)}" if d.get("cell") else annotation(d)},
        "locations": [_location(d)] if d["file"] else [],
        "partialFingerprints": {"convcalc/v1": _fingerprint(d, sources, seen)},
    }
    related = _related(d)
    if related:
        result["relatedLocations"] = related
    fixes = [fix for fix in (_fix(mend, sources) for mend in d["suggestions"]) if fix is not None]
    if fixes:
        result["fixes"] = fixes
    return result


def _location(d: dict[str, Any]) -> Log:
    place: Log = {"artifactLocation": artifact(d["file"])}
    if d.get("line"):
        place["region"] = _region(in_file(d))
    return {"physicalLocation": place}


def _region(d: dict[str, Any]) -> Log:
    region = {"startLine": d["line"]}
    for name, key in (("startColumn", "column"), ("endLine", "end_line"), ("endColumn", "end_column")):
        if d.get(key):
            region[name] = d[key]
    return region


def artifact(file: str) -> Log:
    """Where a file is: relative to the folder of the run, where it is in it."""
    from urllib.parse import quote

    absolute = os.path.abspath(file)
    relative = os.path.relpath(absolute)
    if relative.startswith(os.pardir + os.sep):
        return {"uri": "file://" + quote(absolute.replace(os.sep, "/"))}
    return {"uri": quote(relative.replace(os.sep, "/")), "uriBaseId": "SRCROOT"}


def _related(d: dict[str, Any]) -> list[Log]:
    """The constructor's call, and the lines that made the shape."""
    found = []
    built = d.get("constructor")
    if built and built.get("line"):
        found.append({**_location(built), "message": {"text": "the layer is built here"}})
    for step in d.get("provenance") or ([d["origin"]] if d.get("origin") else []):
        if step.get("line"):
            name = str(step["operation"]).rpartition(".")[2]
            before = f"{shape_text(step['from'])} -> " if step.get("from") is not None else ""
            place = _location({"file": step.get("file") or d["file"], "line": step["line"], "cell": step.get("cell")})
            found.append({**place, "message": {"text": f"{before}{shape_text(step.get('to'))} by {name}"}})
    return [{"id": number, **place} for number, place in enumerate(found)]


def _fix(mend: dict[str, Any], sources: Sources) -> Log | None:
    """A suggestion whose stretch of the source is known, as an edit."""
    if mend.get("new") is None or not mend.get("line"):
        return None
    column, end_line, end_column = mend.get("column"), mend.get("end_line"), mend.get("end_column")
    if column is None:
        line = sources.line(shown_file(mend), mend["line"])
        if line is None or line.count(mend["old"]) != 1:
            return None
        column = line.index(mend["old"]) + 1
        end_column = column + len(mend["old"])
    span = in_file({**mend, "column": column, "end_line": end_line or mend["line"], "end_column": end_column})
    region = {"startLine": span["line"], "startColumn": span["column"], "endLine": span["end_line"]}
    new = json.dumps(mend["new"], ensure_ascii=False)[1:-1] if mend.get("cell") else mend["new"]
    change = {"deletedRegion": {**region, "endColumn": span["end_column"]}, "insertedContent": {"text": new}}
    return {
        "description": {"text": mend["text"]},
        "artifactChanges": [{"artifactLocation": artifact(mend["file"]), "replacements": [change]}],
    }


def _fingerprint(d: dict[str, Any], sources: Sources, seen: dict[str, int]) -> str:
    """Stays the same while the line and the rule do, wherever the line moves to in its file."""
    line = sources.line(shown_file(d), d["line"]) if d["file"] and d["line"] else None
    key = "\0".join((artifact(d["file"])["uri"] if d["file"] else "", d["rule"], (line or str(d["message"])).strip()))
    seen[key] = seen.get(key, 0) + 1
    return sha256(f"{key}\0{seen[key]}".encode("utf8", "replace")).hexdigest()[:16]
