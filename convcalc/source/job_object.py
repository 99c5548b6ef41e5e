"""The system's limits on a process that runs a loaded file, on Windows: a job object, which the process cannot leave.

It limits memory, starts no process, and reaches no clipboard and no other program's windows. It does not look at files or connections: by
itself it is no wall (`Locks.stands`). The bytes that are handed to Windows, and the calls, are tested (tests/test_job_object.py); on Windows itself they
have not been run by this project.
"""

from __future__ import annotations

from .work import MEGABYTES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

EXTENDED_LIMITS, UI_RESTRICTIONS = 9, 4  # JobObjectExtendedLimitInformation, JobObjectBasicUIRestrictions
ACTIVE_PROCESSES, PROCESS_MEMORY, END_ON_EXCEPTION = 0x8, 0x100, 0x400
ALL_OF_UI = 0xFF
THIS_PROCESS = -1


class Locks:
    """The locks for one process, as `kernel.Locks`."""

    def __init__(self, readable: Iterable[str] = ()) -> None:
        self.missing: tuple[str, ...] = ("job object",)  # as long as it does not hold

    @property
    def stands(self) -> bool:
        """Whether what holds is a wall by itself."""
        return False

    def die_with_parent(self, parent: int) -> bool:
        return False

    def lock_files(self) -> bool:
        return False

    def lock_calls(self) -> bool:
        """Puts this process into a job of its own; its limits stay when the handle is closed."""
        library = _kernel32()
        job = None if library is None else library.CreateJobObjectW(None, None)
        if not job:
            return False
        limits, windows = limits_of(MEGABYTES), ALL_OF_UI.to_bytes(4, "little")
        holds = (
            bool(library.SetInformationJobObject(job, EXTENDED_LIMITS, limits, len(limits)))
            and bool(library.SetInformationJobObject(job, UI_RESTRICTIONS, windows, len(windows)))
            and bool(library.AssignProcessToJobObject(job, THIS_PROCESS))
        )
        library.CloseHandle(job)
        if holds:
            self.missing = ()
        return holds


def _kernel32() -> Any:
    """The library of the system with its functions; None where it is not Windows."""
    try:
        import ctypes

        library: Any = ctypes.WinDLL("kernel32")  # type: ignore[attr-defined,unused-ignore]
    except (ImportError, AttributeError, OSError):
        return None
    handle, pointer, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_uint32
    library.CreateJobObjectW.restype = handle
    library.CreateJobObjectW.argtypes = [handle, handle]
    library.SetInformationJobObject.argtypes = [handle, number, pointer, number]
    library.AssignProcessToJobObject.argtypes = [handle, handle]
    library.CloseHandle.argtypes = [handle]
    return library


def limits_of(megabytes: int) -> bytes:
    """A JOBOBJECT_EXTENDED_LIMIT_INFORMATION of 64 bits: one process, which may have that much memory."""
    flags = ACTIVE_PROCESSES | PROCESS_MEMORY | END_ON_EXCEPTION
    times = (0).to_bytes(16, "little")
    working_set = (0).to_bytes(16, "little")
    processes = (1).to_bytes(8, "little")
    affinity_and_priority = (0).to_bytes(16, "little")
    counters = bytes(48)
    memory = (megabytes << 20).to_bytes(8, "little") + bytes(24)
    return times + flags.to_bytes(8, "little") + working_set + processes + affinity_and_priority + counters + memory
