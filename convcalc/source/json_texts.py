"""`json` for a loaded file: texts of what is known; of a tensor, an array or one of numpy's numbers there is none.

Source: Lib/json/encoder.py
"""

from __future__ import annotations

import json

from convcalc.tensor import ShapeTypeError, Tensor, Unknown
from convcalc.tensor.unknown import is_array, kind_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MOST = 10_000  # values that are looked at


def json_names() -> dict[str, Any]:
    """What takes the place of the names of `json`."""
    return {"load": load, "loads": loads, "dump": dump, "dumps": dumps}


def loads(text: Any, **options: Any) -> Any:
    return Unknown("json.loads(...)") if isinstance(text, Unknown) else json.loads(text, **options)


def load(stream: Any, **options: Any) -> Any:
    return Unknown("json.load(...)") if isinstance(stream, Unknown) else loads(stream.read(), **options)


def dumps(obj: Any, **options: Any) -> Any:
    unknown = _checked(obj, options)
    return json.dumps(obj, **options) if unknown is None else Unknown(f"json.dumps() of {unknown.reason}", str)


def dump(obj: Any, fp: Any, **options: Any) -> None:
    """Written nowhere."""
    _checked(obj, options)


def _checked(obj: Any, options: dict[str, Any]) -> Unknown | None:
    """The first unknown value; `ShapeTypeError` where a value before it has no JSON, and nothing is given that would make one (`default`, `cls`)."""
    if options.get("default") is not None or options.get("cls") is not None:
        return Unknown("what a function of the file's own encodes")
    waiting, seen = [obj], 0
    while waiting and seen < MOST:
        seen += 1
        value = waiting.pop()
        kind = kind_of(value)
        if kind is not None and _has_no_json(kind, value):
            raise ShapeTypeError(f"Object of type {kind.__name__} is not JSON serializable")
        if type(value) is Unknown:
            return value
        if isinstance(value, dict):
            waiting += reversed(dict.values(value))
        elif isinstance(value, (list, tuple)):
            waiting += reversed(value)
    return None


def _has_no_json(kind: Any, value: Any) -> bool:
    """Whether it is a tensor, an array or one of numpy's numbers but `float64`, which is a float of Python's."""
    if hasattr(kind, "torch_number"):
        return not issubclass(kind, float) and kind.__name__ != "float64"
    return isinstance(value, Tensor) or is_array(value)
