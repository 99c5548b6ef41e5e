"""A process of its own for a loaded file: with budgets of time and memory, and an end that the file cannot prevent.

The child computes and answers with text through a pipe; the parent alone writes to the terminal or a file. A child that
overruns its time is first interrupted (which tells the line), then killed. Where the system cannot fork, the work runs in
this process: interrupted, but not killed.
"""

from __future__ import annotations

import os
import sys

from .guard import lock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import NoReturn

    Answer = tuple[int, str, str]

SECONDS = 10.0
MEGABYTES = 2048
PATIENCE = 6  # times the seconds of processor time that may pass on the clock
GRACE = 2.0  # seconds between the interruption and the end


def run_isolated(work: Callable[[], Answer], file: str, seconds: float = SECONDS, megabytes: int = MEGABYTES) -> Answer:
    """The exit code, standard output and standard error that `work` returns, whatever the file does meanwhile."""
    if not hasattr(os, "fork"):
        return _interrupted(work, seconds)
    child = _Child(work, file, seconds, megabytes)
    while child.read():
        pass
    return child.answer()


def run_each(
    works: Iterable[tuple[Callable[[], Answer], str, float]], workers: int, megabytes: int = MEGABYTES
) -> Iterator[tuple[int, Answer]]:
    """What `run_isolated` gives for each `(work, file, seconds)`, some at a time: pairs of its number and its answer, as they end.

    The works are drawn when a process is free, so that what prepares them happens in between.
    """
    if not hasattr(os, "fork"):
        for number, (work, _, seconds) in enumerate(works):
            yield number, _interrupted(work, seconds)
        return
    from select import select

    waiting = enumerate(works)
    running: dict[int, tuple[int, _Child]] = {}
    try:
        while True:
            while len(running) < workers:
                item = next(waiting, None)
                if item is None:
                    break
                number, (work, file, seconds) = item
                child = _Child(work, file, seconds, megabytes)
                running[child.pipe] = number, child
            if not running:
                return
            for pipe in select(list(running), [], [])[0]:
                number, child = running[pipe]
                if not child.read():
                    del running[pipe]
                    yield number, child.answer()
    finally:
        for _, child in running.values():
            child.end()


class _Child:
    """A process that does one piece of work and answers through a pipe."""

    def __init__(self, work: Callable[[], Answer], file: str, seconds: float, megabytes: int) -> None:
        self.file = file
        self.seconds = seconds
        self.chunks: list[bytes] = []
        self.pipe, write_end = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self.pipe)
            _work(work, file, seconds, megabytes, write_end)
        os.close(write_end)

    def read(self) -> bool:
        """Takes what has come through the pipe, or waits for it; False at its end."""
        chunk = os.read(self.pipe, 1 << 16)
        self.chunks.append(chunk)
        return bool(chunk)

    def answer(self) -> Answer:
        """What the process answered, now that its pipe has ended."""
        os.close(self.pipe)
        _, status = os.waitpid(self.pid, 0)
        return _answer(b"".join(self.chunks), status, self.file, self.seconds)

    def end(self) -> None:
        """Ends a process whose answer nobody waits for."""
        from signal import SIGKILL

        os.close(self.pipe)
        os.kill(self.pid, SIGKILL)
        os.waitpid(self.pid, 0)


def _work(work: Callable[[], Answer], file: str, seconds: float, megabytes: int, pipe: int) -> NoReturn:
    """The life of the process: it ends here, whatever happens."""
    code = 70
    try:
        _limit(seconds, megabytes, pipe)
        lock.held = True  # from the file's first statement to the last word of the report
        answer = _interrupted(work, seconds)
        lock.held = lock.on = False
        _disarm()
        _send(pipe, answer)
        code = 0
    except MemoryError:
        lock.held = lock.on = False
        _send(pipe, (3, "", f"convcalc: {file}: needs more than the {megabytes} MB that a file may use\n"))
        code = 0
    except BaseException:
        lock.held = lock.on = False
        if type(sys.exc_info()[1]).__name__ == "BudgetExceeded":
            _send(pipe, (3, "", f"convcalc: {file}: {sys.exc_info()[1]} and was stopped\n"))
            code = 0
        elif os.environ.get("CONVCALC_DEBUG"):
            import traceback

            _send(pipe, (70, "", traceback.format_exc()))
            code = 0
        else:
            _send(
                pipe,
                (70, "", f"convcalc: internal error: {sys.exc_info()[1]!r} (CONVCALC_DEBUG=1 shows where)\n"),
            )
            code = 0
    finally:
        os._exit(code)


def _limit(seconds: float, megabytes: int, dump: int) -> None:
    """Budgets that the kernel holds: memory, processor time, no bytes written to any file."""
    import faulthandler
    import gc
    import resource
    import signal

    gc.freeze()  # what was there before the file is not looked through again and again
    gc.set_threshold(50_000, 10, 10)
    sys.dont_write_bytecode = True
    sys.unraisablehook = lambda unraisable: None  # what a file's __del__ raises is nobody's to print
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform != "darwin":
        resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    # When a single call of the interpreter outlasts its time, the kernel's signal has the line written and ends the process.
    faulthandler.register(signal.SIGXCPU, file=dump, all_threads=False, chain=True)
    cpu = int(seconds + GRACE + 1)
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))
    # A C thread of the interpreter, for what takes no processor time; a busy machine may need that much longer.
    faulthandler.dump_traceback_later(PATIENCE * seconds + GRACE, exit=True, file=dump)


def _disarm() -> None:
    import faulthandler

    faulthandler.cancel_dump_traceback_later()


def _interrupted(work: Callable[[], Answer], seconds: float) -> Answer:
    """Runs `work`; when its time is up, `BudgetExceeded` is raised in it, again and again."""
    try:
        import signal

        from .program import BudgetExceeded

        def up(number: int, frame: object) -> None:
            raise BudgetExceeded(f"ran longer than {seconds:g} s")

        signal.signal(signal.SIGVTALRM, up)
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds, 0.05)
    except (ImportError, AttributeError, ValueError):  # not here, or not the main thread
        return work()
    try:
        return work()
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def _send(pipe: int, answer: Answer) -> None:
    code, out, err = answer
    data = f"{code} {len(out.encode('utf8', 'replace'))}\n{out}{err}".encode("utf8", "replace")
    view = memoryview(b"CONVCALC " + data)
    while view:
        view = view[os.write(pipe, view) :]
    os.close(pipe)


def _answer(data: bytes, status: int, file: str, seconds: float) -> Answer:
    if data.startswith(b"CONVCALC ") and status == 0:
        head, _, rest = data[9:].partition(b"\n")
        code, length = map(int, head.split())
        return code, rest[:length].decode("utf8"), rest[length:].decode("utf8")
    line = _dumped_line(data.decode("utf8", "replace"), file)
    where = f"{file}:{line}" if line else file
    return (
        3,
        "",
        f"convcalc: {where}: ran longer than {seconds:g} s and was stopped; a file is given that long to build and run its models\n",
    )


def _dumped_line(dump: str, file: str) -> int | None:
    """The innermost line of the file in the interpreter's dump."""
    for text in dump.splitlines():
        head, _, rest = text.strip().partition('", line ')
        if head == f'File "{file}':
            return int(rest.split()[0])
    return None
