"""Conditions that no size fulfils, against all sizes tried out."""

from __future__ import annotations

from itertools import product

import pytest

from convcalc.dim import symbol
from convcalc.source.settling import _has_no_factors

SIZES = range(1, 90)
FORMS = {
    "a": lambda n: n, "a // 2": lambda n: n // 2, "a + 1": lambda n: n + 1, "(a - 1) // 3 + 1": lambda n: (n - 1) // 3 + 1, "a * a": lambda n: n * n,
}  # fmt: skip


@pytest.mark.parametrize("times", [1, 2, 3])
@pytest.mark.parametrize("first", FORMS)
@pytest.mark.parametrize("second", ["a", "a // 2", "a * a"])
def test_what_has_no_factors_has_none(first: str, second: str, times: int) -> None:
    """It is only said where no pair of sizes gives the product; of a letter by itself wherever none does."""
    a, b = symbol("a", 12, least=1), symbol("b", 10, least=1)
    of_a, of_b = FORMS[first], FORMS[second]
    reached = {times * of_a(m) * of_b(n) for m, n in product(SIZES, SIZES)}
    for wanted in range(1, 40):
        poly = (times * of_a(a) * of_b(b) - wanted).poly
        said = _has_no_factors(poly)
        assert not (said and wanted in reached), wanted
        if first in ("a", "a // 2", "a * a"):
            assert said is (wanted not in reached), wanted
