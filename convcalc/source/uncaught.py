"""Errors of calls that a script does not catch: with them it ends, or is skipped; every other error of a call it has caught itself."""

from __future__ import annotations

from convcalc.tensor import ShapeError, UnknownValue

from .guard import Refused
from .scene import scene_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .program import Program


def has_caught(error: BaseException, uncaught: list[BaseException]) -> bool:
    """Whether an error of a call is none of those: the script went on after it."""
    if not isinstance(error, Exception) or isinstance(error, (UnknownValue, Refused)):
        return False
    return not any(error is kept for kept in uncaught)


def refusal_behind(program: Program, error: BaseException) -> BaseException | None:
    """The refusal on which a script raises an exception of its own, or ends itself; None of any other exception.

    PyTorch's run ends with the script's own exception, but what there is to mend is the refusal.
    """
    behind = error.__cause__ or error.__context__
    if behind is None or any(call.error is error for call in program.record.calls):
        return None
    while behind is not None and not _is_refusal(program, behind):
        behind = behind.__cause__ or behind.__context__
    if behind is None or isinstance(error, SystemExit) or _is_raised_by_catcher(program, error, behind):
        return behind
    return None


def _is_refusal(program: Program, error: BaseException) -> bool:
    if isinstance(error, (UnknownValue, Refused)):
        return False
    return isinstance(error, ShapeError) or any(call.error is error for call in program.record.calls)


def _is_raised_by_catcher(program: Program, error: BaseException, refusal: BaseException) -> bool:
    """Whether a `raise` of the very function that caught a refusal raised an exception; one that it calls may raise for want of data."""
    scene = scene_of(error, program)
    caught = refusal.__traceback__
    return scene is not None and scene.is_raise and caught is not None and scene.frame is caught.tb_frame
