"""Threads that do for the process of a file what signals and the kernel do elsewhere: on systems without interval timers (Windows)."""

from __future__ import annotations

import os
from time import process_time, sleep

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

EVERY = 0.05  # seconds


class Watch:
    """Interrupts the main thread, as Ctrl-C would, once the process has used its time, again and again; `until` may be moved."""

    def __init__(self) -> None:
        import _thread

        self.until = float("inf")
        self._interrupt: Any = _thread.interrupt_main
        _thread.start_new_thread(self._run, ())

    def _run(self) -> None:
        while True:
            sleep(EVERY)
            if process_time() >= self.until:
                self._interrupt()


def end_with(descriptor: int) -> None:
    """Ends the process when the other end of a pipe is closed, which its parent holds."""
    import _thread

    def wait() -> None:
        try:
            while os.read(descriptor, 1):
                pass
        finally:
            os._exit(70)

    _thread.start_new_thread(wait, ())
