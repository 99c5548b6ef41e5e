"""Differences of texts: they lead from one to the other, as difflib's do, in time that grows with their size."""

from __future__ import annotations

import difflib
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convcalc.source import line_changes
from convcalc.source.line_changes import LineMatcher, unified_diff

LINES = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "\n"]), max_size=12)


@settings(max_examples=300)
@given(LINES, LINES, st.sampled_from([0, 4, 1_000_000]))
def test_changes_lead_from_one_to_the_other(old: list[str], new: list[str], most: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(line_changes, "MOST", most)
        codes = LineMatcher(old, new).get_opcodes()
    assert [code[1:3] for code in codes] == [
        (a, b) for a, b in zip([0, *(code[2] for code in codes)], [code[2] for code in codes])
    ]
    made = [line for kind, a, b, c, d in codes for line in (old[a:b] if kind == "equal" else new[c:d])]
    assert made == new
    assert all(old[a:b] == new[c:d] for kind, a, b, c, d in codes if kind == "equal")


@given(LINES, st.integers(0, 12), LINES)
def test_a_patch_of_one_change_is_difflibs(old: list[str], at: int, more: list[str]) -> None:
    old = [f"{i}{line}" for i, line in enumerate(old)]  # where no line is twice there, there is one shortest patch
    new = old[:at] + ["new\n"] + old[at + 1 :]
    assert list(unified_diff(old, new, "f")) == list(difflib.unified_diff(old, new, "f", "f"))


@pytest.mark.parametrize("lines", [["#\n"] * 300_000, [f"#{i % 199}\n" for i in range(300_000)]])
def test_many_equal_lines_take_no_time(lines: list[str]) -> None:
    started = time.process_time()
    for new in (["x\n", *lines[1:]], [*lines[:1000], "x\n", *lines[1000:]], ["x\n", *lines[:-1], "y\n", "z\n"]):
        list(unified_diff(lines, new, "f"))
    assert time.process_time() - started < 5
