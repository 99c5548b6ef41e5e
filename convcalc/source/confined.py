"""The life of the process that a loaded file runs in: it shuts the locks, does the work, answers through its pipe, and ends.

Nothing here runs in the parent, but for what tells a work's time (`Allowance`, `end_interruptions`), which does nothing there.
"""

from __future__ import annotations

import os
import sys
import warnings
from time import process_time

from convcalc.trace import BudgetExceeded

from .guard import lock
from .locks import locks_for
from .work import GRACE, KEPT, LACKING, LARGEST_ANSWER, PATIENCE, UNWALLED, descriptors, told, too_much

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal
    from typing import Any, NoReturn

    from .watching import Watch
    from .work import Answer, Work
else:
    import _signal as signal  # see `work`

PIPE = 9  # the number of the process's one descriptor


_watch: Watch | None = None


def live(work: Work, megabytes: int, pipe: int, locks: Any, parent: int, parents_pipe: int | None = None) -> NoReturn:
    """The life of the process: it ends here, whatever happens. Its parent holds the other end of `parents_pipe` as long as it is there."""
    global _watch
    code = 70
    try:
        if work.prepare is not None:
            work.readable = work.prepare(*work.arguments)
        if locks is None:
            locks = locks_for(work.readable)
        if locks.die_with_parent(parent):
            parents_pipe = None
        pipe = _detach(pipe, locks, parents_pipe)
        if parents_pipe is not None:
            from .watching import end_with

            end_with(pipe - 1)
        if not hasattr(signal, "setitimer"):
            from .watching import Watch

            _watch = Watch()
        _limit(work.seconds, megabytes, pipe)
        lock.shut_for_good(work.readable)  # from the file's first statement to the end of the process
        locks.lock_calls()
        _write(pipe, LACKING + " ".join(locks.missing).encode() + b"\n")
        answer = interrupted(work) if work.trusted or locks.stands else (UNWALLED, "", "")
        _disarm()
        _send(pipe, work, answer)
        code = 0
    except MemoryError:
        _send(pipe, work, (3, "", told(work, f"needs more than the {megabytes} MB that a file may use")))
        code = 0
    except BaseException as error:
        _send(pipe, work, _failure(work, error))
        code = 0
    finally:
        os._exit(code)


def _failure(work: Work, error: BaseException) -> Answer:
    """The answer of a work that failed: a budget, or a fault of ours."""
    if isinstance(error, BudgetExceeded):
        return 3, "", told(work, f"{error} and was stopped")
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


def _detach(pipe: int, locks: Any, parents_pipe: int | None) -> int:
    """Leaves the process no descriptor but the pipe to its parent (and the parent's, one below it), and no signal handler of its parent's."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGALRM"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGVTALRM, signal.SIGXCPU))  # which tell that its time is up
    nowhere = _nowhere()
    locks.lock_files()
    kept = PIPE if descriptors() > PIPE else 3
    if nowhere == kept:
        nowhere = os.dup(nowhere)
    if parents_pipe in (kept, kept - 1):
        parents_pipe = os.dup(parents_pipe)
    if pipe != kept:
        os.dup2(pipe, kept, inheritable=False)
    if parents_pipe is not None:
        os.dup2(parents_pipe, kept - 1, inheritable=False)
    if not os.environ.get("CONVCALC_DEBUG"):  # which may show what the interpreter itself writes
        for standard in range(3):
            os.closerange(standard, standard + 1) if nowhere is None else os.dup2(nowhere, standard)
    _forget_environment()
    os.closerange(kept + 1, 4096)
    if parents_pipe is None:
        os.closerange(3, kept)
    else:
        os.closerange(3, kept - 1)
    return kept


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
    """Budgets: of time by a thread of the interpreter's, which writes the line, and those that the kernel holds."""
    import faulthandler
    import gc

    gc.freeze()  # what was there before the file is not looked through again and again
    gc.set_threshold(50_000, 10, 10)
    gc.enable()
    getattr(sys, "set_int_max_str_digits", int)(0)  # a number in a message may have more digits than Python writes
    warnings.simplefilter("ignore")  # Python would look up the line of the source that it warns of, and print it
    sys.dont_write_bytecode = True
    sys.unraisablehook = lambda unraisable: None  # what a file's __del__ raises is nobody's to print
    try:
        import resource  # noqa: F401
    except ImportError:  # Windows: the job object limits memory
        pass
    else:
        _limit_by_kernel(seconds, megabytes, dump)
    # A C thread of the interpreter, for what takes no processor time; a busy machine may need that much longer.
    faulthandler.dump_traceback_later(PATIENCE * seconds + GRACE, exit=True, file=dump)


