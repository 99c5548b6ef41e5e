"""Errors of convcalc's own, told from those of the file that it runs, and shown instead of hidden under `CONVCALC_STRICT=1`, which the tests set.

Whoever runs a file's code catches whatever that raises: it is an answer about the file. A mistake of ours in a rule or a stand-in ends there as
well, and would be taken for an error of the file, or for something unknown. So each broad `except` asks `reveal` first.
"""

from __future__ import annotations

import os

from convcalc.tensor.instructions import raises

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType

OWN_FOLDER = os.path.dirname(os.path.dirname(__file__)) + os.sep
# Where an attribute is read, a text formatted, or a call made for a file: what goes wrong in that is the file's.
_FOR_A_FILE = (
    "tensor/attributes.py",
    "source/builtin.py",
    "source/reflection.py",
    "source/formatted.py",
    "source/templates.py",
)


class InternalError(BaseException):
    """A mistake of convcalc's own, on its way past all that catches errors of files."""


def is_strict() -> bool:
    """Whether a fault of this program that costs only a part of the report shall be seen, as in tests (`CONVCALC_STRICT=1`)."""
    return os.environ.get("CONVCALC_STRICT") == "1"


def reveal(error: BaseException) -> None:
    """Raise `InternalError` where the error is a mistake of ours, and such are to be seen; else do nothing."""
    if is_strict() and is_own_mistake(error):
        raise InternalError(f"{type(error).__name__}: {error}") from error


def is_own_mistake(error: BaseException) -> bool:
    """Whether an error is one that no file brings about: a name or an attribute of ours that is not there, an assertion that does not hold.

    What a rule raises on purpose (`raise`) is an answer, and what Python says of a value (a TypeError, a KeyError) may be the file's.
    """
    if not isinstance(error, (NameError, AttributeError, AssertionError)):
        return False
    asked = _asked(error.__traceback__)
    if asked is None or not asked.tb_frame.f_code.co_filename.startswith(OWN_FOLDER):
        return False
    within = asked.tb_frame.f_code.co_filename[len(OWN_FOLDER) :].replace(os.sep, "/")
    if within in _FOR_A_FILE or within.startswith("verify/"):
        return False
    if isinstance(error, AssertionError):
        return type(error) is AssertionError and not error.args
    if raises(asked.tb_frame, asked.tb_lasti):
        return False
    return isinstance(error, NameError) or _is_own_object(error)


def _asked(traceback: TracebackType | None) -> TracebackType | None:
    """Where an error arose: the innermost place, and of an attribute that an object's own `__getattr__` refuses, where it was asked for."""
    found = None
    while traceback is not None:
        if found is None or traceback.tb_frame.f_code.co_name != "__getattr__":
            found = traceback
        traceback = traceback.tb_next
    return found


def _is_own_object(error: BaseException) -> bool:
    """Whether the object that lacks an attribute is of a class of ours."""
    return type(getattr(error, "obj", error)).__module__.startswith("convcalc.")
