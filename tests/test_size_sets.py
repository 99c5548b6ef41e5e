"""Sets of sizes against sets of numbers, and their words."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convcalc.dim import SizeSet

LIMIT = 400
RUNS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 12)).map(lambda p: (p[0], p[0] + p[1])), max_size=4)


@st.composite
def sets(draw: st.DrawFn) -> tuple[SizeSet, set[int]]:
    period = draw(st.integers(1, 12))
    residues = draw(st.sets(st.integers(0, period - 1)))
    start = draw(st.integers(0, 80))
    runs = [(low, high) for low, high in draw(RUNS) if not residues or high < start]
    members = {n for low, high in runs for n in range(low, high + 1)}
    members |= {n for n in range(start, LIMIT) if n % period in residues}
    return SizeSet(runs, start, period, residues), members


def members(of: SizeSet) -> set[int]:
    found = {n for n in range(LIMIT) if n in of}
    assert set(of.up_to(LIMIT - 1)) == found
    return found


@given(sets(), sets())
def test_sets_are_sets(first: tuple[SizeSet, set[int]], second: tuple[SizeSet, set[int]]) -> None:
    (a, in_a), (b, in_b) = first, second
    assert members(a) == in_a
    assert members(a | b) == in_a | in_b
    assert members(a & b) == in_a & in_b
    assert members(a - b) == in_a - in_b
    assert members(a.complement(0)) == set(range(LIMIT)) - in_a
    assert members(a.complement(7)) == set(range(7, LIMIT)) - in_a
    assert (a <= b) == (in_a <= in_b)
    assert (a == b) == (in_a == in_b)
    assert a.least == min(in_a, default=None)
    assert bool(a) == bool(in_a)
    assert a.is_finite == (max(in_a, default=0) < 200)
    if a.is_finite:
        assert a.most == max(in_a, default=None)
        assert set(a) == in_a
    assert a.is_all_from(50) == (set(range(50, LIMIT)) <= in_a)
    if a == b:
        assert hash(a) == hash(b)


@given(sets(), st.integers(0, 20))
def test_a_set_that_is_built_otherwise_is_the_same(one: tuple[SizeSet, set[int]], more: int) -> None:
    a, in_a = one
    later = a.start + more * a.period
    rest = SizeSet((), later, a.period, a.residues)
    rebuilt = SizeSet(((n, n) for n in in_a if n < later), later, a.period, a.residues)
    assert rebuilt == a
    assert rest <= a


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (SizeSet.interval(28, 31), "28 to 31"),
        (SizeSet.multiples(32), "multiples of 32"),
        (SizeSet.multiples(32, 0, 64), "multiples of 32 from 64"),
        (SizeSet.multiples(32, 0, 33), "multiples of 32 from 64"),
        (SizeSet.interval(63), "any from 63"),
        (SizeSet.interval(1), "any"),
        (SizeSet.multiples(2), "even"),
        (SizeSet.multiples(2, 1), "odd"),
        (SizeSet.multiples(2, 1, 9), "odd from 9"),
        (SizeSet.points(1, 4, 7), "1, 4 and 7"),
        (SizeSet.points(5), "5"),
        (SizeSet.points(5, 6), "5 and 6"),
        (SizeSet.multiples(4, 1, 9), "4k + 1 from 9"),
        (SizeSet.multiples(4, 1), "4k + 1"),
        (SizeSet.multiples(4, 1) | SizeSet.multiples(4, 2), "4k + 1 to 4k + 2"),
        (SizeSet.multiples(5, 0) | SizeSet.multiples(5, 2), "5k and 5k + 2"),
        (SizeSet.multiples(32).complement(), "any but multiples of 32"),
        (SizeSet.points(3) | SizeSet.interval(9), "3 and any from 9"),
        (SizeSet.multiples(32) & SizeSet.interval(1, 256), "multiples of 32 from 32 to 256"),
        (SizeSet(), "none"),
        (SizeSet.interval(1, 4) | SizeSet.interval(8, 9), "1 to 4, 8 and 9"),
    ],
)
def test_words(found: SizeSet, words: str) -> None:
    assert found.words() == words


def test_an_endless_set_can_be_walked() -> None:
    assert list(itertools.islice(SizeSet.multiples(32, 0, 64), 3)) == [64, 96, 128]
