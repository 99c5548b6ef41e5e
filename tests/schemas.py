"""The published schemas of the reports (docs/schema), which every report must meet that a test makes by `tests/command.py`."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "schema"
LARGEST = 400_000  # characters of a report that is looked at: what is longer has only more rows


@cache
def schema(name: str) -> dict[str, Any]:
    """A schema: that of `summary`, of `check`, or of `analyse`."""
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf8"))
    return found


@cache
def validator(name: str) -> Draft202012Validator:
    Draft202012Validator.check_schema(schema(name))
    return Draft202012Validator(schema(name))


def valid(report: Any, name: str) -> Any:
    """The report; an AssertionError that says where it does not meet the schema."""
    wrong = [f"{error.json_path}: {error.message}" for error in validator(name).iter_errors(report)]
    assert not wrong, f"a report of {name} does not meet docs/schema/{name}.json: {wrong[:5]}"
    return report


def look_at(text: str, name: str) -> None:
    """Holds the report in a text to its schema; a text that is none (a message) is not looked at."""
    if len(text) > LARGEST or text[:1] != "{":
        return
    try:
        report = json.loads(text)
    except ValueError:
        return
    valid(report, name)
