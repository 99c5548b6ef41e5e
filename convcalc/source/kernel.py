"""The kernel's locks on a process that runs a loaded file, where the system has them: Linux, on x86_64 and aarch64.

    die_with_parent   the process ends when its parent does, however that ends
    lock_files        landlock: nothing is written, and only what lies below the given folders is read
    lock_calls        seccomp: of the kernel's calls only those that computing, memory and reading need

No lock can be taken off again by the process, whatever it finds. A kernel, a container or a Python (without `_ctypes`) that does
not offer one leaves the walls of `guard` and the limits of `sandbox`; each method says whether its lock holds, and `missing` which do not.

What can be prepared is prepared in the parent, where it costs half (the first writes of a forked process copy pages). Only
the C part of ctypes is imported: the package around it takes ten times as long.
"""

from __future__ import annotations

import os
import sys

from .granted import granted
from .guard import trusted_folders

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

# The number of a call on x86_64 (None: it has none there) and on aarch64.
PERMITTED: dict[str, tuple[int | None, int | None]] = {
    # memory, threads and time
    "mmap": (9, 222), "mprotect": (10, 226), "munmap": (11, 215), "brk": (12, 214), "mremap": (25, 216), "madvise": (28, 233),
    "futex": (202, 98), "sched_yield": (24, 124), "sched_getaffinity": (204, 123), "set_robust_list": (273, 99), "rseq": (334, 293), "getcpu": (309, 168),
    "nanosleep": (35, 101), "clock_gettime": (228, 113), "clock_getres": (229, 114), "clock_nanosleep": (230, 115), "gettimeofday": (96, 169), "time": (201, None),
    "getitimer": (36, 102), "setitimer": (38, 103), "getrandom": (318, 278),
    # signals of its own
    "rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139), "sigaltstack": (131, 132), "restart_syscall": (219, 128),
    # descriptors that are open: the pipe to the parent, and what is opened for reading
    "read": (0, 63), "write": (1, 64), "readv": (19, 65), "writev": (20, 66), "pread64": (17, 67), "lseek": (8, 62), "close": (3, 57), "fadvise64": (221, 223),
    "poll": (7, None), "ppoll": (271, 73), "select": (23, None), "pselect6": (270, 72), "getdents64": (217, 61),
    # what files there are
    "stat": (4, None), "fstat": (5, 80), "lstat": (6, None), "newfstatat": (262, 79), "statx": (332, 291), "access": (21, None), "faccessat": (269, 48),
    "faccessat2": (439, 439), "readlink": (89, None), "readlinkat": (267, 78), "getcwd": (79, 17), "statfs": (137, 43), "fstatfs": (138, 44),
    # who it is
    "getpid": (39, 172), "getppid": (110, 173), "gettid": (186, 178), "getuid": (102, 174), "geteuid": (107, 175), "getgid": (104, 176), "getegid": (108, 177),
    "uname": (63, 160), "sysinfo": (99, 179), "getrlimit": (97, 163), "getrusage": (98, 165), "times": (100, 153),
    # its end
    "exit": (60, 93), "exit_group": (231, 94),
}  # fmt: skip
# Calls that no library makes by itself: who makes one has passed the other walls, and the process ends.
ENDING: dict[str, tuple[int | None, int | None]] = {
    "execve": (59, 221), "execveat": (322, 281), "fork": (57, None), "vfork": (58, None), "ptrace": (101, 117),
    "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51), "unshare": (272, 97), "setns": (308, 268),
    "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106), "kexec_load": (246, 104), "reboot": (169, 142),
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219), "open_by_handle_at": (304, 265),
}  # fmt: skip
# Calls whose arguments decide.
OPENING = {"open": (2, None), "openat": (257, 56)}
TO_ITSELF = {"tgkill": (234, 131), "tkill": (200, 130)}
ABSENT = {
    "clone3": (435, 435),
    "openat2": (437, 437),
}  # their settings are out of a filter's sight; libraries use the older calls then
FCNTL, PRLIMIT, IOCTL = (72, 25), (302, 261), (16, 29)

# The numbers of the calls that lock, and the name by which a filter knows the machine.
LOCKING = {"x86_64": (0, 157, 317, 0xC000003E), "aarch64": (1, 167, 277, 0xC00000B7)}
PDEATHSIG, NO_NEW_PRIVS = 1, 38
SIGKILL = 9
# landlock
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
READ_FILE, READ_FOLDER = 1 << 2, 1 << 3
ALL_OF_FILES = (1 << 13) - 1  # of its first version: all that is done to files and folders
# seccomp: answers (with the number of an error in the low half), questions, and where a filter finds what it asks about
ALLOW, END, REFUSE = 0x7FFF0000, 0x80000000, 0x00050000
EPERM, ENOTTY, ENOSYS = 1, 25, 38
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER, ARCHITECTURE = 0, 4
FILTER, ALL_THREADS, NO_SLOWDOWN = 1, 1, 4
# O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, O_APPEND and what is special about O_TMPFILE; alike on both machines
WRITING = 0o3 | 0o100 | 0o1000 | 0o2000 | 0o20000000
DESCRIPTOR_FLAGS = (1, 2, 3)  # fcntl: F_GETFD, F_SETFD, F_GETFL
ITSELF = 0xFFFFFFFF  # in a prepared filter, the place of the number of the process


