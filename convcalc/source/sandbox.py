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
    from collections.abc import Callable

    Answer = tuple[int, str, str]

SECONDS = 10.0
MEGABYTES = 2048
GRACE = 2.0  # seconds between the interruption and the end


def run_isolated(work: Callable[[], Answer], file: str, seconds: float = SECONDS, megabytes: int = MEGABYTES) -> Answer:
    """The exit code, standard output and standard error that `work` returns, whatever the file does meanwhile."""
    if not hasattr(os, "fork"):
        return _interrupted(work, seconds)
    read_end, write_end = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        code = 70
        try:
            os.close(read_end)
            _limit(seconds, megabytes, write_end)
            lock.held = True  # from the file's first statement to the last word of the report
            answer = _interrupted(work, seconds)
            lock.held = lock.on = False
            _disarm()
            _send(write_end, answer)
            code = 0
        except MemoryError:
            lock.held = lock.on = False
            _send(write_end, (3, "", f"convcalc: {file}: needs more than the {megabytes} MB that a file may use\n"))
            code = 0
        except BaseException:
            lock.held = lock.on = False
            if type(sys.exc_info()[1]).__name__ == "BudgetExceeded":
                _send(write_end, (3, "", f"convcalc: {file}: {sys.exc_info()[1]} and was stopped\n"))
                code = 0
            elif os.environ.get("CONVCALC_DEBUG"):
                import traceback

                _send(write_end, (70, "", traceback.format_exc()))
                code = 0
            else:
                _send(
                    write_end,
                    (70, "", f"convcalc: internal error: {sys.exc_info()[1]!r} (CONVCALC_DEBUG=1 shows where)\n"),
                )
                code = 0
        finally:
            os._exit(code)
    os.close(write_end)
    return _receive(read_end, child, file, seconds)


def _limit(seconds: float, megabytes: int, dump: int) -> None:
    """Budgets that the kernel holds: memory, processor time, no bytes written to any file."""
    import faulthandler
    import resource

    sys.dont_write_bytecode = True
    sys.unraisablehook = lambda unraisable: None  # what a file's __del__ raises is nobody's to print
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform != "darwin":
        resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    cpu = int(seconds + GRACE + 2)
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))
    # a C thread of the interpreter: when a single call outlasts everything, it writes the line and ends the process
    faulthandler.dump_traceback_later(seconds + GRACE, exit=True, file=dump)


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


def _receive(pipe: int, child: int, file: str, seconds: float) -> Answer:
    chunks = []
    while chunk := os.read(pipe, 1 << 16):
        chunks.append(chunk)
    os.close(pipe)
    _, status = os.waitpid(child, 0)
    data = b"".join(chunks)
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
