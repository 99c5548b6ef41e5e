"""A process of its own for a loaded file: with budgets of time and memory, and an end that the file cannot prevent.

The child computes and answers with text through a pipe, the only descriptor that it has; the parent alone writes to the terminal
or a file. A child that overruns its time is first interrupted (which tells the line), then ended by the kernel, by a thread of
the interpreter's, or by the parent. It ends when the parent ends. Where the system cannot fork, `spawning` starts the child.
"""

from __future__ import annotations

import os
import sys
from time import monotonic

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    Answer = tuple[int, str, str]
else:
    import _signal as signal  # `signal` itself makes enumerations of its numbers, which takes longer than all else here

SECONDS = 10.0
MEGABYTES = 2048
PATIENCE = 6  # times the seconds of processor time that may pass on the clock
GRACE = 2.0  # seconds between the interruption and the end
LARGEST_ANSWER = 64 << 20  # bytes of a report with its notes
KEPT = ("CONVCALC_DEBUG", "CONVCALC_STRICT", "VIRTUAL_ENV")  # of the environment, for the child
RESERVED = 12  # descriptors of this process, besides one for each child
UNWALLED = 4  # the code of an answer that says: not done, for want of a wall
CODES = (b"0", b"1", b"2", b"3", b"4", b"70")  # the codes that an answer may have
LACKING = b"LACKING "  # begins the first line that a process sends
CRASHES = tuple(getattr(signal, name, 0) for name in ("SIGSEGV", "SIGBUS", "SIGABRT", "SIGILL", "SIGFPE"))
EXCEPTIONS = (0xC0000005, 0xC00000FD, 0xC000001D)  # of Windows: memory, stack, instruction
DUMPED = 1  # the exit code of a process that the interpreter's own thread has ended


class Work:
    """What a process of its own does for a file: `answer` is called there with `arguments`; only the folders `readable` can be read then.

    Where there is `prepare`, the process calls it first with the same arguments, still free, and it says which folders these are: a single work is so begun by a
    process that has hardly anything in its memory yet, and none of what it imports is copied when it is written to.
    All can be pickled where a process is not forked. A work that is not `trusted` is not done where no wall of the system stands
    (`UNWALLED` is the answer's code). Once it is done, `missing` names the system's locks that could not be set up for it.
    """

    __slots__ = ("answer", "arguments", "file", "missing", "prepare", "readable", "seconds", "trusted")

    def __init__(
        self,
        answer: Callable[..., Answer],
        file: str,
        readable: Iterable[str] = (),
        seconds: float = SECONDS,
        arguments: tuple[Any, ...] = (),
        trusted: bool = True,
        prepare: Callable[..., Iterable[str]] | None = None,
    ) -> None:
        self.answer = answer
        self.arguments = arguments
        self.file = file
        self.readable = readable
        self.seconds = seconds
        self.trusted = trusted
        self.missing: tuple[str, ...] = ()
        self.prepare = prepare

    def plain(self) -> tuple[Any, ...]:
        """What it is made of."""
        return self.answer, self.file, tuple(self.readable), self.seconds, self.arguments, self.trusted, self.prepare


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


def locks_for(readable: Iterable[str]) -> Any:
    """The system's locks for a process that may read those folders."""
    if sys.platform == "darwin":
        from . import seatbelt as system
    elif sys.platform == "win32":
        from . import job_object as system
    else:
        from . import kernel as system
    return system.Locks(readable)


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


class Ended:
    """How a process ended: its exit code, or the signal that ended it; whether it was out of time, or sent too much."""

    __slots__ = ("code", "flooding", "late", "signal")

    def __init__(self, code: int, signal: int | None, late: bool, flooding: bool) -> None:
        self.code = code
        self.signal = signal
        self.late = late
        self.flooding = flooding


def answer_of(work: Work, data: bytes, ended: Ended) -> Answer:
    """The answer among all that a process has sent; where it has sent none, why it ended."""
    work.missing, data = _locks_told(data)
    answer = _parsed(data) if ended.code == 0 and ended.signal is None else None
    if answer is not None:
        return answer
    line = _dumped_line(data.decode("utf8", "replace"), work.file)
    where = f"{work.file}:{line}" if line else work.file
    return 3, "", f"convcalc: {where}: {_why(work, ended, len(data))}\n"


def _why(work: Work, ended: Ended, size: int) -> str:
    """Why a process ended without an answer."""
    if ended.flooding:
        return f"{too_much(size)} and was stopped"
    if ended.signal is not None and ended.signal == getattr(signal, "SIGSYS", None):
        return "asked the kernel for what no model needs (another program, another process's memory) and was stopped"
    if ended.signal in CRASHES or ended.code in EXCEPTIONS:
        return f"crashed the Python interpreter (signal {ended.signal or hex(ended.code)})"
    out_of_time = ended.signal is not None and ended.signal == getattr(signal, "SIGXCPU", None)
    if ended.late or out_of_time or ended.code == DUMPED:
        return (
            f"ran longer than {work.seconds:g} s and was stopped; a file is given that long to build and run its models"
        )
    if ended.signal is None:
        return f"ended its process (exit code {ended.code}) before there was a report"
    return f"was ended from outside (signal {ended.signal}), for want of memory perhaps"


def told(work: Work, what: str) -> str:
    return f"convcalc: {work.file}: {what}\n"


def descriptors() -> int:
    """How many descriptors the process may have."""
    try:
        import resource
    except ImportError:  # Windows has no limits of this kind
        return 512
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return sys.maxsize if most == resource.RLIM_INFINITY else most


def too_much(size: int) -> str:
    return f"has a report of {size / 1e6:,.0f} MB, more than the {LARGEST_ANSWER >> 20} MB that one may have"


def _locks_told(data: bytes) -> tuple[tuple[str, ...], bytes]:
    """The locks that the process lacks, which it writes before it runs a line of the file; and what came after that."""
    if not data.startswith(LACKING):
        return (), data
    line, _, rest = data.partition(b"\n")
    return tuple(line[len(LACKING) :].decode("ascii", "replace").split()), rest


def _parsed(data: bytes) -> Answer | None:
    """The answer that a process has sent; None where it is none."""
    head, _, rest = data.partition(b"\n")
    words = head.split()
    if len(words) != 3 or words[0] != b"CONVCALC" or not words[2].isdigit():
        return None
    if words[1] not in CODES or len(words[2]) > len(str(LARGEST_ANSWER)):
        return None
    code, length = int(words[1]), int(words[2])
    return code, rest[:length].decode("utf8", "replace"), rest[length:].decode("utf8", "replace")


def _dumped_line(dump: str, file: str) -> int | None:
    """The innermost line of the file in the interpreter's dump."""
    for text in dump.splitlines():
        head, _, rest = text.strip().partition('", line ')
        if head == f'File "{file}':
            return int(rest.split()[0])
    return None
