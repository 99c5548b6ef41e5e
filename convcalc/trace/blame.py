"""Errors of Python's own functions that are due to something unknown.

`pattern.match(unknown)`, `"".join([unknown])`, `sizes[f"resnet{unknown}"]`: a function written in C takes no unknown for a text, and a text made of
an unknown is no name of anything. CPython keeps nothing of what such a function was given. So looked at is what the expression
names that raised: its variables and their attributes.
"""

from __future__ import annotations

from convcalc.tensor import Unknown, unknown_of
from convcalc.tensor.attributes import own_table
from convcalc.tensor.unknown import TEXT, texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType
    from typing import Any

_KINDS = (TypeError, ValueError, LookupError, AttributeError, OverflowError)
# What is so whatever the arguments are: of how many there are, and of types that the message names.
_CERTAIN = (
    "() missing ", "() takes ", " argument (", " arguments (", "unexpected keyword argument", "multiple values for", "unsupported operand type",
    "can only concatenate", "not supported between", "object is not", "has no len()", "not iterable", "abstract",
)  # fmt: skip


def blamed(error: Exception, frame: FrameType, at: int, line: int | None) -> Unknown | None:
    """The unknown on which an error is put down that the instruction at `at` raised without calling a function of Python.

    None where the error holds whatever the unknown is.
    """
    if not isinstance(error, _KINDS):
        return None
    message = str(error.args[0]) if error.args else ""
    if texts.last is not None and TEXT in message.partition(". Did you mean")[0]:  # what Python 3.13 adds
        return texts.unknown()
    if holds_whatever_is_unknown(error):
        return None
    is_type = isinstance(error, TypeError)
    for value in _named(frame, at, line):
        parts = (
            value
            if is_type and type(value) in (tuple, list)
            else value.values()
            if is_type and type(value) is dict
            else (value,)
        )
        for part in parts:
            unknown = unknown_of(part)
            if unknown is not None:
                return unknown
            if texts.last is not None and type(part) is str and TEXT in part:
                return texts.unknown()
    return Unknown("what a function of Python was given") if is_type and _names_unknown(message) else None


def holds_whatever_is_unknown(error: BaseException) -> bool:
    """Whether Python says by the message that no value would have been right: too many arguments, a type that cannot be called."""
    message = str(error.args[0]) if error.args else ""
    return isinstance(error, TypeError) and not _names_unknown(message) and any(words in message for words in _CERTAIN)


def _names_unknown(message: str) -> bool:
    return "Unknown" in message.replace("'", " ").replace(",", " ").split()


def _named(frame: FrameType, at: int, line: int | None) -> Iterator[Any]:
    """The values that the expression of an instruction names."""
    from convcalc.tensor.instructions import loaded_names

    found: list[Any] = []
    for name, is_attribute in loaded_names(frame.f_code, at, line):
        if is_attribute:
            values = [dict.get(own_table(owner), name) for owner in found]
        else:
            values = [frame.f_locals.get(name, dict.get(frame.f_globals, name))]
        for value in values:
            if value is not None:
                found.append(value)
                yield value
