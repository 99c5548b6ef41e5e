"""The form of what the process of a file answers to a check. That process may be a stranger's by then: what it sends is looked at before it is used.

Only the form is looked at. What a report says of a hostile file is not promised to be true (docs/security.md).
"""

from __future__ import annotations

from convcalc.source.json_text import read_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# A form is a type, None, a tuple of forms of which one must fit, a list of one form for all items, or a dict of the forms of its keys:
# others may be there too, and one that begins with a question mark may be absent. A function of ours says it by itself.
TEXT, COUNT, SIZE = (str, None), (int, None), (int, str, None)
SHAPE = ([SIZE], None)
SPAN = {"?file": TEXT, "?line": COUNT, "?column": COUNT, "?end_line": COUNT, "?end_column": COUNT}
STEP = {**SPAN, "operation": str, "?from": SHAPE, "?to": SHAPE}
FIX = {
    **SPAN,
    "text": str,
    "file": TEXT,
    "line": COUNT,
    "old": TEXT,
    "new": TEXT,
    "applicability": str,
    "?reason": TEXT,
    "?cell": COUNT,
}
DIAGNOSIS = {
    **SPAN, "rule": str, "severity": str, "file": TEXT, "line": COUNT, "column": COUNT, "message": str, "?torch": TEXT,
    "?constructor": (SPAN, None), "?provenance": ([STEP], None), "?origin": (STEP, None), "suggestions": [FIX], "?path": TEXT, "?cell": COUNT,
}  # fmt: skip
TOTALS = {"params": SIZE, "trainable_params": SIZE, "buffers": SIZE, "macs": SIZE, "macs_status": str}
NUMBERS = {"runs": [[int]], "start": int, "period": int, "residues": [int]}
FITTING = {"letters": [str], "words": str, "whole": bool, "fitting": NUMBERS, "accepted": NUMBERS}
FITS = {"inputs": dict, "sizes": [FITTING]}
TARGET = {"file": TEXT, "line": COUNT, "class": TEXT, "call": TEXT, "?method": TEXT, "?cell": COUNT}
ROW = {
    **SPAN, "path": TEXT, "type": str, "kind": str, "leaf": bool, "depth": int, "call": int, "inputs": [SHAPE], "outputs": ([SHAPE], None),
    "params": SIZE, "own_params": SIZE, "macs": SIZE, "file": TEXT, "line": COUNT, "?cell": COUNT,
}  # fmt: skip
MODEL = {
    "target": TARGET, "inputs": [{"name": str, "shape": SHAPE, "dtype": TEXT, "from": str}], "mode": TEXT, "outputs": [{"shape": SHAPE, "dtype": TEXT}],
    "totals": TOTALS, "diagnostics": [DIAGNOSIS], "?rows": [ROW], "?fits": (FITS, None),
    "?conditions": [{"text": str, "file": TEXT, "line": COUNT, "?cell": COUNT}],
}  # fmt: skip
REPORT = {"models": [MODEL], "diagnostics": [DIAGNOSIS]}
USAGE = {"message": str, "file": TEXT, "line": COUNT, "kind": str, "notes": [str]}


def report_in(text: str) -> dict[str, Any] | None:
    """The entry of a file in the report of a check; None where the text is none."""
    found = _read(text, REPORT)
    if found is not None:
        fixed, fits = found.get("fixed"), [model.get("fits") for model in found["models"]]
        is_whole = fixed is None or _has(fixed, {"text": _is_latin, "of": int, "count": int})
        if not is_whole or not all(_has([*one["inputs"].values()], [SHAPE[0]]) for one in fits if one is not None):
            return None
    return found


def usage_in(text: str) -> dict[str, Any] | None:
    """What is wrong with a call; None where the text does not say it."""
    return _read(text, USAGE)


def _read(text: str, form: Any) -> dict[str, Any] | None:
    try:
        found = read_json(text)
        return found if _has(found, form) else None
    except (ValueError, RecursionError):
        return None


def _has(value: Any, form: Any) -> bool:
    """Whether a value has a form."""
    kind = type(form)
    if kind is type:
        return type(value) is form
    if form is None:
        return value is None
    if kind is tuple:
        return any(_has(value, one) for one in form)
    if kind is list:
        return type(value) is list and all(_has(one, form[0]) for one in value)
    if kind is dict:
        if type(value) is not dict:
            return False
        return all(_has_key(value, key, one) for key, one in form.items())
    return bool(form(value))


def _has_key(value: dict[str, Any], key: str, form: Any) -> bool:
    if key[0] == "?":
        return key[1:] not in value or _has(value[key[1:]], form)
    return key in value and _has(value[key], form)


def _is_latin(value: Any) -> bool:
    """Whether a text is bytes written as one (`--fix` answers so)."""
    return type(value) is str and all(character <= "\xff" for character in value)
