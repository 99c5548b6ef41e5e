"""What has which value where a program failed: the names in reach there, and the ways to write a number with them.

The frames that an error went through hold them. What a loaded file defined is only looked at, never called.
"""

from __future__ import annotations

from convcalc.nn.module import Module
from convcalc.tensor import Tensor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType
    from typing import Any

    from .case import Case

MAX_NAMES = 60  # looked at in one scope


def frames(case: Case) -> list[FrameType]:
    """Return the frames of the file that an error went through, the innermost first."""
    found = []
    traceback = None if case.error is None else case.error.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == case.program.file:
            found.append(traceback.tb_frame)
        traceback = traceback.tb_next
    return found[::-1]


def lines(case: Case) -> list[tuple[FrameType, int]]:
    """Return the frames of the file that an error went through, the innermost first, each with the line that failed."""
    found = []
    traceback = None if case.error is None else case.error.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == case.program.file:
            found.append((traceback.tb_frame, traceback.tb_lineno))
        traceback = traceback.tb_next
    return found[::-1]


def values(case: Case) -> Iterator[tuple[str, Any]]:
    """Yield what can be written at the place of the error, with its value: local names, attributes of `self`, names of the file."""
    for frame in frames(case)[:1]:
        own = frame.f_locals
        for name in list(own)[:MAX_NAMES]:
            if name != "self" and not name.startswith("_"):
                yield name, own[name]
        if isinstance(own.get("self"), Module):
            for name, value in list(object.__getattribute__(own["self"], "__dict__").items())[:MAX_NAMES]:
                if type(name) is str and not name.startswith("_") and name not in ("training", "call_super_init"):
                    yield f"self.{name}", value
        if own is not frame.f_globals:
            for name in list(frame.f_globals):
                if (
                    type(name) is str
                    and not name.startswith("_")
                    and type(frame.f_globals[name]) in (int, list, dict, tuple)
                ):
                    yield name, frame.f_globals[name]


def spellings(case: Case, number: int) -> list[str]:
    """Return the ways to write a number at the place of the error: `self.heads`, `len(classes)`, `x.size(0)`; at most four."""
    if number in (0, 1):
        return []
    plain, lengths, sizes = [], [], []
    for name, value in values(case):
        kind = type(value)
        if kind is int and value == number:
            plain.append(name)
        elif kind in (list, dict, tuple) and len(value) == number:
            lengths.append(f"len({name})")
        elif kind is Tensor:
            sizes += [f"{name}.size({d})" for d, size in enumerate(value.shape) if type(size) is int and size == number]
    return [*plain, *lengths, *sizes][:4]


def sizes_of(case: Case, text: str) -> tuple[Any, ...] | None:
    """Return the shape of the tensor that a name has at the place of the error."""
    return next((tuple(v.shape) for name, v in values(case) if name == text and isinstance(v, Tensor)), None)


def is_at(case: Case, node: Any) -> bool:
    """Return whether a node stands on the line of the error."""
    found = case.found
    return bool(node.lineno <= (found.line or 0) <= node.end_lineno)


def first_line(function: Any) -> int:
    """Return the line at which a function's code begins: that of its first decorator."""
    decorators = getattr(function, "decorator_list", ())
    return int(min([function.lineno, *(d.lineno for d in decorators)]))
