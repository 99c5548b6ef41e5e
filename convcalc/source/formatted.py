"""Texts that are made of values: of what is not known no text is known either, nor is it two of which one equals the other.

CPython writes an f-string, `"%s" % x` or `str(x)` by C code, which asks the value for its text and knows of nothing else. So each text that something
unknown has been put into counts (`tensor.unknown.texts`); whether one was, between the beginning and the end of an f-string, is asked here. A text
that is only shown (`print(f"..")`, the message of an exception) stays one, with a `?` in it.
"""

from __future__ import annotations

from convcalc.tensor import ShapeTypeError, Unknown
from convcalc.tensor import varying_numbers as numbers
from convcalc.tensor.unknown import NUMBERS, TEXT, Number, held_by, is_array, kind_of, texts

from .sets import in_order

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def begun() -> int:
    """How many texts something unknown was put into so far: asked before an f-string is."""
    return texts.count


def written(before: int, text: Any) -> Any:
    """The text of an f-string; unknown where, since `begun`, something unknown was put into it."""
    if texts.count == before or TEXT not in text:
        return text
    return texts.unknown()


def shown_text(value: Any = None) -> Any:
    """What `__str__` and its like return: of a text that is not known one with a `?`, which counts."""
    return texts.put(value) if type(value) is Unknown else value


def text_of(function: Any) -> Any:
    """`str`, `repr`, `format` or `ascii`, unknown of what is not known."""

    def made(*args: Any, **kwargs: Any) -> Any:
        before = texts.count
        return written(before, function(*args, **kwargs))

    made.__name__ = function.__name__
    return made


def percent(pattern: Any, values: Any) -> Any:
    """`"..." % values`"""
    parts = values if type(values) is tuple else values.values() if type(values) is dict else (values,)
    for part in parts:
        if type(part) is Unknown:
            return Unknown(f"a text made of {part.reason}", str)
    before = texts.count
    return written(before, pattern % values)


def join(separator: Any, parts: Any) -> Any:
    """`separator.join(parts)`, of a text as of anything that has such a method."""
    if not isinstance(separator, str):
        return separator.join(parts)
    if type(parts) is Unknown:
        return Unknown(f"a text made of {parts.reason}", str)
    if is_array(parts) and type(length := held_by(parts).shape[0]) is Unknown:
        return Unknown(f"a text made of {length.reason}", str)
    before = texts.count
    known = list(in_order(numbers.read(parts)))
    for i, part in enumerate(known):
        if type(part) is Unknown:
            kind = kind_of(part)
            if kind in NUMBERS and kind is not Number:
                raise ShapeTypeError(f"sequence item {i}: expected str instance, {kind.__name__} found")
            return Unknown(f"a text made of {part.reason}", str)
    return written(before, separator.join(known))
