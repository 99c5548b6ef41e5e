"""The kernel's numbers are those of its own headers, and the filter answers each call as the tables say.

The filter is run here, by the meaning that `linux/filter.h` and `linux/bpf_common.h` give its instructions: no lock is taken.
"""

from __future__ import annotations

import errno
import os
import re
import struct
from pathlib import Path

import pytest

from convcalc.source import kernel

HEADERS = Path("/usr/include")
FILES = {"x86_64": "*/asm/unistd_64.h", "aarch64": "asm-generic/unistd.h"}
MACHINES = sorted(kernel.LOCKING)
ALLOW, KILL, ERRNO = 0x7FFF0000, 0x80000000, 0x00050000  # linux/seccomp.h
OWN = 4321  # the number of the process


def headers(pattern: str) -> str:
    found = sorted(HEADERS.glob(pattern))
    if not found:
        pytest.skip(f"no {HEADERS / pattern} here")
    return found[0].read_text(encoding="utf8")


def numbers(machine: str) -> dict[str, int]:
    """The numbers of a machine's calls."""
    text = headers(FILES[machine])
    named = dict(re.findall(r"^#define __NR(?:3264)?_(\w+)\s+(\d+)$", text, re.MULTILINE))
    if machine == "aarch64":
        named["newfstatat"] = named.pop("fstatat")
    return {name: int(number) for name, number in named.items()}


def constants(pattern: str) -> dict[str, int]:
    text = re.sub(r"/\*.*?\*/", "", headers(pattern), flags=re.DOTALL)
    found = re.findall(r"^#define\s+(\w+)\s+\(?((?:0x)?[0-9a-fA-F]+)U?L?L?\)?\s*$", text, re.MULTILINE)
    shifted = re.findall(r"^#define\s+(\w+)\s+\(1U?L?L? << (\d+)\)\s*$", text, re.MULTILINE)
    return {
        **{name: int(value, 0 if value[:2] == "0x" or value == "0" else 10) for name, value in found},
        **{name: 1 << int(value) for name, value in shifted},
    }


@pytest.mark.parametrize("column", range(2), ids=["x86_64", "aarch64"])
def test_calls_have_the_numbers_of_the_headers(column: int) -> None:
    known = numbers(("x86_64", "aarch64")[column])
    tables = {**kernel.PERMITTED, **kernel.ENDING, **kernel.OPENING, **kernel.TO_ITSELF, **kernel.ABSENT}
    tables |= {"fcntl": kernel.FCNTL, "prlimit64": kernel.PRLIMIT, "ioctl": kernel.IOCTL}
    wrong = {name: (row[column], known.get(name)) for name, row in tables.items() if row[column] != known.get(name)}
    # calls that the headers name for 32-bit machines, or under another name
    assert {name for name in wrong if wrong[name][0] is not None} == set()
    assert {name for name in wrong if wrong[name][0] is None} <= {"renameat"}
    for number, name in (
        (kernel.CREATE_RULESET, "landlock_create_ruleset"),
        (kernel.ADD_RULE, "landlock_add_rule"),
        (kernel.RESTRICT_SELF, "landlock_restrict_self"),
    ):
        assert known[name] == number


@pytest.mark.parametrize("machine", MACHINES)
def test_what_locks_has_the_numbers_of_the_headers(machine: str) -> None:
    known, audit, elf = numbers(machine), headers("linux/audit.h"), constants("linux/elf-em.h")
    column, prctl, seccomp, name = kernel.LOCKING[machine]
    assert column == ("x86_64", "aarch64").index(machine)
    assert (prctl, seccomp) == (known["prctl"], known["seccomp"])
    assert f"AUDIT_ARCH_{machine.upper()}" in audit
    bits, little = 0x80000000, 0x40000000  # __AUDIT_ARCH_64BIT, __AUDIT_ARCH_LE
    assert name == elf["EM_X86_64" if column == 0 else "EM_AARCH64"] | bits | little


