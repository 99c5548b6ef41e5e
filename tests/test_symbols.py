"""Numbers that nobody knows, made of symbols: what is said of two of them holds for whatever the symbols are."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convcalc.tensor import Unknown, symbols
from convcalc.tensor.resets import reset_all
from convcalc.tensor.size import agreed, are_equal, differ
from convcalc.tensor.unknown import expire, is_tentative

OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "//": operator.floordiv,
    "%": operator.mod,
}
COMPARISONS = {name: getattr(operator, name) for name in "eq ne lt le gt ge".split()}
Tree = Any  # a name, a number, or an operation with two trees

trees = st.recursive(
    st.sampled_from(["n", "m"]) | st.integers(-3, 12),
    lambda part: st.tuples(st.sampled_from("+ - * // %".split()), part, part),
    max_leaves=6,
)
values = st.integers(1, 40)


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    reset_all()
    yield
    reset_all()


def calculated(tree: Tree, names: dict[str, Any]) -> Any:
    """The tree with these values; None where something is divided by what may be 0."""
    if type(tree) is str:
        return names[tree]
    if type(tree) is int:
        return tree
    first, second = (calculated(part, names) for part in tree[1:])
    if first is None or second is None or (tree[0] in ("//", "%") and type(second) is int and second == 0):
        return None
    return OPERATIONS[tree[0]](first, second)


def pair() -> dict[str, Any]:
    reset_all()
    return {"n": symbols.symbol("n", "n"), "m": symbols.symbol("m", "m")}


@given(trees, trees, st.sampled_from(sorted(COMPARISONS)), st.lists(st.tuples(values, values), min_size=1, max_size=8))
def test_what_is_certain_holds_for_all_values(
    one: Tree, other: Tree, relation: str, samples: list[tuple[int, int]]
) -> None:
    names = pair()
    a, b = calculated(one, names), calculated(other, names)
    if a is None or b is None:
        return
    found = COMPARISONS[relation](a, b)
    if type(found) is Unknown:
        return
    for n, m in samples:
        try:
            first, second = (calculated(tree, {"n": n, "m": m}) for tree in (one, other))
        except ZeroDivisionError:
            continue
        if first is not None and second is not None:
            assert COMPARISONS[relation](first, second) is found


@given(trees, st.lists(st.tuples(values, values), min_size=1, max_size=8))
def test_the_text_is_the_number(tree: Tree, samples: list[tuple[int, int]]) -> None:
    number = calculated(tree, pair())
    text = symbols.text_of(number) if type(number) is Unknown else None
    if text is None:
        return
    for n, m in samples:
        try:
            expected = calculated(tree, {"n": n, "m": m})
        except ZeroDivisionError:
            continue
        assert eval(text, {"max": max, "min": min}, {"n": n, "m": m}) == expected


bounds = st.none() | st.integers(-9, 9) | st.sampled_from(["n", "m", ("-", "n", 3), ("//", "n", 2)])


@given(bounds, bounds, st.integers(1, 3), st.lists(st.tuples(values, values), min_size=1, max_size=8))
def test_the_length_of_a_part(start: Any, stop: Any, step: int, samples: list[tuple[int, int]]) -> None:
    names = pair()
    size = names["n"]
    a = 0 if start is None else calculated(start, names)
    b = size if stop is None else calculated(stop, names)
    found = symbols.length_of_part(size, a, b, step)
    if found is None:
        return
    text = str(found) if type(found) is int else symbols.text_of(found)
    assert text is not None
    for n, m in samples:
        first, last = (None if bound is None else calculated(bound, {"n": n, "m": m}) for bound in (start, stop))
        assert eval(text, {"max": max, "min": min}, {"n": n, "m": m}) == len(range(n)[first:last:step])


def test_what_people_write_is_certain() -> None:
    n: Any = symbols.symbol("n", "n")
    m: Any = symbols.symbol("m", "m")
    test = symbols.share_of(0.2 * n, "int", "test")
    assert test is not None
    assert symbols.share_of(0.2 * n, "int", "test") is test
    assert (n - test) + test == n
    assert n - test - 1 != n - test
    assert test <= n
    assert n * m // m == n
    assert (n * 8) % 8 == 0
    assert 2 * n > n
    assert type(n == m) is Unknown
    assert type(n > 5) is Unknown
    assert n + 8 - n == 8
    assert type(n + 8 - n) is int


def test_shapes() -> None:
    n: Any = symbols.symbol("n", "n")
    m: Any = symbols.symbol("m", "m")
    assert are_equal(n + 1, 1 + n)
    assert not are_equal(n, m)
    assert differ((n, 3), (n + 1, 3))
    assert not differ((n, 3), (m, 3))
    assert not differ((n, 3), (7, 3))
    assert agreed((Unknown("?"), 3), (n, 3))[0] is n
    assert agreed((n, 3), (7, 3))[0] == 7


def test_of_one_item_nothing_follows_for_the_next() -> None:
    before = is_tentative[0]
    is_tentative[0] = lambda: True
    try:
        n: Any = symbols.symbol("n", "the length of an item")
        assert n + 1 != n
        assert symbols.text_of(n + 1) == "n + 1"
        longer = n + 1
        expire()
        assert type(longer == n) is Unknown
        assert not differ((n,), (longer,))
        assert not are_equal(longer, 1 + n)
        assert symbols.text_of(longer) == "n + 1"
    finally:
        is_tentative[0] = before


def test_deep_expressions_end() -> None:
    n: Any = symbols.symbol("n", "n")
    total = n
    for _ in range(10_000):
        total = total + n
    assert type(total == n) is Unknown
