"""JSON texts without the package `json`, whose import (regular expressions, `enum`) takes longer than a small file's whole check.

CPython's `json` consists of two functions in C with a frame of Python around them. They are asked directly; where another
Python has none, `json` is.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class _Plain:
    """What the scanner in C asks for: the settings of `json.loads` without any."""

    strict = True
    object_hook = object_pairs_hook = None
    parse_float = float
    parse_int = int

    @staticmethod
    def parse_constant(name: str) -> float:
        return float(name.replace("Infinity", "inf"))


def json_of(value: Any) -> str:
    """The text that `json.dumps(value, ensure_ascii=False)` gives; raises what it raises (TypeError, ValueError)."""
    try:
        from _json import encode_basestring, make_encoder

        encode = make_encoder({}, _no_json, encode_basestring, None, ": ", ", ", False, False, True)
    except (ImportError, TypeError):
        import json

        return json.dumps(value, ensure_ascii=False)
    return "".join(encode(value, 0))


def _no_json(value: Any) -> Any:
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def read_json(text: str) -> Any:
    """The value that `json.loads(text)` gives; ValueError where the text is none."""
    try:
        from _json import make_scanner

        scan = make_scanner(_Plain)  # type: ignore[arg-type]
    except (ImportError, TypeError, AttributeError):
        import json

        return json.loads(text)
    stripped = text.strip(" \t\n\r")
    try:
        value, end = scan(stripped, 0)
    except StopIteration as error:
        raise ValueError(f"no JSON at character {error.value}") from None
    if end != len(stripped):
        raise ValueError(f"more than one JSON text: character {end}")
    return value