def _limit_by_kernel(seconds: float, megabytes: int, dump: int) -> None:
    """Memory, processor time, no bytes written to any file, no process."""
    import faulthandler
    import resource

    _lower(resource.RLIMIT_FSIZE, 0, 0)
    _lower(resource.RLIMIT_CORE, 0, 0)
    if sys.platform != "darwin":
        _lower(resource.RLIMIT_AS, megabytes << 20, megabytes << 20)
    # When a single call of the interpreter outlasts its time, the kernel's signal has the line written and ends the process.
    faulthandler.register(signal.SIGXCPU, file=dump, all_threads=False, chain=True)
    cpu = int(seconds + GRACE + 1)
    _lower(resource.RLIMIT_CPU, cpu, cpu + 1)
    # Where the user is not root; some threads of the interpreter's own are still to come.
    _lower(resource.RLIMIT_NPROC, 0, 0)


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


def interrupted(work: Work) -> Answer:
    """Does the work; when its time is up, `BudgetExceeded` is raised in it, again and again."""

    def up(number: int, frame: object) -> None:
        raise BudgetExceeded(f"ran longer than {work.seconds:g} s")

    try:
        if _watch is not None:
            signal.signal(signal.SIGINT, up)
            _watch.until = process_time() + work.seconds
        else:
            signal.signal(signal.SIGVTALRM, up)
            signal.setitimer(signal.ITIMER_VIRTUAL, work.seconds, 0.05)
    except (AttributeError, ValueError):  # not here, or not the main thread
        return work.answer(*work.arguments)
    try:
        return work.answer(*work.arguments)
    finally:
        end_interruptions()


def end_interruptions() -> None:
    """No more interruptions of the work, whose time is up and which only has to answer; the kernel's limit and the parent's stand."""
    if _watch is not None:
        _watch.until = float("inf")
        return
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
        self.start = process_time()
        self.left = _left()
        if self.left:  # else nobody has set a time
            _set_left(max(min(self.seconds, self.left / 2), 0.001))

    def __exit__(self, *exc: object) -> None:
        if self.left:
            _set_left(max(self.left - (process_time() - self.start), 0.05))


def _left() -> float:
    """The processor time after which the work is interrupted; 0 where it is not."""
    if _watch is not None:
        return 0.0 if _watch.until == float("inf") else max(_watch.until - process_time(), 0.001)
    return float(signal.getitimer(signal.ITIMER_VIRTUAL)[0]) if hasattr(signal, "getitimer") else 0.0


def _set_left(seconds: float) -> None:
    if _watch is not None:
        _watch.until = process_time() + seconds
    else:
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds, 0.05)


def _send(pipe: int, work: Work, answer: Answer) -> None:
    code, *texts = answer
    out, err = (text.encode("utf8", "replace") for text in texts)
    if len(out) + len(err) > LARGEST_ANSWER:
        code, out, err = 3, b"", told(work, too_much(len(out) + len(err))).encode("utf8", "replace")
    for part in (b"CONVCALC %d %d\n" % (code, len(out)), out, err):
        _write(pipe, part)
    os.close(pipe)


def _write(pipe: int, part: bytes) -> None:
    view = memoryview(part)
    while view:
        view = view[os.write(pipe, view) :]
