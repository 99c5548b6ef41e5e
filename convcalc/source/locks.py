"""The system's locks for the process of a file: which of them this system has."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any


def locks_for(readable: Iterable[str]) -> Any:
    """Return the system's locks for a process that may read those folders."""
    if sys.platform == "darwin":
        from . import seatbelt as system
    elif sys.platform == "win32":
        from . import job_object as system
    else:
        from . import kernel as system
    return system.Locks(readable)
