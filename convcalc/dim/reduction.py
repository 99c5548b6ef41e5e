"""Floor divisions, minima and maxima, reduced as they are made, so that equal expressions mostly are equal tables."""

from __future__ import annotations

from math import gcd

from .polynomial import ZERO, Excess, Poly, Quotient, atom_interval, constant, of_atom

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .polynomial import Atom, Monomial


# Floor division


def floor_by(p: Poly, c: int) -> Poly:
    """`p // c` for an int `c` that is not 0.

    Formula: multiples of c leave the quotient; `(g*p + k)//(g*c) = (p + k//g)//c`; `(p//a + m)//c = (p + a*m)//(a*c)`;
             `(-p)//c = -((p + c - 1)//c)`
    """
    if c < 0:
        p, c = -p, -c
    if c == 1:
        return p
    terms = p.terms
    left = {monomial: k for monomial, k in terms.items() if monomial and k % c}
    if left and all(k < 0 for k in left.values()):
        whole = Poly({monomial: k // c for monomial, k in terms.items() if monomial and not k % c})
        return whole.plus(floor_by((-Poly(left)).shifted(c - 1 - p.constant), c), -1)
    return _floor_by(terms, c)


def _floor_by(terms: dict[Monomial, int], c: int) -> Poly:
    whole: dict[Monomial, int] = {}
    rest: dict[Monomial, int] = {}
    common = c
    for monomial, k in terms.items():
        q, r = divmod(k, c)
        if q:
            whole[monomial] = q
        if r:
            rest[monomial] = r
            if monomial:
                common = gcd(common, r)
    if not rest or (len(rest) == 1 and () in rest):
        return Poly(whole)
    if common > 1:
        c //= common
        rest = {monomial: k // common for monomial, k in rest.items() if k >= common}
        if c == 1:
            return Poly(whole).plus(Poly(rest))
    return Poly(whole).plus(_reduced_quotient(rest, c))


def _reduced_quotient(rest: dict[Monomial, int], c: int) -> Poly:
    inner = [
        monomial[0]
        for monomial, k in rest.items()
        if k == 1 and len(monomial) == 1 and type(monomial[0]) is Quotient and type(monomial[0].denominator) is int
    ]
    if len(inner) == 1:
        nested: Any = inner[0]
        a = nested.denominator
        others = Poly({monomial: k for monomial, k in rest.items() if monomial != (nested,)})
        return floor_by(nested.numerator.plus(others, a), a * c)
    numerator = Poly(rest)
    low, high = numerator.interval()
    if low is not None and high is not None and low // c == high // c:
        return constant(low // c)
    return of_atom(Quotient(numerator, c))


def without_halves(p: Poly) -> Poly:
    """With the upper half in the place of what lacks its lower half.

    Formula: `q - q//2 = (q + 1)//2`; of q = n//c that is `n//c - n//(2*c) = (n + c)//(2*c)`
    """
    for monomial, k in p.terms.items():
        if k >= 0 or len(monomial) != 1:
            continue
        half: Any = monomial[0]
        if type(half) is not Quotient or type(half.denominator) is not int or half.denominator % 2:
            continue
        n, c = half.numerator, half.denominator // 2
        whole = floor_by(n, c)
        if all(_is_within(-k * j, p.terms.get(m, 0)) for m, j in whole.terms.items() if m):
            upper = floor_by(n.shifted(c), 2 * c)
            return without_halves(p.plus(of_atom(half), -k).plus(whole, k).plus(upper, -k))
    return p


def _is_within(part: int, k: int) -> bool:
    """Whether a coefficient is a part of another."""
    return 0 < part <= k or k <= part < 0


def floor_divided(p: Poly, q: Poly) -> Poly:
    """`p // q`, where `q` is not 0. Exact quotients come out; what is left over is an atom."""
    if q.is_constant:
        return floor_by(p, q.constant)
    p, q = _without_common_factors(p, q)
    if q.is_constant:
        return floor_by(p, q.constant)
    whole, rest = _polynomial_division(p, q)
    if not rest.terms:
        return whole
    rest, q = _without_common_factors(rest, q)
    if q.is_constant:
        return whole.plus(floor_by(rest, q.constant))
    low, high = rest.interval()
    if low is not None and low >= 0 and high is not None:
        least = q.interval()[0]
        if least is not None and high < least:
            return whole
    if low is not None and low >= 0:
        least = q.plus(rest, -1).interval()[0]
        if least is not None and least > 0:
            return whole
    return whole.plus(of_atom(Quotient(rest, q)))


def _without_common_factors(p: Poly, q: Poly) -> tuple[Poly, Poly]:
    """Both without the number and the atoms that divide every term; an atom must be known not to be 0."""
    common = 0
    for k in (*p.terms.values(), *q.terms.values()):
        common = gcd(common, k)
    if common > 1:
        p, q = p.over(common), q.over(common)
    monomials = [*p.terms, *q.terms]
    for atom in set(monomials[0]) if monomials else ():
        low = atom_interval(atom, {})[0]
        if low is None or low < 1:
            continue
        while p.terms and all(atom in monomial for monomial in (*p.terms, *q.terms)):
            p, q = _less(p, atom), _less(q, atom)
    return p, q


def without_positive_factors(p: Poly) -> Poly:
    """Without the atoms that divide every term and are above 0: the sign stays."""
    for atom in set(next(iter(p.terms), ())):
        low = atom_interval(atom, {})[0]
        while low is not None and low > 0 and all(atom in monomial for monomial in p.terms):
            p = _less(p, atom)
    return p


def _less(p: Poly, atom: Atom) -> Poly:
    terms = {}
    for monomial, k in p.terms.items():
        at = monomial.index(atom)
        terms[monomial[:at] + monomial[at + 1 :]] = k
    return Poly(terms)


def _order(monomial: Monomial) -> tuple[int, list[int]]:
    """A monomial order: by degree, then by the atoms' hashes, so that products keep it."""
    return len(monomial), [-hash(atom) for atom in monomial]


def _polynomial_division(p: Poly, q: Poly) -> tuple[Poly, Poly]:
    """`(s, r)` with `p = s*q + r`, where r has no term that the leading term of q divides."""
    lead = max(q.terms, key=_order)
    k = q.terms[lead]
    whole, rest = ZERO, ZERO
    while p.terms:
        monomial = max(p.terms, key=_order)
        j = p.terms[monomial]
        left = _divided_monomial(monomial, lead)
        if left is None or j % k:
            rest = rest.plus(Poly({monomial: j}))
            p = p.plus(Poly({monomial: j}), -1)
        else:
            step = Poly({left: j // k})
            whole = whole.plus(step)
            p = p.plus(step.times(q), -1)
    return whole, rest


def _divided_monomial(monomial: Monomial, by: Monomial) -> Monomial | None:
    left = list(monomial)
    for atom in by:
        if atom not in left:
            return None
        left.remove(atom)
    return tuple(left)


# Minimum and maximum


def extreme(greatest: bool, a: Poly, b: Poly) -> Poly:
    """The greater of two polynomials, or the lesser.

    Formula: `max(a, b) = b + max(0, a - b)`; `min(a, b) = a - max(0, a - b)`
    """
    above = excess(a.plus(b, -1))
    return b.plus(above) if greatest else a.plus(above, -1)


def excess(p: Poly) -> Poly:
    """`max(0, p)`, one of them where that is certain. Of p and -p the one with the simpler text is kept, so that they cancel.

    Formula: `max(0, g*p) = g*max(0, p)`; `max(0, p) = p + max(0, -p)`
    """
    from .decide import decide

    if decide(p, ">=") is True:
        return p
    if decide(-p, ">=") is True:
        return ZERO
    common = 0
    for k in p.terms.values():
        common = gcd(common, k)
    p = p.over(common)
    if _weight(-p) < _weight(p):
        return p.plus(of_atom(Excess(-p))).scaled(common)
    return of_atom(Excess(p)).scaled(common)


def _weight(p: Poly) -> tuple[int, str]:
    from .text import written

    text = written(p)
    return len(text), text
