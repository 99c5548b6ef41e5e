"""A process of its own for a loaded file: with budgets of time and memory, and an end that the file cannot prevent.

The child computes and answers with text through a pipe, the only descriptor that it has; the parent alone writes to the terminal
or a file. A child that overruns its time is first interrupted (which tells the line), then ended by the kernel, by a thread of
the interpreter's, or by the parent. It ends when the parent ends. Where the system cannot fork, the work runs in this
process: interrupted, but not killed.
"""

from __future__ import annotations

import os
import sys
import warnings
from time import monotonic, process_time

from convcalc.trace import BudgetExceeded

from .guard import lock

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any, NoReturn

    Answer = tuple[int, str, str]
else:
    import _signal as signal  # `signal` itself makes enumerations of its numbers, which takes longer than all else here

SECONDS = 10.0
MEGABYTES = 2048
PATIENCE = 6  # times the seconds of processor time that may pass on the clock
GRACE = 2.0  # seconds between the interruption and the end
LARGEST_ANSWER = 64 << 20  # bytes of a report with its notes
PIPE = 9  # the number of the child's one descriptor
KEPT = ("CONVCALC_DEBUG", "CONVCALC_STRICT", "VIRTUAL_ENV")  # of the environment, for the child
RESERVED = 12  # descriptors of this process, besides one for each child
DUMPED = 1  # the exit code of a process that the interpreter's own thread has ended


class Work:
    """What a process of its own does for a file: `answer` is called there; only the folders `readable` can be read then."""

    __slots__ = ("answer", "file", "readable", "seconds")

    def __init__(
        self, answer: Callable[[], Answer], file: str, readable: Iterable[str] = (), seconds: float = SECONDS
    ) -> None:
        self.answer = answer
        self.file = file
        self.readable = readable
        self.seconds = seconds


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
        for number, work in enumerate(works):
            yield number, _interrupted(work)
        return
    gc.freeze()  # pages that the collector does not touch are shared with the children
    waiting = enumerate(works)
    workers = max(1, min(workers, _descriptors() - RESERVED))
    with _Children() as running:
        item = next(waiting, None)
        while True:
            while item is not None and len(running.all) < workers:
                try:
                    running.start(*item, megabytes)
                except OSError as error:  # no process or descriptor is left
                    if running.all:
                        break
                    yield item[0], (3, "", _told(item[1], f"no process can be started for it: {error.strerror}"))
                item = next(waiting, None)
            if not running.all:
                return
            for child in running.ready():
                if not child.read():
                    gc.enable()
                    running.all.remove(child)
                    yield child.number, child.answer()


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
        import faulthandler  # noqa: F401  # for the child, and once for all children
        import resource  # noqa: F401

        from .kernel import Locks

        self.number = number
        self.work = work
        self.overdue = self.flooding = False  # why it was ended by this process, if it was
        self.deadline = monotonic() + PATIENCE * work.seconds + 2 * GRACE + 1
        self.chunks: list[bytes] = []
        self.size = 0
        locks = Locks(work.readable)
        try:
            self.pipe, write_end = os.pipe()
        except OSError:
            locks.close()
            raise
        sys.stdout.flush()
        sys.stderr.flush()
        parent = os.getpid()
        try:
            self.pid = os.fork()
        except OSError:
            os.close(self.pipe)
            os.close(write_end)
            locks.close()
            raise
        if self.pid == 0:
            _work(work, megabytes, write_end, locks, parent)
        os.close(write_end)
        locks.close()

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
        data = b"".join(self.chunks)
        answer = _parsed(data) if status == 0 else None
        if answer is not None:
            return answer
        line = _dumped_line(data.decode("utf8", "replace"), self.work.file)
        where = f"{self.work.file}:{line}" if line else self.work.file
        return 3, "", f"convcalc: {where}: {self._end_of(status, seconds)}\n"

    def _end(self) -> tuple[int, float]:
        """How the process ended, and the processor time that it took."""
        try:
            _, status, used = os.wait4(self.pid, 0)
        except ChildProcessError:  # somebody else has waited for it: it ended well if it has answered
            return 0, 0.0
        return status, used.ru_utime + used.ru_stime

    def _end_of(self, status: int, processor: float) -> str:
        """Why a process ended without an answer."""
        ended_by = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
        if self.flooding:
            return f"{_too_much(self.size)} and was stopped"
        if ended_by == signal.SIGSYS:
            return (
                "asked the kernel for what no model needs (another program, another process's memory) and was stopped"
            )
        if ended_by in (signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGILL, signal.SIGFPE):
            return f"crashed the Python interpreter (signal {ended_by})"
        late = self.overdue or ended_by == signal.SIGXCPU or processor >= self.work.seconds
        if late or status == DUMPED << 8:
            return f"ran longer than {self.work.seconds:g} s and was stopped; a file is given that long to build and run its models"
        if ended_by is None:
            return f"ended its process (exit code {status >> 8}) before there was a report"
        return f"was ended from outside (signal {ended_by}), for want of memory perhaps"

    def end(self) -> None:
        """Ends a process whose answer nobody waits for."""
        os.close(self.pipe)
        try:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        except (ProcessLookupError, ChildProcessError):  # it has ended by itself
            pass


