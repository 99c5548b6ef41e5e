"""`threading` as a loaded file sees it: nothing runs beside it, so a lock is always free, and what a thread would do is not done."""

from __future__ import annotations

from convcalc.tensor import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Lock:
    """`threading.Lock`, `RLock`, `Semaphore` and `Condition`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._held = 0

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        self._held += 1
        return True

    def release(self, n: int = 1) -> None:
        self._held -= 1

    def locked(self) -> bool:
        return self._held > 0

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *exc: Any) -> None:
        self.release()

    def notify(self, n: int = 1) -> None:
        pass

    notify_all = notify

    def wait(self, timeout: Any = None) -> Any:
        return Unknown("threading.Condition.wait(...)", bool)


class Event:
    """`threading.Event`"""

    def __init__(self) -> None:
        self._set = False

    def is_set(self) -> bool:
        return self._set

    def set(self) -> None:
        self._set = True

    def clear(self) -> None:
        self._set = False

    def wait(self, timeout: Any = None) -> Any:
        return True if self._set else Unknown("threading.Event.wait(...)", bool)


class local:
    """`threading.local`"""


class Thread:
    """`threading.Thread`, which does not run."""

    daemon = False
    name = "Thread"
    ident = 1

    def __init__(self, group: Any = None, target: Any = None, name: Any = None, args: Any = (), kwargs: Any = None, *, daemon: Any = None) -> None:  # fmt: skip
        self.name = name or "Thread"
        self.daemon = bool(daemon)

    def start(self) -> None:
        pass

    def join(self, timeout: Any = None) -> None:
        pass

    def is_alive(self) -> Any:
        return Unknown("threading.Thread.is_alive()", bool)


class Timer(Thread):
    """`threading.Timer`"""

    def __init__(self, interval: Any, function: Any, args: Any = None, kwargs: Any = None) -> None:
        Thread.__init__(self)

    def cancel(self) -> None:
        pass


MAIN = Thread(name="MainThread")
NAMES: dict[str, Any] = {
    **dict.fromkeys(("Lock", "RLock", "Semaphore", "BoundedSemaphore", "Condition"), Lock), "Event": Event, "local": local, "Thread": Thread, "Timer": Timer,
    "current_thread": lambda: MAIN, "main_thread": lambda: MAIN, "get_ident": lambda: 1, "get_native_id": lambda: 1, "active_count": lambda: 1, "enumerate": lambda: [MAIN],
}  # fmt: skip
