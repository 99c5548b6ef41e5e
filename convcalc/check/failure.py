"""Where an error arose: the call, and the module that made it."""

from __future__ import annotations

from convcalc.nn.module import named_modules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from convcalc.trace import Call, Recorder


def failed_call(record: Recorder, error: BaseException) -> Call | None:
    """Return the innermost call in which an error arose."""
    failure = record.failure
    if failure is not None and failure[0] is error:
        return failure[1]
    return next((call for call in reversed(record.calls) if call.error is error), None)


def path_of(root: Any, module: Any) -> str | None:
    """Return the name of a module below a root, as `named_modules()` has it."""
    if module is None or "_modules" not in getattr(root, "__dict__", ()):  # neither a module of ours nor a live one
        return None
    return next((path for path, m in named_modules(root) if m is module), None)
