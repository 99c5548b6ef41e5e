"""The job object of Windows as far as another system can test it: the bytes that it is made of, and the calls."""

from __future__ import annotations

import ctypes
from typing import Any

import pytest

from convcalc.source import job_object


class Basic(ctypes.Structure):
    """JOBOBJECT_BASIC_LIMIT_INFORMATION as winnt.h has it, on 64 bits."""

    _fields_ = [
        ("PerProcessUserTimeLimit", ctypes.c_int64), ("PerJobUserTimeLimit", ctypes.c_int64), ("LimitFlags", ctypes.c_uint32),
        ("MinimumWorkingSetSize", ctypes.c_uint64), ("MaximumWorkingSetSize", ctypes.c_uint64), ("ActiveProcessLimit", ctypes.c_uint32),
        ("Affinity", ctypes.c_uint64), ("PriorityClass", ctypes.c_uint32), ("SchedulingClass", ctypes.c_uint32),
    ]  # fmt: skip


class Extended(ctypes.Structure):
    _fields_ = [
        ("Basic", Basic), ("IoInfo", ctypes.c_uint64 * 6), ("ProcessMemoryLimit", ctypes.c_uint64), ("JobMemoryLimit", ctypes.c_uint64),
        ("PeakProcessMemoryUsed", ctypes.c_uint64), ("PeakJobMemoryUsed", ctypes.c_uint64),
    ]  # fmt: skip


def test_the_limits_are_where_windows_reads_them() -> None:
    data = job_object.limits_of(2048)
    assert len(data) == ctypes.sizeof(Extended) == 144
    read = Extended.from_buffer_copy(data)
    assert read.Basic.LimitFlags == 0x8 | 0x100 | 0x400
    assert read.Basic.ActiveProcessLimit == 1
    assert read.ProcessMemoryLimit == 2 << 30
    read.Basic.LimitFlags = read.Basic.ActiveProcessLimit = read.ProcessMemoryLimit = 0
    assert bytes(read) == bytes(144)


class Kernel32:
    """The functions of the system, which fail from the call of that number on."""

    def __init__(self, fails: int = 99) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.fails = fails

    def __getattr__(self, name: str) -> Any:
        def call(*arguments: Any) -> int:
            self.calls.append((name, *arguments))
            return 0 if len(self.calls) >= self.fails else 77

        return call


def test_the_process_puts_itself_into_a_job(monkeypatch: pytest.MonkeyPatch) -> None:
    library = Kernel32()
    monkeypatch.setattr(job_object, "_kernel32", lambda: library)
    locks = job_object.Locks()
    assert locks.lock_calls()
    assert locks.missing == ()
    assert [call[0] for call in library.calls] == [
        "CreateJobObjectW", "SetInformationJobObject", "SetInformationJobObject", "AssignProcessToJobObject", "CloseHandle",
    ]  # fmt: skip
    assert library.calls[3] == ("AssignProcessToJobObject", 77, -1)


@pytest.mark.parametrize("fails", [1, 2, 3, 4])
def test_a_limit_that_is_refused_is_missing(monkeypatch: pytest.MonkeyPatch, fails: int) -> None:
    library = Kernel32(fails)
    monkeypatch.setattr(job_object, "_kernel32", lambda: library)
    locks = job_object.Locks()
    assert not locks.lock_calls()
    assert locks.missing == ("job object",)


def test_elsewhere_there_is_none() -> None:
    assert not job_object.Locks().lock_calls()