def _work(work: Work, megabytes: int, pipe: int, locks: Any, parent: int) -> NoReturn:
    """The life of the process: it ends here, whatever happens."""
    code = 70
    try:
        locks.die_with_parent(parent)
        pipe = _detach(pipe, locks)
        _limit(work.seconds, megabytes, pipe)
        lock.shut_for_good(work.readable)  # from the file's first statement to the end of the process
        locks.lock_calls()
        answer = _interrupted(work)
        _disarm()
        _send(pipe, work, answer)
        code = 0
    except MemoryError:
        _send(pipe, work, (3, "", _told(work, f"needs more than the {megabytes} MB that a file may use")))
        code = 0
    except BaseException as error:
        _send(pipe, work, _failure(work, error))
        code = 0
    finally:
        os._exit(code)


def _failure(work: Work, error: BaseException) -> Answer:
    """The answer of a work that failed: a budget, or a fault of ours."""
    if isinstance(error, BudgetExceeded):
        return 3, "", _told(work, f"{error} and was stopped")
    if os.environ.get("CONVCALC_DEBUG"):
        return 70, "", _trace()
    return 70, "", f"convcalc: internal error: {error!r} (CONVCALC_DEBUG=1 shows where)\n"


def _trace() -> str:
    """The traceback, with those lines of the sources that can still be read."""
    import linecache
    import traceback

    from .guard import Refused

    library: Any = linecache
    read = library.updatecache

    def readable(*args: Any) -> Any:
        try:
            return read(*args)
        except Refused:
            return []

    library.updatecache = readable
    return traceback.format_exc()


def _told(work: Work, what: str) -> str:
    return f"convcalc: {work.file}: {what}\n"


def _detach(pipe: int, locks: Any) -> int:
    """Leaves the process no descriptor but the pipe to its parent, and no signal handler of its parent's."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM):
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGVTALRM, signal.SIGXCPU))  # which tell that its time is up
    nowhere = _nowhere()
    locks.lock_files()
    kept = PIPE if _descriptors() > PIPE else 3
    if nowhere == kept:
        nowhere = os.dup(nowhere)
    if pipe != kept:
        os.dup2(pipe, kept, inheritable=False)
    if not os.environ.get("CONVCALC_DEBUG"):  # which may show what the interpreter itself writes
        for standard in range(3):
            os.closerange(standard, standard + 1) if nowhere is None else os.dup2(nowhere, standard)
    _forget_environment()
    os.closerange(kept + 1, 4096)
    os.closerange(3, kept)
    return kept


def _descriptors() -> int:
    """How many descriptors the process may have."""
    import resource

    most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return sys.maxsize if most == resource.RLIM_INFINITY else most


def _nowhere() -> int | None:
    """A descriptor that leads nowhere, in either direction."""
    try:
        return os.open(os.devnull, os.O_RDWR)
    except OSError:
        return None


def _forget_environment() -> None:
    """Leaves nothing of the environment for Python to read: there may be keys among it."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    environment: Any = os.environ
    environment._data.clear()  # the table behind it, and behind posix.environ; to delete each name takes longer than the locks
    environment._data.update(
        {environment.encodekey(name): environment.encodevalue(text) for name, text in kept.items()}
    )


