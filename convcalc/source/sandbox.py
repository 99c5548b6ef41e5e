"""A process of its own for a loaded file: with budgets of time and memory, and an end that the file cannot prevent.

The child computes and answers with text through a pipe, the only descriptor that it has; the parent alone writes to the terminal
or a file. A child that overruns its time is first interrupted (which tells the line), then ended by the kernel, by a thread of
the interpreter's, or by the parent. It ends when the parent ends. Where the system cannot fork, `spawning` starts the child.
"""

from __future__ import annotations

import os
import sys
from time import monotonic

from .locks import locks_for
from .work import GRACE, LARGEST_ANSWER, MEGABYTES, PATIENCE, Ended, answer_of, descriptors, told

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal
    from collections.abc import Iterable, Iterator
    from typing import Any

    from .work import Answer, Work
else:
    import _signal as signal  # see `work`

RESERVED = 12  # descriptors of this process, besides one for each child


def run_isolated(work: Work, megabytes: int = MEGABYTES) -> Answer:
    """The exit code, standard output and standard error that the work answers, whatever the file does meanwhile."""
    for _, answer in run_each([work], 1, megabytes):
        return answer
    raise AssertionError("a work has an answer")


def run_each(works: Iterable[Work], workers: int, megabytes: int = MEGABYTES) -> Iterator[tuple[int, Answer]]:
    """What `run_isolated` gives for each work, some at a time: pairs of its number and its answer, as they end.

    The works are drawn when a process is free, so that what prepares them happens in between.
    """
    import gc

    if not hasattr(os, "fork"):
        gc.enable()
        yield from _unforked(works, workers, megabytes)
        return
    gc.freeze()  # pages that the collector does not touch are shared with the children
    waiting = enumerate(works)
    workers = max(1, min(workers, descriptors() - RESERVED))
    with _Children() as running:
        item = next(waiting, None)
        while True:
            while item is not None and len(running.all) < workers:
                try:
                    running.start(*item, megabytes)
                except OSError as error:  # no process or descriptor is left
                    if running.all:
                        break
                    yield item[0], (3, "", told(item[1], f"no process can be started for it: {error.strerror}"))
                item = next(waiting, None)
            if not running.all:
                return
            for child in running.ready():
                if not child.read():
                    gc.enable()
                    running.all.remove(child)
                    yield child.number, child.answer()


def _unforked(works: Iterable[Work], workers: int, megabytes: int) -> Iterator[tuple[int, Answer]]:
    if sys.platform in ("emscripten", "wasi"):  # WebAssembly has no processes, and is itself what holds a file
        from .confined import interrupted

        return ((number, interrupted(work)) for number, work in enumerate(works))
    from .spawning import run_spawned

    return run_spawned(works, max(1, workers), megabytes)


class _Children:
    """The processes that run. When this one is interrupted or ended, they end; so does one that outlasts all patience."""

    def __init__(self) -> None:
        self.all: list[_Child] = []
        self.handlers: dict[int, Any] = {}

    def __enter__(self) -> _Children:
        wanted: dict[int, Any] = {signal.SIGTERM: _leave, signal.SIGHUP: _leave, signal.SIGALRM: self._end_overdue}
        wanted[signal.SIGCHLD] = signal.SIG_DFL  # where it is ignored, the kernel keeps no word of how a process ended
        for number, handler in wanted.items():
            try:
                as_it_is = signal.SIG_IGN if number == signal.SIGCHLD else signal.SIG_DFL
                if signal.getsignal(number) == as_it_is:
                    self.handlers[number] = signal.signal(number, handler)
            except ValueError:  # not the main thread
                break
        return self

    def start(self, number: int, work: Work, megabytes: int) -> None:
        self.all.append(_Child(number, work, megabytes))
        if signal.SIGALRM in self.handlers and not signal.getitimer(signal.ITIMER_REAL)[0]:
            wait = self.all[-1].deadline - monotonic()
            signal.setitimer(signal.ITIMER_REAL, wait, wait)

    def ready(self) -> list[_Child]:
        """Those of which there is something to read."""
        if len(self.all) == 1:
            return self.all[:]
        from select import select

        ready = select([child.pipe for child in self.all], [], [])[0]
        return [child for child in self.all if child.pipe in ready]

    def _end_overdue(self, number: int, frame: object) -> None:
        for child in self.all:
            if monotonic() >= child.deadline:
                child.overdue = True
                os.kill(child.pid, signal.SIGKILL)

    def __exit__(self, *exc: object) -> None:
        if signal.SIGALRM in self.handlers:
            signal.setitimer(signal.ITIMER_REAL, 0)
        for child in self.all:
            child.end()
        for number, handler in self.handlers.items():
            signal.signal(number, handler)


def _leave(number: int, frame: object) -> None:
    raise SystemExit(128 + number)


class _Child:
    """A process that does one piece of work and answers through a pipe."""

    def __init__(self, number: int, work: Work, megabytes: int) -> None:
        if work.prepare is None:  # what the child needs, once for all children
            import faulthandler  # noqa: F401
            import resource  # noqa: F401

            from . import confined  # noqa: F401
        self.number = number
        self.work = work
        self.overdue = self.flooding = False  # why it was ended by this process, if it was
        self.deadline = monotonic() + PATIENCE * work.seconds + 2 * GRACE + 1
        self.chunks: list[bytes] = []
        self.size = 0
        locks = None if work.prepare is not None else locks_for(work.readable)
        self.pipe, write_end = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        parent = os.getpid()
        try:
            self.pid = os.fork()
        except OSError:
            os.close(self.pipe)
            os.close(write_end)
            raise
        if self.pid == 0:
            from .confined import live

            live(work, megabytes, write_end, locks, parent)
        os.close(write_end)

    def read(self) -> bool:
        """Takes what has come through the pipe, or waits for it; False at its end."""
        chunk = os.read(self.pipe, 1 << 16)
        self.chunks.append(chunk)
        self.size += len(chunk)
        if self.size > LARGEST_ANSWER + (1 << 20):  # no child that is itself sends that much
            self.flooding = True
            os.kill(self.pid, signal.SIGKILL)
            return False
        return bool(chunk)

    def answer(self) -> Answer:
        """What the process answered, now that its pipe has ended."""
        os.close(self.pipe)
        status, seconds = self._end()
        ended_by = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
        late = self.overdue or seconds >= self.work.seconds
        return answer_of(self.work, b"".join(self.chunks), Ended(status >> 8, ended_by, late, self.flooding))

    def _end(self) -> tuple[int, float]:
        """How the process ended, and the processor time that it took."""
        try:
            _, status, used = os.wait4(self.pid, 0)
        except ChildProcessError:  # somebody else has waited for it: it ended well if it has answered
            return 0, 0.0
        return status, used.ru_utime + used.ru_stime

    def end(self) -> None:
        """Ends a process whose answer nobody waits for."""
        os.close(self.pipe)
        try:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        except (ProcessLookupError, ChildProcessError):  # it has ended by itself
            pass
