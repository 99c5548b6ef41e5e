"""The kernel's locks by themselves: a process in which the other walls are not up tries what a loaded file must not do.

Each attempt is made twice: under the locks, and without them, where it must succeed (or the test would prove nothing).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent

HEAD = """
import json, os, sys
from convcalc.source import kernel, sandbox, work
folder, locked = sys.argv[1], sys.argv[2] == "locked"
if not locked:
    kernel.LOCKING = {}
os.chdir(folder)
call = kernel._syscall()
number = lambda name: {**kernel.PERMITTED, **kernel.ENDING}[name][kernel.os.uname().machine != "x86_64"]

def inside(attempt):
    \"\"\"What `attempt` answers in the process of a file that lies in the folder.\"\"\"
    piece = work.Work(lambda: (0, json.dumps(attempt()), ""), "model.py", [folder + "/project"], 5)
    code, out, err = sandbox.run_isolated(piece)
    return json.loads(out) if not code else err
"""

ATTEMPTS = """
def all_of():
    import ctypes, fcntl, mmap, resource, socket, _thread
    libc = ctypes.CDLL(None, use_errno=True)
    def c(name, *arguments):
        if getattr(libc, name)(*arguments) < 0:
            raise OSError(ctypes.get_errno(), name)
    attempts = {
        "open to write": lambda: open("project/new", "w"),
        "open to append": lambda: open("project/file", "a"),
        "open to read and write": lambda: open("project/file", "r+"),
        "open to create": lambda: os.open("project/made", os.O_CREAT),
        "open to truncate": lambda: os.open("project/file", os.O_TRUNC),
        "open without a name": lambda: os.open("project", os.O_TMPFILE | os.O_RDWR),
        "read outside": lambda: open("outside"),
        "read of the system": lambda: open("/etc/passwd"),
        "read of the process": lambda: open("/proc/self/environ"),
        "read through a link": lambda: open("project/link"),
        "list outside": lambda: os.listdir("."),
        "unlink": lambda: os.unlink("project/a"),
        "rename": lambda: os.rename("project/b", "project/b2"),
        "link": lambda: os.link("project/file", "project/file2"),
        "symlink": lambda: os.symlink("x", "project/link2"),
        "mkdir": lambda: os.mkdir("project/folder"),
        "rmdir": lambda: os.rmdir("project/empty"),
        "mkfifo": lambda: os.mkfifo("project/pipe"),
        "chmod": lambda: os.chmod("project/file", 0o600),
        "chown": lambda: os.chown("project/file", os.getuid(), os.getgid()),
        "utime": lambda: os.utime("project/file"),
        "truncate": lambda: os.truncate("project/file", 0),
        "chdir": lambda: os.chdir("."),
        "umask": lambda: os.umask(0),
        "socket": lambda: socket.socket(),
        "unix socket": lambda: socket.socket(socket.AF_UNIX),
        "socketpair": lambda: socket.socketpair(),
        "pipe": lambda: os.pipe(),
        "dup": lambda: os.dup(9),
        "memfd": lambda: os.memfd_create("x"),
        "eventfd": lambda: c("eventfd", 0, 0),
        "inotify": lambda: c("inotify_init1", 0),
        "epoll": lambda: c("epoll_create1", 0),
        "shared memory": lambda: c("shmget", 0, 4096, 0o1600),
        "fork": lambda: os.fork() or os._exit(0),
        "thread": lambda: _thread.start_new_thread(int, ()),
        "signal to the parent": lambda: os.kill(os.getppid(), 0),
        "signal to all": lambda: os.kill(-1, 0),
        "priority": lambda: os.setpriority(os.PRIO_PROCESS, 0, 5),
        "processors": lambda: os.sched_setaffinity(0, os.sched_getaffinity(0)),
        "limits": lambda: resource.setrlimit(resource.RLIMIT_CPU, resource.getrlimit(resource.RLIMIT_CPU)),
        "session": lambda: os.setsid(),
        "owner of a descriptor": lambda: fcntl.fcntl(9, fcntl.F_SETOWN, os.getppid()),
        "name of the process": lambda: c("prctl", 15, b"other", 0, 0, 0),
    }
    told = {}
    for name, attempt in attempts.items():
        try:
            attempt()
            told[name] = "done"
        except (OSError, RuntimeError, ValueError) as error:  # the last two: of threads and limits
            told[name] = "refused" if getattr(error, "errno", 1) in (1, 13) else repr(error)
    return told
