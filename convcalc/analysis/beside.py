"""What is looked for beside a verdict: causes, further errors, warnings, fixes. A fault in the search costs what it looked for, never the verdict.

`CONVCALC_STRICT=1` lets such a fault be seen, as an internal error; the tests set it.
"""

from __future__ import annotations

from convcalc.source.confined import end_interruptions
from convcalc.trace import BudgetExceeded
from convcalc.trace.internal_errors import is_strict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Beside:
    """A context whose errors end it and nothing else; so does the end of the file's time, after which nobody runs the file again."""

    __slots__ = ()

    def __enter__(self) -> None: ...

    def __exit__(self, kind: Any, error: BaseException | None, traceback: Any) -> bool:
        if isinstance(error, BudgetExceeded):
            end_interruptions()
            return True
        return isinstance(error, Exception) and not is_strict()
