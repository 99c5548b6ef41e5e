"""Symbolic sizes against plain ints: the same arithmetic, the same text, and no comparison decided wrongly."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from convcalc.dim import Conditions, ConditionWarning, Dim, SizeSet, evaluated, solve, symbol
from convcalc.dim.decide import decide, sign_runs, solutions
from convcalc.dim.polynomial import Poly

NAMES = ("H", "N", "W")


class Tree:
    """A random expression: a function of the sizes, which runs on ints and on symbols alike."""

    def __init__(self, text: str, function: object) -> None:
        self.text = text
        self.function = function

    def __call__(self, sizes: dict[str, object]) -> object:
        return self.function(sizes)  # type: ignore[operator]

    def __repr__(self) -> str:
        return self.text


def least(a: object, b: object) -> object:
    return a.lesser(b) if type(a) is Dim else b.lesser(a) if type(b) is Dim else min(a, b)  # type: ignore[type-var, attr-defined]


def greatest(a: object, b: object) -> object:
    return a.greater(b) if type(a) is Dim else b.greater(a) if type(b) is Dim else max(a, b)  # type: ignore[type-var, attr-defined]


def trees(names: tuple[str, ...] = NAMES, extremes: bool = True, depth: int = 5) -> st.SearchStrategy[Tree]:
    leaves = st.one_of(
        st.sampled_from([Tree(n, lambda s, n=n: s[n]) for n in names]),
        st.integers(-9, 9).map(lambda k: Tree(str(k), lambda s, k=k: k)),
    )
    divisors = st.sampled_from([1, 2, 2, 3, 4, 5, 6, 8, -2, -3])

    def grow(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
        pairs = st.tuples(inner, inner)
        ways = [
            pairs.map(lambda p: Tree(f"({p[0]} + {p[1]})", lambda s: p[0](s) + p[1](s))),
            pairs.map(lambda p: Tree(f"({p[0]} - {p[1]})", lambda s: p[0](s) - p[1](s))),
            pairs.map(lambda p: Tree(f"({p[0]} * {p[1]})", lambda s: p[0](s) * p[1](s))),
            st.tuples(inner, divisors).map(lambda p: Tree(f"({p[0]} // {p[1]})", lambda s: p[0](s) // p[1])),
            st.tuples(inner, divisors).map(lambda p: Tree(f"({p[0]} % {p[1]})", lambda s: p[0](s) % p[1])),
            inner.map(lambda t: Tree(f"(-{t})", lambda s: -t(s))),
        ]
        if extremes:
            ways += [
                pairs.map(lambda p: Tree(f"min({p[0]}, {p[1]})", lambda s: least(p[0](s), p[1](s)))),
                pairs.map(lambda p: Tree(f"max({p[0]}, {p[1]})", lambda s: greatest(p[0](s), p[1](s)))),
            ]
        return st.one_of(ways)

    return st.recursive(leaves, grow, max_leaves=depth)


SIZES = st.fixed_dictionaries({name: st.integers(2, 70) for name in NAMES})


def symbols(sizes: dict[str, int]) -> dict[str, object]:
    return {name: symbol(name, size) for name, size in sizes.items()}


# Arithmetic


@given(trees(), SIZES, SIZES)
def test_arithmetic_is_that_of_ints(tree: Tree, hints: dict[str, int], sizes: dict[str, int]) -> None:
    with Conditions() as conditions:
        found = tree(symbols(hints))
    assert not conditions
    assert (found.hint if type(found) is Dim else found) == tree(hints)
    assert evaluated(found, sizes) == tree(sizes)


@given(trees(), SIZES, SIZES)
def test_text_is_python_of_the_same_value(tree: Tree, hints: dict[str, int], sizes: dict[str, int]) -> None:
    found = tree(symbols(hints))
    assert eval(str(found), dict(sizes)) == tree(sizes)


@given(trees(depth=3), st.sampled_from(NAMES), trees(("N",), depth=2), SIZES, SIZES)
def test_division_by_a_symbol(
    tree: Tree, divisor: str, added: Tree, hints: dict[str, int], sizes: dict[str, int]
) -> None:
    def call(s: dict[str, object]) -> object:
        low = greatest(added(s), 0) + s[divisor]  # type: ignore[operator]
        return tree(s) // low, tree(s) % low, (tree(s) * low) // low, tree(s) * s[divisor] // s[divisor] - tree(s)  # type: ignore[operator]

    with Conditions() as conditions:
        found = call(symbols(hints))
    if conditions:  # that an involved divisor is not 0 may be beyond the bounds
        assert all("!= 0" in str(condition) or condition.relation == "!=" for condition in conditions)
    else:
        assert found[3] == 0  # type: ignore[index]
    if all(condition.holds(sizes) for condition in conditions):
        assert evaluated(found, sizes) == call(sizes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (lambda H, W, N: (H - 4) // 4, "(H - 4)//4"),
        (lambda H, W, N: H // 2 - 2, "(H - 4)//2"),
        (lambda H, W, N: ((H - 4) // 2 - 4) // 2, "(H - 12)//4"),
        (lambda H, W, N: 20 * ((H - 4) // 2 - 4) // 2, "10*((H - 12)//2)"),
        (lambda H, W, N: N * 320, "320*N"),
        (lambda H, W, N: 64 * ((H - 4) // 4) * ((W - 4) // 4), "64*((H - 4)//4)*((W - 4)//4)"),
        (lambda H, W, N: N * 64 * (H // 4 - 1) * (H // 4 - 1), "64*N*((H - 4)//4)**2"),
        (lambda H, W, N: -(-H // 32), "(H + 31)//32"),
        (lambda H, W, N: H // 2 * 2 + 2, "2*((H + 2)//2)"),
        (lambda H, W, N: (H - W) // 2, "(H - W)//2"),
        (lambda H, W, N: H % 32, "H % 32"),
        (lambda H, W, N: 5 - H % 32, "5 - (H % 32)"),
        (lambda H, W, N: 2 * H + 2, "2*H + 2"),
        (lambda H, W, N: (6 * N * H) // (3 * N), "2*H"),
        (lambda H, W, N: N * H * W // (N * W), "H"),
        (lambda H, W, N: W + (4 - W % 4) % 4, "4*((W + 3)//4)"),
        (lambda H, W, N: (H // 2).lesser(W), "min(H//2, W)"),
        (lambda H, W, N: H.greater(1), "H"),
        (lambda H, W, N: H - (H - 3).greater(0), "min(3, H)"),
        (lambda H, W, N: 2 - (H - 3).greater(0), "min(2, 5 - H)"),
        (lambda H, W, N: ((H + 1) // 2).lesser(H), "(H + 1)//2"),
        (lambda H, W, N: H // 2 + N, "N + H//2"),
        (lambda H, W, N: H // W, "H//W"),
        (lambda H, W, N: 3 * H // 4, "3*H//4"),
        (lambda H, W, N: H - 3 * (H // 3) - H % 3, "0"),
    ],
)
def test_canonical_text(made: object, text: str) -> None:
    sizes = symbols({"H": 28, "W": 30, "N": 4})
    assert str(made(**sizes)) == text  # type: ignore[operator]


def test_equal_chains_are_one_expression() -> None:
    h = symbol("H", 28)
    one = ((h - 5 + 1) // 2 - 5 + 1) // 2
    other = (h - 12) // 4
    assert one.poly == other.poly
    assert hash(one.poly) == hash(other.poly)


def test_what_is_constant_is_an_int() -> None:
    h = symbol("H", 28)
    assert type(h - h + 3) is int
    assert type(h * 0) is int
    assert type((2 * h + 1) % 2) is int
    assert type(symbol("S", 3, least=2, most=3) // 4) is int


def test_it_passes_for_an_int_but_is_none() -> None:
    h = symbol("H", 28)
    assert isinstance(h, int)
    assert type(h) is Dim
    with Conditions() as conditions:
        assert list(range(h // 14)) == [0, 1]
        assert [1, 2, 3][h // 14] == 3
    assert conditions.solve("H") == SizeSet.interval(28, 41)


def test_a_key_of_a_table_is_pinned() -> None:
    with Conditions() as conditions:
        assert {28: "a"}.get(symbol("H", 28)) == "a"
        assert symbol("W", 30) not in {28: "a"}
    assert conditions.solve("H") is None
    assert [str(c) for c in conditions] == ["H == 28", "W == 30"]


# Comparisons

RELATIONS = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
COMPARISONS = st.tuples(trees(depth=4), st.sampled_from(sorted(RELATIONS)), trees(depth=3))


@given(st.lists(COMPARISONS, min_size=1, max_size=5), SIZES, st.lists(SIZES, min_size=1, max_size=20))
def test_under_its_conditions_every_comparison_is_right(
    asked: list[tuple[Tree, str, Tree]], hints: dict[str, int], others: list[dict[str, int]]
) -> None:
    """The heart of it: what was decided without a condition holds everywhere, what has conditions holds where they do."""
    with Conditions() as conditions:
        answers = [RELATIONS[r](a(symbols(hints)), b(symbols(hints))) for a, r, b in asked]
    assert all(type(answer) is bool for answer in answers)
    assert answers == [RELATIONS[r](a(hints), b(hints)) for a, r, b in asked]
    assert all(condition.holds(hints) for condition in conditions)
    for sizes in others:
        if all(condition.holds(sizes) for condition in conditions):
            assert answers == [RELATIONS[r](a(sizes), b(sizes)) for a, r, b in asked]


@given(st.lists(st.tuples(trees(("H",)), st.sampled_from(sorted(RELATIONS)), st.integers(-20, 60)), min_size=1, max_size=4), st.integers(2, 70))  # fmt: skip
def test_solved_for_one_symbol_against_trying_each(asked: list[tuple[Tree, str, int]], hint: int) -> None:
    with Conditions() as conditions:
        h = symbol("H", hint)
        answers = [RELATIONS[r](a({"H": h}), b) for a, r, b in asked]
    holds = conditions.solve("H")
    if holds is None:
        return
    for size in [*range(2, 300), *range(5000, 5200)]:
        same = answers == [RELATIONS[r](a({"H": size}), b) for a, r, b in asked]
        noted = all(condition.holds({"H": size}) for condition in conditions)
        assert (size in holds) == noted
        assert not noted or same
    assert hint in holds


@given(trees(("H",), extremes=False, depth=6), st.sampled_from(["==", "!=", ">="]))
def test_a_condition_of_windows_and_products_is_always_solved(tree: Tree, relation: str) -> None:
    found = tree({"H": symbol("H", 30)})
    if type(found) is not Dim:
        return
    (own,) = found.poly.symbols or (None,)
    if own is None:
        return
    holds = solutions(found.poly, relation, own)  # type: ignore[arg-type]
    if holds is None:
        return  # a period beyond the limit
    for size in [*range(2, 400), 100_003]:
        value = tree({"H": size})
        assert (size in holds) == RELATIONS[relation](value, 0)


@given(st.lists(st.integers(-50, 50), max_size=5), st.integers(-30, 30), st.one_of(st.none(), st.integers(0, 100)))
@example([0, 0, 1], -3, None)
def test_sign_runs(coefficients: list[int], first: int, length: int | None) -> None:
    last = None if length is None else first + length
    runs = sign_runs(coefficients, first, last)
    assert runs[0][0] == first
    assert runs[-1][1] == last
    for before, after in itertools.pairwise(runs):
        assert before[1] is not None
        assert after[0] == before[1] + 1
    for t in range(first, first + 120 if last is None else last + 1):
        value = sum(k * t**i for i, k in enumerate(coefficients))
        sign = next(s for a, b, s in runs if a <= t and (b is None or t <= b))
        assert sign == (value > 0) - (value < 0)


def test_what_bounds_decide_needs_no_condition() -> None:
    h, w, n = symbol("H", 28), symbol("W", 30), symbol("N", 4)
    with Conditions() as conditions:
        assert n != 0
        assert n != 1
        assert h // 2 >= 1
        assert h + 6 >= 7
        assert (h + 1) // 2 + h // 2 == h
        assert 2 * (h // 2) <= h
        assert 320 * n != 500
        assert h * w > 3
        assert -h < 0
        assert h.lesser(w) <= h
        assert (h * w + w) // w == h + 1
    assert not conditions


def test_a_condition_is_noted_once_with_its_place() -> None:
    places = iter([("model.py", 7), ("model.py", 9)])
    h = symbol("H", 28)
    with Conditions(lambda: next(places)) as conditions:
        assert h > 20
        assert h > 20
        assert h >= 21
        assert h != 5
        assert not h <= 20
        assert not h % 2
        assert h % 2 == 0
    assert [(str(c), c.place) for c in conditions] == [("H >= 21", ("model.py", 7)), ("H % 2 == 0", ("model.py", 9))]
    assert conditions.described() == [("H: even from 22", ("model.py", 7))]


def test_an_equation_of_symbols_is_used() -> None:
    h, w = symbol("H", 28), symbol("W", 28)
    with Conditions() as conditions:
        assert h == w
        assert h // 2 == w // 2
        assert h * 3 - w * 2 == w
    assert [str(c) for c in conditions] == ["H == W"]


def test_without_a_collector_a_condition_is_a_warning() -> None:
    with pytest.warns(ConditionWarning, match="H >= 20"):
        assert symbol("H", 28) >= 20


def test_a_hint_must_be_allowed() -> None:
    with pytest.raises(ValueError, match="hint 1 of N"):
        symbol("N", 1)
    assert symbol("N", 1, least=1).hint == 1


def test_solve() -> None:
    h, w, n = symbol("H", 28), symbol("W", 28), symbol("N", 4)
    with Conditions() as conditions:
        assert 32 * ((h - 4) // 4) * ((w - 4) // 4) == 32 * 36
    assert conditions.solve("H") is None
    assert solve(conditions, "H", {"W": 28}) == SizeSet.interval(28, 31)
    assert solve(conditions, "H", {"W": 5}) == SizeSet()
    with Conditions() as conditions:
        assert n * 500 // 64 * 64 != n * 500
        assert n * 500 // 40 * 40 == n * 500
    assert conditions.solve("N") == SizeSet.multiples(2) - SizeSet.multiples(16)


def test_beyond_what_is_exact_is_none() -> None:
    h = symbol("H", 28)
    with Conditions() as conditions:
        assert (h * h) // (h + 3) > 5
    assert conditions.solve("H") is None


# Fractions


@given(
    st.integers(2, 300), st.integers(2, 300), st.lists(st.tuples(st.sampled_from("+-*/"), st.one_of(st.integers(1, 9), st.sampled_from([0.5, 0.25, 1.5, 2.0, 0.75, 0.1, 0.7]))), max_size=3),
    st.one_of(st.integers(1, 12), st.sampled_from([0.5, 2.0, 1.5, 0.3])), st.sampled_from([math.floor, math.ceil, math.trunc, round, lambda x: x > 3, lambda x: x == 4, float]),
)  # fmt: skip
def test_true_division_comes_to_what_floats_come_to(
    hint: int, size: int, steps: list[tuple[str, float]], divisor: float, end: object
) -> None:
    def call(h: object) -> object:
        value = h / divisor  # type: ignore[operator]
        for sign, k in steps:
            value = value + k if sign == "+" else value - k if sign == "-" else value * k if sign == "*" else value / k
        return end(value)  # type: ignore[operator]

    with Conditions() as conditions:
        found = call(symbol("H", hint))
    assert (found.hint if type(found) is Dim else found) == call(hint)
    if all(condition.holds({"H": size}) for condition in conditions):
        assert evaluated(found, {"H": size}) == call(size)


def test_halves_need_no_condition() -> None:
    h = symbol("H", 27)
    with Conditions() as conditions:
        assert str(math.floor(h / 2)) == "H//2"
        assert str(math.ceil(h / 2)) == "(H + 1)//2"
        assert str(math.trunc(h * 0.5)) == "H//2"
        assert str(math.floor((h - 1) / 2 + 1)) == "(H + 1)//2"
        assert str(math.trunc(h / 3)) == "H//3"
        assert round(h / 2).hint == 14
        assert isinstance(h / 2, float)
    assert not conditions


def test_a_decision_is_kept() -> None:
    h = symbol("H", 28)
    assert decide((h // 2 - 1).poly, ">=") is True
    assert isinstance(h.poly, Poly)