def test_constants_are_those_of_the_headers() -> None:
    prctl, seccomp, landlock = (constants(f"linux/{name}.h") for name in ("prctl", "seccomp", "landlock"))
    assert (prctl["PR_SET_PDEATHSIG"], prctl["PR_SET_NO_NEW_PRIVS"]) == (kernel.PDEATHSIG, kernel.NO_NEW_PRIVS)
    assert (
        seccomp["SECCOMP_SET_MODE_FILTER"],
        seccomp["SECCOMP_FILTER_FLAG_TSYNC"],
    ) == (kernel.FILTER, kernel.ALL_THREADS)
    assert seccomp.get("SECCOMP_FILTER_FLAG_SPEC_ALLOW") == kernel.NO_SLOWDOWN
    assert (
        seccomp["SECCOMP_RET_ALLOW"],
        KILL,
        seccomp["SECCOMP_RET_ERRNO"],
    ) == (kernel.ALLOW, kernel.END, kernel.REFUSE)
    assert landlock["LANDLOCK_ACCESS_FS_READ_FILE"] == kernel.READ_FILE
    assert landlock["LANDLOCK_ACCESS_FS_READ_DIR"] == kernel.READ_FOLDER
    assert 2 * landlock["LANDLOCK_ACCESS_FS_MAKE_SYM"] - 1 == kernel.ALL_OF_FILES
    assert (kernel.EPERM, kernel.ENOTTY, kernel.ENOSYS) == (errno.EPERM, errno.ENOTTY, errno.ENOSYS)
    assert kernel.WRITING & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND) == kernel.WRITING & 0o3777
    for flag in (os.O_WRONLY, os.O_RDWR, os.O_CREAT, os.O_TRUNC, os.O_APPEND, os.O_TMPFILE & ~os.O_DIRECTORY):
        assert kernel.WRITING & flag == flag
    for flag in (os.O_RDONLY, os.O_CLOEXEC, os.O_DIRECTORY, os.O_NOFOLLOW, os.O_NONBLOCK, os.O_PATH):
        assert kernel.WRITING & flag == 0


def answered(program: bytes, architecture: int, number: int, arguments: tuple[int, ...] = ()) -> int:
    """What a filter answers to a call."""
    data = struct.pack("<IIQ6Q", number, architecture, 0, *arguments, *[0] * (6 - len(arguments)))
    steps = [struct.unpack_from("<HBBI", program, place) for place in range(0, len(program), 8)]
    at = accumulator = 0
    while True:
        code, met, missed, k = steps[at]
        at += 1
        if code == 0x06:  # BPF_RET | BPF_K
            return int(k)
        if code == 0x20:  # BPF_LD | BPF_W | BPF_ABS
            accumulator = struct.unpack_from("<I", data, k)[0]
            continue
        holds = {0x15: accumulator == k, 0x35: accumulator >= k, 0x45: bool(accumulator & k)}[
            code
        ]  # BPF_JMP | BPF_JEQ, JGE, JSET
        at += met if holds else missed


@pytest.mark.parametrize("machine", MACHINES)
def test_the_filter_answers_as_the_tables_say(machine: str) -> None:
    column, _, _, architecture = kernel.LOCKING[machine]
    program = kernel._filter(column, architecture).replace(
        kernel.ITSELF.to_bytes(4, "little"), OWN.to_bytes(4, "little")
    )

    def ask(name: str, *arguments: int) -> int:
        return answered(program, architecture, number[name], arguments)

    number = numbers(machine)
    tables = (kernel.PERMITTED, ALLOW), (kernel.ENDING, KILL), (kernel.ABSENT, ERRNO | errno.ENOSYS)
    meant = {row[column]: answer for table, answer in tables for row in table.values() if row[column] is not None}
    meant[number["ioctl"]] = ERRNO | errno.ENOTTY
    argued = {number[name] for name in ("open", "openat", "tgkill", "tkill", "fcntl", "prlimit64") if name in number}
    for each in sorted({*range(600), (1 << 30) - 1} - argued):
        assert answered(program, architecture, each) == meant.get(each, ERRNO | errno.EPERM), each
    for other in (architecture ^ 1, 0x40000003):  # i386
        assert answered(program, other, number["read"]) == KILL
    if column == 0:
        assert answered(program, architecture, 1 << 30) == KILL  # x32
    refused = ERRNO | errno.EPERM
    for flags in (os.O_RDONLY, os.O_CLOEXEC | os.O_DIRECTORY):
        assert ask("openat", 3, 0, flags) == ALLOW
    for flags in (
        os.O_WRONLY,
        os.O_RDWR,
        os.O_CREAT,
        os.O_TRUNC,
        os.O_APPEND,
        os.O_TMPFILE,
        os.O_WRONLY | os.O_CLOEXEC,
    ):
        assert ask("openat", 3, 0, flags) == refused
        if "open" in number:
            assert ask("open", 0, flags) == refused
    for name in ("tgkill", "tkill"):
        assert (ask(name, OWN), ask(name, OWN + 1)) == (ALLOW, refused)
    assert [ask("fcntl", 5, command) for command in range(6)] == [refused, ALLOW, ALLOW, ALLOW, refused, refused]
    assert (ask("prlimit64", 0, 7, 0), ask("prlimit64", 0, 7, 1), ask("prlimit64", 0, 7, 1 << 32)) == (
        ALLOW,
        refused,
        refused,
    )