print(json.dumps(inside(all_of)))
"""

PERMITTED = """
def all_of():
    import decimal, hashlib, random, re, tempfile, time, uuid, zlib, zoneinfo, _thread, mmap, faulthandler
    from concurrent.futures import thread
    time.sleep(0.01)
    random.SystemRandom().random(), os.urandom(8), uuid.uuid4(), time.time(), time.monotonic()
    held = [bytearray(1 << 20) for _ in range(50)]
    held.clear()
    mmap.mmap(-1, 1 << 16).close()
    re.match("(a|b)*", "ab" * 1000)
    lock = _thread.allocate_lock()
    lock.acquire(), lock.acquire(True, 0.01)
    import signal
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    signal.raise_signal(signal.SIGUSR1)
    os.stat("/etc"), os.getpid(), os.getcwd(), os.path.realpath("project/link"), os.sched_getaffinity(0), os.uname()
    import resource
    resource.getrlimit(resource.RLIMIT_AS), resource.getrusage(0)
    return [open("project/file").read(), sorted(os.listdir("project"))[:2]]
print(json.dumps(inside(all_of)))
"""


def run(folder: Path, code: str, locked: bool = True) -> Any:
    """What a script prints as JSON."""
    project = folder / "project"
    (project / "empty").mkdir(parents=True)
    for name in ("file", "a", "b", "../outside"):
        (project / name).write_text("text")
    (project / "link").symlink_to("../outside")
    call = [sys.executable, "-c", HEAD + code, str(folder), "locked" if locked else "free"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(call, capture_output=True, text=True, timeout=60, env=env, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_kernel_refuses(tmp_path: Path, locks: None) -> None:
    told = run(tmp_path, ATTEMPTS)
    assert len(told) > 40
    assert {name: answer for name, answer in told.items() if answer != "refused"} == {}


def test_without_the_locks_it_does_not(tmp_path: Path, locks: None) -> None:
    """The attempts are real: without the locks they succeed, but for what the limits of `sandbox` refuse a user who is not root."""
    told = run(tmp_path, ATTEMPTS, locked=False)
    failed = {name for name, answer in told.items() if answer != "done"}
    assert failed <= {"fork", "thread", "open without a name", "signal to all", "session"}


def test_computing_goes_on(tmp_path: Path, locks: None) -> None:
    assert run(tmp_path, PERMITTED) == ["text", ["a", "b"]]


ENDING = [
    "execve",
    "ptrace",
    "process_vm_readv",
    "bpf",
    "io_uring_setup",
    "perf_event_open",
    "mount",
    "unshare",
    "init_module",
    "keyctl",
]


@pytest.mark.parametrize("name", ENDING)
def test_the_worst_ends_the_process(tmp_path: Path, locks: None, name: str) -> None:
    answer = run(tmp_path, f"print(json.dumps(inside(lambda: call(number({name!r}), 0, 0, 0, 0, 0))))\n")
    assert answer.startswith("convcalc: model.py: asked the kernel for what no model needs"), answer


def test_other_programs_calls_end_the_process(tmp_path: Path, locks: None) -> None:
    """The calls of x32 have other numbers for the same: none of them is let through."""
    if os.uname().machine != "x86_64":
        pytest.skip("x32 is a thing of x86_64")
    answer = run(tmp_path, "print(json.dumps(inside(lambda: call((1 << 30) + 2, b'project/file', 0))))\n")
    assert "asked the kernel" in answer


def test_a_process_has_one_descriptor(tmp_path: Path) -> None:
    """Whatever the command holds open, the pipes of its other processes among it, is not there for a file."""
    code = """
