"""The verdicts: what convcalc says of a model beside what PyTorch makes of it."""

from __future__ import annotations

import os
from typing import Any


def compared(entries: list[dict[str, Any]], said: str, real: dict[str, Any]) -> tuple[str, str]:
    """The verdict on a summary: exact, unknown or wrong, and the first thing that says so."""
    same = [e for e in entries if e["target"]["class"] == real["class"]]
    entry = same[-1] if same else entries[-1] if entries else None
    if entry is None:
        lines = [line.replace("convcalc: ", "") for line in said.splitlines()]
        return "unknown", "; ".join(lines)[:600]
    if entry["target"]["class"] is None:
        return "unknown", "; ".join(d["message"] for d in entry["diagnostics"])[:600]
    errors = [d for d in entry["diagnostics"] if d["severity"] == "error"]
    if errors:
        return "wrong", f"refused: {errors[0]['file']}:{errors[0]['line']}: {errors[0]['message']}"
    totals = entry["totals"]
    for ours, theirs in (("params", "params"), ("trainable_params", "trainable")):
        if totals[ours] is not None and totals[ours] != real[theirs]:
            return "wrong", f"{ours}: {totals[ours]} is {real[theirs]}"
    rows = [row for row in entry["rows"] if row["kind"] == "module"]
    unknown = next((d["message"] for d in entry["diagnostics"] if d["severity"] == "unknown"), "")
    if not unknown:
        unknown = next((d["message"] for d in entry["diagnostics"] if d["rule"] in ("missing-module", "branch")), "")
    for row, call in zip(rows, real["calls"]):
        if (row["path"], row["type"]) != (call["path"], call["type"]):
            kind = "unknown" if unknown else "wrong"
            return kind, f"calls {row['path']} {row['type']}, not {call['path']} {call['type']}; {unknown}"
        for side in ("inputs", "outputs"):
            if not _agree(row[side], call[side]):
                return "wrong", f"{row['path']} {row['type']} {side}: {row[side]} is {call[side]} {unknown}"
    if len(rows) != len(real["calls"]):
        return "unknown" if unknown else "wrong", f"{len(rows)} calls of modules, not {len(real['calls'])}; {unknown}"
    if totals["macs"] is not None and totals["macs_status"] == "exact" and totals["macs"] != real["macs"]:
        return "wrong", f"MACs: {totals['macs']} is {real['macs']}"
    if unknown and _has_unknown(rows):
        return "unknown", unknown
    if totals["params"] is None or totals["macs_status"] != "exact" or _has_unknown(rows):
        return "unknown", f"params {totals['params']}, MACs {totals['macs_status']}; {unknown}"
    return "exact", ""


def _agree(ours: Any, theirs: Any) -> bool:
    """Whether known shapes are PyTorch's; what is unknown says nothing."""
    if ours is None or any(shape is None for shape in ours):
        return True
    return len(ours) == len(theirs) and all(
        len(a) == len(b) and all(x is None or x == y for x, y in zip(a, b)) for a, b in zip(ours, theirs)
    )


def _has_unknown(rows: list[dict[str, Any]]) -> bool:
    return any(
        shapes is None or any(shape is None or None in shape for shape in shapes)
        for row in rows for shapes in (row["inputs"], row["outputs"])
    )  # fmt: skip


def errors_of(report: Any) -> list[dict[str, Any]]:
    """The errors that `convcalc check` tells of."""
    if report is None:
        return []
    return [d for file in report["files"] for d in file["diagnostics"] if d["severity"] == "error"]


def unknowns_of(report: Any, said: str) -> str:
    """What a check says that it does not know, or why there is no report."""
    if report is None or not any(file["models"] for file in report["files"]):
        return said.strip()[:300] or "no report"
    told = [d["message"] for file in report["files"] for d in file["diagnostics"] if d["severity"] == "unknown"]
    return told[0] if told else ""


def refused_alike(report: Any, said: str, real: dict[str, Any]) -> tuple[str, str]:
    """The verdict on a check at another size: alike, false error, missed, elsewhere or unknown."""
    errors = errors_of(report)
    if "error" not in real:
        if errors:
            return "false error", f"{errors[0]['file']}:{errors[0]['line']}: {errors[0]['message']}"
        return ("unknown", unknowns_of(report, said)) if unknowns_of(report, said) else ("alike", "")
    if not errors:
        unknown = unknowns_of(report, said)
        return ("unknown", unknown) if unknown else ("missed", f"{real['error']} at {_place(real['place'])}")
    first = errors[0]
    ours = (os.path.basename(first["file"]), first["line"])
    theirs = tuple(real["place"][:1] and [os.path.basename(real["place"][0]), real["place"][1]])
    if ours != theirs:
        return "elsewhere", f"{ours}: {first['message']} is {_place(real['place'])}: {real['error']}"
    return "alike", ""


def _place(place: list[Any]) -> str:
    return f"{place[0]}:{place[1]}" if place else "?"