# C libraries, which modules of Python's own library load
PACKAGES = (os.sep + "site-packages", os.sep + "dist-packages")
LIBRARIES = ("/lib", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache", "/nix/store", "/gnu/store")


class Locks:
    """The locks for one process, prepared by its parent before the fork; it may read what Python reads, and `readable`."""

    def __init__(self, readable: Iterable[str]) -> None:
        machine, call = _machine(), _syscall()
        self.call: Any = None if machine is None else call
        self.machine = machine or (0, 0, 0, 0)
        self.rules = -1 if self.call is None else _kept_rules(self.call, tuple(readable))
        self.filter = b"" if self.call is None else _prepared(self.machine)
        self.missing: tuple[str, ...] = ("landlock", "seccomp")  # as long as they do not hold

    @property
    def stands(self) -> bool:
        """Whether what holds is a wall by itself: to write, start, connect or signal takes a call of the kernel's. To read is the other lock's."""
        return "seccomp" not in self.missing

    # in the process itself

    def die_with_parent(self, parent: int) -> bool:
        """Has the kernel end this process when its parent ends; ends it at once where that has happened."""
        holds = self.call is not None and not self.call(self.machine[1], PDEATHSIG, SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(70)
        return holds

    def lock_files(self) -> bool:
        """Takes from this thread, and those that it starts, all files but those that may be read."""
        _last.clear()  # the descriptor is the parent's to close
        holds = self.rules >= 0 and self._without_privileges() and not self.call(RESTRICT_SELF, self.rules, 0)
        return self._noted("landlock", holds)

    def lock_calls(self) -> bool:
        """Leaves this process, all of its threads, the calls of the tables above."""
        if not self.filter or not self._without_privileges():
            return self._noted("seccomp", False)
        filter = self.filter.replace(ITSELF.to_bytes(4, "little"), os.getpid().to_bytes(4, "little"))
        pointed = (len(filter) // 8).to_bytes(8, "little") + _address(filter)
        ways = (ALL_THREADS | NO_SLOWDOWN, ALL_THREADS)  # older kernels do not know the second
        return self._noted("seccomp", any(self.call(self.machine[2], FILTER, way, pointed) == 0 for way in ways))

    def _noted(self, lock: str, holds: bool) -> bool:
        if holds:
            self.missing = tuple([name for name in self.missing if name != lock])
        return holds

    def _without_privileges(self) -> bool:
        return not self.call(self.machine[1], NO_NEW_PRIVS, 1, 0, 0, 0)


def _machine() -> tuple[int, int, int, int] | None:
    if sys.platform != "linux" or sys.maxsize < 1 << 32 or sys.byteorder != "little":
        return None
    return LOCKING.get(os.uname().machine)


def _syscall() -> Any:
    """`syscall` of the C library: a function of numbers (32 bits), None and bytes (a pointer to them); -1 is a refusal."""
    global _caller, _text
    if _caller is None:
        try:
            import _ctypes

            ctypes: Any = _ctypes
            address, call = ctypes.dlsym(ctypes.dlopen(None, 0), "syscall"), ctypes.call_function
        except (ImportError, AttributeError, OSError):
            return None
        _caller = lambda *arguments: call(address, arguments)  # noqa: E731
        _text = type("Text", (ctypes._SimpleCData,), {"_type_": "z"})
    return _caller


_caller: Any = None
_text: Any = None
_filters: dict[int, bytes] = {}


def _address(data: bytes) -> bytes:
    """Where the bytes lie, as C has it. The caller keeps them."""
    return bytes(_text(data))


def _rules(call: Any, readable: Iterable[str]) -> int:
    """The descriptor of landlock's rules; -1 without landlock."""
    version = call(CREATE_RULESET, None, 0, 1)
    if version < 1:
        return -1
    files = ALL_OF_FILES | (version >= 2) << 13 | (version >= 3) << 14 | (version >= 5) << 15
    network = 3 if version >= 4 else 0
    processes = 3 if version >= 6 else 0  # sockets without a file, and signals
    handled = b"".join([number.to_bytes(8, "little") for number in (files, network, processes)])
    rules: int = call(CREATE_RULESET, handled, len(handled), 0)
    if rules >= 0:
        searched = [path for path in (*readable, *sys.path[1:]) if path]
        installed = [
            path for path in searched if path.endswith(PACKAGES) or path.startswith(os.path.dirname(os.__file__))
        ]
        read, listed = granted(path for path in searched if path not in installed)
        for path in dict.fromkeys((*installed, *_of_python(), *read)):
            _permit(call, rules, path, READ_FILE | READ_FOLDER)
        for path in listed:
            _permit(call, rules, path, READ_FOLDER)
    return rules


_last: list[tuple[tuple[str, ...], int]] = []


def _kept_rules(call: Any, readable: tuple[str, ...]) -> int:
    """The rules for those folders; the files of one project share them. Their descriptor stays open until there are others."""
    if not _last or _last[0][0] != readable:
        rules = _rules(call, readable)
        if _last and _last[0][1] >= 0:
            os.close(_last[0][1])
        _last[:] = [(readable, rules)]
    return _last[0][1]


def _of_python() -> list[str]:
    """The folders that Python itself reads when a module is imported."""
    named = os.environ.get("LD_LIBRARY_PATH", "").split(os.pathsep)
    folders = (*trusted_folders(), os.path.join(sys.base_prefix, "lib"), *LIBRARIES, *named)
    return [folder for folder in folders if folder]


def _permit(call: Any, rules: int, path: str, wanted: int) -> None:
    """Lets a folder and what is below it, or a file, be read."""
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    for rights in (wanted, READ_FILE & wanted):  # a file has no right of folders
        if call(ADD_RULE, rules, 1, rights.to_bytes(8, "little") + descriptor.to_bytes(4, "little"), 0) == 0:
            break
    os.close(descriptor)


def _prepared(machine: tuple[int, int, int, int]) -> bytes:
    if machine[3] not in _filters:
        _filters[machine[3]] = _filter(machine[0], machine[3])
    return _filters[machine[3]]


def _filter(column: int, architecture: int) -> bytes:
    """The filter, for the machine in a column of the tables: pairs of a question and the answer to who meets it."""
    instructions = [_load(ARCHITECTURE), _step(EQUAL, architecture, 1, 0), _answer(END), _load(NUMBER)]
    if column == 0:
        instructions += _if(AT_LEAST, 1 << 30, END)  # the calls of another kind of program, x32
    for first, last in _ranges(number for row in PERMITTED.values() if (number := row[column]) is not None):
        if first == last:
            instructions += _if(EQUAL, first, ALLOW)
        else:
            instructions += [_step(AT_LEAST, first, 0, 2), _step(AT_LEAST, last + 1, 1, 0), _answer(ALLOW)]
    for row in ENDING.values():
        if row[column] is not None:
            instructions += _if(EQUAL, row[column], END)
    for row in ABSENT.values():
        instructions += _if(EQUAL, row[column], REFUSE | ENOSYS)
    instructions += _if(EQUAL, IOCTL[column], REFUSE | ENOTTY)
    for place, row in enumerate(OPENING.values()):
        if row[column] is not None:
            test = [_load(_argument(place + 1)), *_if(ANY_BIT, WRITING, REFUSE | EPERM), _answer(ALLOW)]
            instructions += _when(row[column], test)
    for row in TO_ITSELF.values():
        test = [_load(_argument(0)), *_if(EQUAL, ITSELF, ALLOW), _answer(REFUSE | EPERM)]
        instructions += _when(row[column], test)
    test = [_load(_argument(1))]
    for command in DESCRIPTOR_FLAGS:
        test += _if(EQUAL, command, ALLOW)
    instructions += _when(FCNTL[column], [*test, _answer(REFUSE | EPERM)])
    # limits may be asked for, not set: no new ones are given
    test = [_load(_argument(2)), _step(EQUAL, 0, 0, 3), _load(_argument(2) + 4), *_if(EQUAL, 0, ALLOW)]
    instructions += _when(PRLIMIT[column], [*test, _answer(REFUSE | EPERM)])
    return b"".join([*instructions, _answer(REFUSE | EPERM)])


def _step(question: int, number: int, met: int = 0, missed: int = 0) -> bytes:
    """An instruction: how many of the next to leave out where the question is met, and where not."""
    return (question | met << 16 | missed << 24 | number << 32).to_bytes(8, "little")


def _load(place: int) -> bytes:
    return _step(LOAD, place)


def _answer(answer: int) -> bytes:
    return _step(RETURN, answer)


def _if(question: int, number: int | None, answer: int) -> list[bytes]:
    assert number is not None
    return [_step(question, number, 0, 1), _answer(answer)]


def _when(call: int | None, then: list[bytes]) -> list[bytes]:
    """Instructions for one call of the kernel, the last of which answers."""
    assert call is not None
    return [_step(EQUAL, call, 0, len(then)), *then]


def _argument(place: int) -> int:
    """Where the low half of an argument is."""
    return 16 + 8 * place


def _ranges(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Numbers in order, consecutive ones as (first, last)."""
    ranges: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1] = (ranges[-1][0], number)
        else:
            ranges.append((number, number))
    return ranges