held = [open(folder + "/project/file") for _ in range(20)]
def all_of():
    found = []
    for number in range(256):
        try:
            found.append([number, os.fstat(number).st_mode >> 12])
        except OSError:
            pass
    return found
print(json.dumps(inside(all_of)))
"""
    character, pipe = 0o2, 0o1
    assert run(tmp_path, code) == [[0, character], [1, character], [2, character], [9, pipe]]


def test_no_lock_is_taken_twice(tmp_path: Path, locks: None) -> None:
    """Neither a second filter nor a new rule gives anything back."""
    code = """
def all_of():
    again = kernel.Locks(["/"])
    return [again.lock_files(), again.lock_calls(), os.path.exists("/etc/passwd"), os.access("outside", os.R_OK)]
print(json.dumps(inside(all_of)))
"""
    assert run(tmp_path, code)[:2] == [False, False]


def test_the_end_that_a_file_cannot_hold_off(tmp_path: Path) -> None:
    """Its own timers switched off, the process is ended by its parent."""
    code = """
import faulthandler, signal, time
for module in (sandbox, work):
    module.PATIENCE, module.GRACE = 1, 0.2
def endless():
    faulthandler.cancel_dump_traceback_later()
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    while True:
        time.sleep(100)
code, out, err = sandbox.run_isolated(work.Work(endless, "model.py", (), 0.5))
print(json.dumps([code, err]))
"""
    code_, err = run(tmp_path, code)
    assert code_ == 3
    assert "ran longer than 0.5 s" in err


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("os._exit(0)", "ended its process (exit code 0) before there was a report"),
        ("os._exit(7)", "ended its process (exit code 7)"),
        ("os.write(9, b'CONVCALC 0 -5\\\\nxx') and os._exit(0)", "ended its process"),
        ("os.write(9, b'CONVCALC') and os._exit(0)", "ended its process"),
        ("signal.raise_signal(signal.SIGSEGV)", "crashed the Python interpreter (signal 11)"),
        ("signal.raise_signal(signal.SIGKILL)", "was ended from outside (signal 9)"),
        ("[os.write(9, b'x' * 65536) for _ in range(10 ** 5)]", "MB, more than the 64 MB that one may have"),
        ("(0, 'x' * (65 << 20), '')", "has a report of 68 MB, more than the 64 MB"),
    ],
)
def test_how_a_process_ended(tmp_path: Path, body: str, told: str) -> None:
    code = f"""
import signal
code, out, err = sandbox.run_isolated(work.Work(lambda: {body}, "model.py", (), 5))
print(json.dumps([code, out, err]))
"""
    code_, out, err = run(tmp_path, code)
    assert (code_, out) == (3, "")
    assert told in err, err
    assert err.count("\n") == 1


def test_a_process_has_no_environment(tmp_path: Path) -> None:
    code = """
os.environ.pop("CONVCALC_STRICT", None)
os.environ.update(SECRET="x", VIRTUAL_ENV="/env")
def all_of():
    import posix
    return [dict(os.environ), os.getenv("SECRET"), {k.decode(): v.decode() for k, v in posix.environ.items()}]
print(json.dumps(inside(all_of)))
"""
    assert run(tmp_path, code) == [{"VIRTUAL_ENV": "/env"}, None, {"VIRTUAL_ENV": "/env"}]


@pytest.mark.parametrize("before", ["", "os.close(0)", "os.close(1); os.close(2)"])
def test_the_locks_hold_whatever_numbers_descriptors_have(tmp_path: Path, locks: None, before: str) -> None:
    code = f"""
out = os.dup(1)
{before}
def all_of():
    told = []
    for path in ("outside", "project/file"):
        try:
            told.append(open(path).read())
        except OSError:
            told.append("refused")
    return told
found = []
for _ in range(12):
    found.append(inside(all_of))
    os.open("project/file", os.O_RDONLY)
os.write(out, json.dumps(found).encode())
"""
    assert run(tmp_path, code) == [["refused", "text"]] * 12
