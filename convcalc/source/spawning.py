"""Where a system cannot fork (Windows): the process of a file is an interpreter of its own, which is handed its work through a pipe.

It starts isolated (`-I`), with this process's import path and an environment of the few names that Python needs; from then on its life
is that of a forked one (`confined.live`). The work goes there as a pickle, from the process that trusts to the one that is not trusted; what
comes back is text, as from a forked one. Whether a process answers, is overdue or floods is seen by threads: a pipe cannot be asked there.
"""

from __future__ import annotations

import os
import sys
from time import monotonic

from .work import GRACE, KEPT, LARGEST_ANSWER, PATIENCE, Ended, answer_of, told

TYPE_CHECKING = False
if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterable, Iterator

    from .work import Answer, Work

START = "import sys; sys.path[:] = sys.argv[1:]; from convcalc.source.spawning import main; main()"
START_TIME = 10.0  # seconds that an interpreter may take to begin
# What Python itself, and the search for packages, read of the environment; the process forgets it before a line of the file runs.
NEEDED = ("PYTHONPATH", "HOME", "USERPROFILE", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LANG", "LC_ALL", "LC_CTYPE")  # fmt: skip
OFTEN = 0.2  # seconds after which a waiting process looks for a key that was pressed


def run_spawned(works: Iterable[Work], workers: int, megabytes: int) -> Iterator[tuple[int, Answer]]:
    """As `sandbox.run_each`."""
    from queue import Empty, SimpleQueue

    ended: SimpleQueue[int] = SimpleQueue()
    waiting = enumerate(works)
    running: dict[int, _Spawned] = {}
    try:
        item = next(waiting, None)
        while True:
            while item is not None and len(running) < workers:
                try:
                    running[item[0]] = _Spawned(*item, megabytes, ended.put)
                except (OSError, RuntimeError) as error:  # no process or thread is left
                    if running:
                        break
                    yield item[0], (3, "", told(item[1], f"no process can be started for it: {error}"))
                item = next(waiting, None)
            if not running:
                return
            try:
                number = ended.get(timeout=OFTEN)
            except Empty:
                for process in running.values():
                    process.end_overdue()
                continue
            yield number, running.pop(number).answer()
    finally:
        for process in running.values():
            process.process.kill()


class _Spawned:
    """An interpreter that does one piece of work; calls `ended` with its number, in a thread."""

    def __init__(self, number: int, work: Work, megabytes: int, ended: Callable[[int], None]) -> None:
        import pickle
        import subprocess
        from threading import Thread

        self.work = work
        self.overdue = self.flooding = False
        self.deadline = monotonic() + PATIENCE * work.seconds + 2 * GRACE + START_TIME
        self.chunks: list[bytes] = []
        request = pickle.dumps((work.plain(), megabytes))
        debugging = bool(os.environ.get("CONVCALC_DEBUG"))
        self.process: subprocess.Popen[bytes] = subprocess.Popen(
            [sys.executable, "-I", "-c", START, os.path.dirname(sys.executable), *sys.path[1:]],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None if debugging else subprocess.DEVNULL,
            env={name: os.environ[name] for name in (*KEPT, *NEEDED) if name in os.environ},
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # Ctrl-C is for the command
        )
        Thread(
            target=self._attend, args=(len(request).to_bytes(8, "little") + request, number, ended), daemon=True
        ).start()

    def _attend(self, request: bytes, number: int, ended: Callable[[int], None]) -> None:
        """Hands the work over and takes what comes back, to its end. What it is given through stays open as long as this process is there."""
        given, answers = self.process.stdin, self.process.stdout
        assert given is not None
        assert answers is not None
        try:
            given.write(request)
            given.flush()
        except OSError:  # it has ended
            pass
        size = 0
        while chunk := os.read(answers.fileno(), 1 << 16):
            self.chunks.append(chunk)
            size += len(chunk)
            if size > LARGEST_ANSWER + (1 << 20):
                self.flooding = True
                self.process.kill()
                break
        self.process.wait()
        try:
            given.close()
        except OSError:
            pass
        answers.close()
        ended(number)

    def end_overdue(self) -> None:
        if monotonic() >= self.deadline:
            self.overdue = True
            self.process.kill()

    def answer(self) -> Answer:
        code = self.process.returncode
        number = -code if code < 0 else None
        return answer_of(self.work, b"".join(self.chunks), Ended(code, number, self.overdue, self.flooding))


# in the process itself


def main() -> None:
    """The process: reads its work from standard input, and lives for it."""
    import pickle

    from .confined import live
    from .finding import import_path
    from .work import Work

    given = _read(int.from_bytes(_read(8), "little"))
    parts, megabytes = pickle.loads(given)
    work = Work(*parts)
    import_path()  # as long as the environment tells of it
    live(work, megabytes, os.dup(1), None, os.getppid(), os.dup(0))


def _read(size: int) -> bytes:
    chunks = []
    while size:
        chunk = os.read(0, size)
        if not chunk:
            os._exit(70)
        chunks.append(chunk)
        size -= len(chunk)
    return b"".join(chunks)
