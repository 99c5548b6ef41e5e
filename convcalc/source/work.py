"""A piece of work for a process of its own, and the answer that the process sends: one line of numbers and the texts.

The process that asks and the one that answers both know this form, and nothing else of one another.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal
    from collections.abc import Callable, Iterable
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
