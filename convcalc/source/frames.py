"""The names of a frame that is running, written from outside: what a loop leaves or a branch decides is put into the user's own variables."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import Any

OPTIMIZED = 0x1  # of a function's code: its names are no dict (inspect.CO_OPTIMIZED)


def names_of(frame: FrameType) -> dict[str, Any]:
    """The names of a frame, those of the functions around it that it uses among them."""
    return frame.f_locals


def can_set_names(frame: FrameType) -> bool:
    """Whether `set_names` can write to this frame."""
    return not frame.f_code.co_flags & OPTIMIZED or sys.version_info >= (3, 13) or _to_fast is not None


def set_names(frame: FrameType, names: dict[str, Any]) -> None:
    """Binds names in a frame that is running; of a function's, only those that it has."""
    table, code = frame.f_locals, frame.f_code
    if code.co_flags & OPTIMIZED:
        own = {*code.co_varnames, *code.co_cellvars, *code.co_freevars}
        names = {name: value for name, value in names.items() if name in own}
    table.update(names)
    if _to_fast is not None and frame.f_code.co_flags & OPTIMIZED:
        _to_fast(frame, 0)  # before Python 3.13 the table is a copy


def _find_to_fast() -> Callable[[Any, int], Any] | None:
    """CPython's own function that writes the table of names back to a frame: what debuggers use; None where it is not needed or not there."""
    if sys.version_info >= (3, 13):
        return None
    try:
        import _ctypes

        ctypes: Any = _ctypes
        address = ctypes.dlsym(ctypes.dlopen(None, 0), "PyFrame_LocalsToFast")
        number = type("Number", (ctypes._SimpleCData,), {"_type_": "i"})
        thing = type("Object", (ctypes._SimpleCData,), {"_type_": "O"})
        # the C calling convention, with the interpreter's lock held (FUNCFLAG_CDECL | FUNCFLAG_PYTHONAPI)
        function = type("Function", (ctypes.CFuncPtr,), {"_flags_": 0x1 | 0x4, "_restype_": number})(address)
        function.argtypes = [thing, number]
    except (ImportError, AttributeError, OSError):
        return None
    return function  # type: ignore[no-any-return]


_to_fast = _find_to_fast()