def _limit(seconds: float, megabytes: int, dump: int) -> None:
    """Budgets that the kernel holds: memory, processor time, no bytes written to any file."""
    import faulthandler
    import gc
    import resource

    gc.freeze()  # what was there before the file is not looked through again and again
    gc.set_threshold(50_000, 10, 10)
    gc.enable()
    getattr(sys, "set_int_max_str_digits", int)(0)  # a number in a message may have more digits than Python writes
    sys.dont_write_bytecode = True
    warnings.simplefilter("ignore")  # Python would look up the line of the source that it warns of, and print it
    sys.unraisablehook = lambda unraisable: None  # what a file's __del__ raises is nobody's to print
    _lower(resource.RLIMIT_FSIZE, 0, 0)
    _lower(resource.RLIMIT_CORE, 0, 0)
    if sys.platform != "darwin":
        _lower(resource.RLIMIT_AS, megabytes << 20, megabytes << 20)
    # When a single call of the interpreter outlasts its time, the kernel's signal has the line written and ends the process.
    faulthandler.register(signal.SIGXCPU, file=dump, all_threads=False, chain=True)
    cpu = int(seconds + GRACE + 1)
    _lower(resource.RLIMIT_CPU, cpu, cpu + 1)
    # A C thread of the interpreter, for what takes no processor time; a busy machine may need that much longer.
    faulthandler.dump_traceback_later(PATIENCE * seconds + GRACE, exit=True, file=dump)
    _lower(resource.RLIMIT_NPROC, 0, 0)  # nor any other thread or process, where the user is not root


def _lower(kind: int, soft: int, hard: int) -> None:
    """Sets a limit of the process, or leaves the one that it has where that is lower already."""
    import resource

    most = resource.getrlimit(kind)
    unlimited = resource.RLIM_INFINITY
    given = [new if old == unlimited else min(old, new) for old, new in zip(most, (soft, hard))]
    resource.setrlimit(kind, (given[0], given[1]))


def _disarm() -> None:
    import faulthandler

    faulthandler.cancel_dump_traceback_later()


def _interrupted(work: Work) -> Answer:
    """Does the work; when its time is up, `BudgetExceeded` is raised in it, again and again."""
    try:

        def up(number: int, frame: object) -> None:
            raise BudgetExceeded(f"ran longer than {work.seconds:g} s")

        signal.signal(signal.SIGVTALRM, up)
        signal.setitimer(signal.ITIMER_VIRTUAL, work.seconds, 0.05)
    except (AttributeError, ValueError):  # not here, or not the main thread
        return work.answer()
    try:
        return work.answer()
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def end_interruptions() -> None:
    """No more interruptions of the work, whose time is up and which only has to answer; the kernel's limit and the parent's stand."""
    try:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    except (AttributeError, ValueError):  # not here, or not the main thread
        pass


class Allowance:
    """A shorter time within that of the file: `BudgetExceeded` is raised when it is over, and at the end the file's own goes on."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.left = 0.0
        self.start = 0.0

    def __enter__(self) -> None:
        try:
            self.left = signal.getitimer(signal.ITIMER_VIRTUAL)[0]
            if self.left:  # else nobody has set a time
                self.start = process_time()
                signal.setitimer(signal.ITIMER_VIRTUAL, max(min(self.seconds, self.left / 2), 0.001), 0.05)
        except AttributeError:  # not here
            pass

    def __exit__(self, *exc: object) -> None:
        if self.left:
            signal.setitimer(signal.ITIMER_VIRTUAL, max(self.left - (process_time() - self.start), 0.05), 0.05)


def _too_much(size: int) -> str:
    return f"has a report of {size / 1e6:,.0f} MB, more than the {LARGEST_ANSWER >> 20} MB that one may have"


def _send(pipe: int, work: Work, answer: Answer) -> None:
    code, *texts = answer
    out, err = (text.encode("utf8", "replace") for text in texts)
    if len(out) + len(err) > LARGEST_ANSWER:
        code, out, err = 3, b"", _told(work, _too_much(len(out) + len(err))).encode("utf8", "replace")
    for part in (b"CONVCALC %d %d\n" % (code, len(out)), out, err):
        view = memoryview(part)
        while view:
            view = view[os.write(pipe, view) :]
    os.close(pipe)


def _parsed(data: bytes) -> Answer | None:
    """The answer that a process has sent; None where it is none."""
    head, _, rest = data.partition(b"\n")
    words = head.split()
    if len(words) != 3 or words[0] != b"CONVCALC" or not (words[1] + words[2]).isdigit():
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
